import { describe, expect, it } from 'vitest';
import { explainCall } from '../../src/decide/explain.ts';
import { callOf } from '../../src/decide/explain-question.ts';
import { explanationText } from '../../src/decide/explain-text.ts';
import { buildConfig } from '../support/build-config.ts';
import { MONDAY_MORNING } from '../support/calls.ts';
import { beauvoir, beauvoirFiles } from '../support/town.ts';

const explain = (from: string, to: string) => explainCall({ from, to, at: MONDAY_MORNING }, beauvoir);

describe('an explanation in words', () => {
  it('says who, on whose account, which rules, why, how it leaves and what comes next', () => {
    expect(explanationText(explain('4101', '00261910050'))).toMatchInlineSnapshot(`
      "Caller      line 4101 (Awa Diallo) of mairie, with its password
      Account     line 4101 of mairie; class standard of mairie grants internal, local, national, mobile
      Dialled     00261910050
      Rules tried
        - 4xxx         extension    differs at 1 exchange.dialPlans.town[0]
        - 7xxx         extension    differs at 1 exchange.dialPlans.town[1]: the IPBX
        - 9            extension    differs at 1 sites.mairie.dialPlan.rules[0]: reception
        + 0.           outside      fits         exchange.dialPlans.town[2]
      Because
        caller      line 4101 proved its password  (sites/mairie.yaml lines[1])
        dial plan   00261910050 fits 0.: outside 0261910050  (exchange.dialPlans.town[2])
        numbering   0261910050 is national: geographic
        rights      class standard of mairie grants national
        caller id   shows +33199004101
        trunks      tries operator[0], operator[1], backup[0]
      Leads to    outside +33261910050
      Leaves by
        1. operator[0]  192.0.2.10:5060/udp
             INVITE sip:+33261910050@…
             From: <sip:+33199004101@…>
             P-Asserted-Identity: <sip:+33199004101@…>
        2. operator[1]  192.0.2.11:5060/udp
             INVITE sip:+33261910050@…
             From: <sip:+33199004101@…>
             P-Asserted-Identity: <sip:+33199004101@…>
        3. backup[0]  198.51.100.5:5060/tcp
             INVITE sip:0261910050@…
             From: <sip:0199004101@…>
             P-Asserted-Identity: <sip:0199004101@…>
      Sound
        operator[0], operator[1], backup[0]: straight between the two; over the media server where only one of them encrypts or is a browser, behind a NAT, and without a common codec
      Then
        ring in turn for 120 s
          operator[0], which is shown +33199004101
          operator[1], which is shown +33199004101
          backup[0], which is shown 0199004101
        answered → the two talk
        busy, unreachable, declined, failed → pass on what the far end said
        no answer → refuse no-answer: 480, Q.850 cause 19 (Nobody answered)
        caller gone → what still rings is cancelled
      configuration built"
    `);
  });

  it('tells a barred call in a few lines', () => {
    expect(explanationText(explain('4105', '00261910050'))).toMatchInlineSnapshot(`
      "Caller      line 4105 (Salle des archives) of mairie, with its password
      Account     line 4105 of mairie; class internal of mairie grants internal
      Dialled     00261910050
      Rules tried
        - 4xxx         extension    differs at 1 exchange.dialPlans.town[0]
        - 7xxx         extension    differs at 1 exchange.dialPlans.town[1]: the IPBX
        - 9            extension    differs at 1 sites.mairie.dialPlan.rules[0]: reception
        + 0.           outside      fits         exchange.dialPlans.town[2]
      Because
        caller      line 4105 proved its password  (sites/mairie.yaml lines[5])
        dial plan   00261910050 fits 0.: outside 0261910050  (exchange.dialPlans.town[2])
        numbering   0261910050 is national: geographic
        rights      class internal of mairie does not grant national
      Leads to    nowhere: barred
      Then
        refuse barred: 403, Q.850 cause 21 (This line may not dial that)
      configuration built"
    `);
  });

  it('is painted by whoever shows it', () => {
    const mark = (sign: string) => (text: string) => `${sign}${text}${sign}`;
    const painted = explanationText(explain('4101', '4102'), {
      strong: mark('*'),
      faint: mark('~'),
      good: mark('+'),
      bad: mark('!'),
    });
    expect(painted).toContain('*Caller*');
    expect(painted).toContain('answered → +the two talk+');
    expect(painted).toContain('!refuse no-answer: 480, Q.850 cause 19 (Nobody answered)!');
  });
});

describe('who asks', () => {
  const whoIs = (from: string, site?: string) => callOf({ from, to: '4101', at: 0, ...(site && { site }) }, beauvoir);

  it.each([
    ['dina.morel', 'line dina.morel'],
    ['4106', 'line dina.morel'],
    ['+33199004106', 'line dina.morel'],
    ['0199004106', 'line dina.morel'],
    ['7012', 'trunk ipbx'],
    ['ipbx:7012', 'trunk ipbx'],
    ['ipbx', 'trunk ipbx'],
    ['+33639980001', 'trunk operator'],
    ['0639980001', 'trunk operator'],
    ['backup:0639980001', 'trunk backup'],
    ['10.20.0.6', 'address 10.20.0.6'],
    ['nobody', 'nobody is nobody'],
    ['', ' is nobody'],
  ])('"%s" is %s', (from, read) => {
    expect(whoIs(from).read).toContain(read);
  });

  it('is a line by its short number when the site is named', () => {
    expect(whoIs('100', 'ecole').call.claims.proved).toBe('4200');
    expect(whoIs('100', 'creche').call.claims.proved).toBe('4300');
    expect(whoIs('100').call.claims.proved).toBeUndefined();
    expect(whoIs('100', 'nowhere').call.claims.proved).toBeUndefined();
  });
});

describe('a long way', () => {
  it('of twenty who ring in turn and ten steps after them is told once, in lines and in data', () => {
    const lines = Array.from({ length: 20 }, (_, at) => ({ extension: `45${10 + at}`, name: `Agent ${at}` }));
    const { mairie } = beauvoirFiles.sites;
    const town = buildConfig({
      ...beauvoirFiles,
      sites: { ...beauvoirFiles.sites, mairie: { ...mairie, lines: [...mairie.lines, ...lines] } },
      services: {
        accueil: {
          ...beauvoirFiles.services.standard,
          numbers: ['+33199004950'],
          members: lines.map(({ extension }) => extension),
          strategy: 'in turn',
          ringSeconds: 5,
          overflow: [...Array.from({ length: 9 }, () => ({ to: '4000' })), { to: 'goodbye' }],
        },
      },
    });
    const explanation = explainCall({ from: '+33639980001', to: '+33199004950', at: MONDAY_MORNING }, town);
    expect(JSON.stringify(explanation.next).length).toBeLessThan(20_000);
    const text = explanationText(explanation);
    expect(text.match(/line 45\d\d,/g)?.length).toBe(20);
    expect(text.match(/line 4000,/g)?.length).toBe(9);
    expect(text.match(/the two talk/g)?.length).toBe(1);
    expect(Math.max(...text.split('\n').map((line) => line.search(/\S/)))).toBeLessThan(10);
  });
});
