import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { findingsAtMost, lint } from '../../../src/decide/lint/lint.ts';
import { numberFor } from '../../../src/decide/lint/reachable.ts';
import { fit as fitOf, type Pattern, parsePattern } from '../../../src/domain/pattern.ts';
import * as any from '../../support/anything.ts';
import { buildConfig, type TownFiles } from '../../support/build-config.ts';
import { beauvoir, beauvoirFiles } from '../../support/town.ts';

/** Many towns are built here; on a busy machine that takes its time. */
vi.setConfig({ testTimeout: 60_000 });

const { exchange, sites, services, trunks } = beauvoirFiles;
type Rule = NonNullable<TownFiles['sites'][string]['dialPlan']['rules']>[number];

const found = (files: Partial<TownFiles>): readonly string[] =>
  lint(buildConfig({ ...beauvoirFiles, ...files })).map(
    ({ severity, rule, config }) => `${severity} ${rule} at ${config}`,
  );

const withRules = (...rules: readonly Rule[]) =>
  found({ sites: { ...sites, depot: { ...sites.depot, dialPlan: { use: 'town', rules } } } });

const withMairie = (change: Partial<TownFiles['sites'][string]>) =>
  found({ sites: { ...sites, mairie: { ...sites.mairie, ...change } } });

const withTrunk = (id: 'operator' | 'backup' | 'ipbx', change: object) =>
  found({ trunks: { ...trunks, [id]: { ...trunks[id], ...change } } });

describe('a configuration that is as it should be', () => {
  it('has nothing to be found', () => {
    expect(lint(beauvoir)).toEqual([]);
  });
});

describe('dial plans', () => {
  it('a rule that more specific ones leave nothing to', () => {
    const rules: Rule[] = [
      { match: '5[0-4]x', to: 'extension', strip: 1, prepend: '40' },
      { match: '5[5-9]x', to: 'extension', strip: 1, prepend: '40' },
      { match: '5xx', to: 'extension', strip: 1, prepend: '41' },
    ];
    expect(withRules(...rules)).toContain('warning rule-never-reached at sites.depot.dialPlan.rules[2]');
  });

  it('a rule that stands there twice', () => {
    const rule: Rule = { match: '4xxx', to: 'extension' };
    expect(withRules(rule, rule)).toContain('error rule-never-reached at sites.depot.dialPlan.rules[1]');
  });

  it('not a rule of the site that replaces one of the plan it builds on', () => {
    expect(withRules({ match: '4xxx', to: 'extension' })).toEqual([]);
  });

  it('a rule to extensions that nobody has', () => {
    expect(withRules({ match: '6xxx', to: 'extension' })).toEqual([
      'warning rule-leads-nowhere at sites.depot.dialPlan.rules[0]',
    ]);
    expect(withRules({ match: '64xx', to: 'extension', strip: 1, prepend: '7' })).toEqual([]);
  });

  it('a rule to short numbers at a site without any', () => {
    expect(withRules({ match: '1xx', to: 'short-number' })).toEqual([
      'warning rule-leads-nowhere at sites.depot.dialPlan.rules[0]',
    ]);
  });

  it('a rule to outside that leaves no public number', () => {
    expect(withRules({ match: '88xx', to: 'outside' })).toEqual([
      'warning rule-leads-nowhere at sites.depot.dialPlan.rules[0]',
    ]);
  });

  it('a rule behind a prefix that withholds the number', () => {
    expect(withRules({ match: '*31*.', to: 'feature' })).toEqual([
      'warning rule-leads-nowhere at sites.depot.dialPlan.rules[0]',
    ]);
  });

  it('an outside prefix that may be left out', () => {
    const dialPlan = {
      rules: [
        { match: '00[1-9]xxxxxxxx', to: 'outside', strip: 1 },
        { match: '0.', to: 'outside' },
      ],
    } satisfies object;
    expect(withMairie({ dialPlan: dialPlan as never })).toContain(
      'error optional-outside-prefix at sites.mairie.outsideLine.prefix',
    );
  });

  it('an outside prefix that no rule takes', () => {
    const outsideLine = { ...sites.mairie.outsideLine, prefix: '8' };
    expect(withMairie({ outsideLine })).toContain('warning no-outside-line at sites.mairie.outsideLine.prefix');
  });

  it('tells of a plan that many sites share once', () => {
    const dialPlans = { town: [...exchange.dialPlans.town, { match: '6xxx', to: 'extension' as const }] };
    expect(found({ exchange: { ...exchange, dialPlans } })).toEqual([
      'warning rule-leads-nowhere at exchange.dialPlans.town[4]',
    ]);
  });
});

describe('emergency calls', () => {
  it('there is nobody to take them', () => {
    expect(found({ trunks: { ipbx: trunks.ipbx } })).toContain('error emergency-out-of-reach at trunks');
  });

  it('the number shown is nobody’s', () => {
    expect(withMairie({ emergency: { number: '+33199004555' } })).toContain(
      'error emergency-no-callback at sites.mairie.emergency.number',
    );
  });

  it('the contract of the first trunk does not let it show the number', () => {
    const emergency = { number: '+33199004900' };
    expect(withMairie({ emergency })).toEqual([]);
    expect(withMairie({ emergency: { ...emergency, trunks: ['backup' as never] } })).toEqual([
      'warning emergency-number-not-allowed at sites.mairie.emergency.number',
    ]);
  });

  it('go to the IPBX first', () => {
    expect(withMairie({ emergency: { number: '+33199004000', trunks: ['ipbx' as never] } })).toContain(
      'warning emergency-by-ipbx at sites.mairie.emergency.trunks',
    );
  });

  it('a short number or an extension can never be dialled', () => {
    const lines = sites.ecole.lines.map((line, at) => ({ ...line, short: at === 0 ? '112' : line.short }));
    const files = { sites: { ...sites, ecole: { ...sites.ecole, lines } } };
    expect(found(files)).toEqual(['error emergency-in-the-way at sites.ecole.shortNumbers']);
    const outsideLine = { ...sites.ecole.outsideLine, prefix: '4' };
    const prefixed = [...sites.ecole.lines, { extension: '4115', name: 'Gymnase' }];
    expect(found({ sites: { ...sites, ecole: { ...sites.ecole, outsideLine, lines: prefixed } } })).toContain(
      'error emergency-in-the-way at sites.ecole.dialPlan',
    );
  });

  it('a rule that seems to bar them', () => {
    expect(withRules({ match: '11[28]', to: 'refuse' })).toEqual([
      'warning emergency-not-barred at sites.depot.dialPlan.rules[0]',
    ]);
  });
});

describe('numbers', () => {
  it('a beginning that makes no public numbers', () => {
    expect(found({ exchange: { ...exchange, extensions: { digits: 5, didPrefix: '+3319900' } } })).toContain(
      'error did-prefix at exchange.extensions.didPrefix',
    );
  });

  it('a main number that nobody answers', () => {
    expect(withMairie({ mainNumber: '+33199004555' })).toEqual([
      'warning number-nobody-answers at sites.mairie.mainNumber',
    ]);
  });

  it('a line that shows somebody else’s number', () => {
    const lines = [...sites.mairie.lines, { extension: '4199', name: 'Anonyme', shown: '+33261910199' }];
    expect(withMairie({ lines })).toEqual(['warning shows-a-foreign-number at sites/mairie.yaml lines[7]']);
  });

  it('a service that citizens would have to pay for', () => {
    const standard = { ...services.standard, numbers: ['+33899123456'] };
    expect(found({ services: { ...services, standard } })).toEqual([
      'warning surcharged-service at services.standard.numbers',
    ]);
  });

  it('a line with a number of the IPBX', () => {
    const lines = [...sites.mairie.lines, { extension: '7010', name: 'Double' }];
    expect(withMairie({ lines })).toEqual(['warning number-twice at trunks.ipbx.ipbx.blocks']);
  });
});

describe('trunks', () => {
  it('two with one address', () => {
    expect(withTrunk('backup', { sources: ['198.51.100.5', '192.0.2.0/28'] })).toEqual([
      'error source-of-two-trunks at trunks.backup.sources[1]',
    ]);
  });

  it('nothing to show in place of a number that may not be shown', () => {
    expect(withTrunk('backup', { otherwiseShow: undefined })).toEqual([
      'error nothing-to-show at trunks.backup.otherwiseShow',
    ]);
    expect(withTrunk('backup', { otherwiseShow: '+33199004900' })).toEqual([
      'error nothing-to-show at trunks.backup.otherwiseShow',
    ]);
  });

  it('an operator that would get extensions', () => {
    expect(withTrunk('operator', { numbers: { sent: 'extension' } })).toContain(
      'error operator-with-extensions at trunks.operator.numbers',
    );
  });

  it('calls to outside by the IPBX', () => {
    const outsideLine = { ...sites.mairie.outsideLine, trunks: ['ipbx' as never] };
    expect(withMairie({ outsideLine })).toContain('warning outside-by-ipbx at sites.mairie.outsideLine');
  });
});

describe('for any configuration', () => {
  it('there is an answer, of bounded length, errors first', () => {
    fc.assert(
      fc.property(any.config, (config) => {
        const severities = lint(config).map(({ severity }) => severity);
        expect(severities.length).toBeLessThanOrEqual(findingsAtMost);
        expect(severities).toEqual([...severities].sort());
      }),
      { numRuns: 60 },
    );
  });
});

describe('a number that only this pattern takes', () => {
  const read = (text: string): Pattern => {
    const pattern = parsePattern(text);
    if (typeof pattern === 'string') throw new Error(pattern);
    return pattern;
  };
  const numberOf = (pattern: string, ...earlier: readonly string[]) => numberFor(read(pattern), earlier.map(read));

  it.each([
    ['4xxx', ['4[0-4]xx', '4[5-8]xx']],
    ['0.', ['00.', '01.']],
    ['0.', ['0x']],
    ['x.', ['xx', 'xxx', 'xxxx']],
    ['x.', ['xx.', 'xx']],
  ] as const)('%s after %s', (pattern, earlier) => {
    const number = numberOf(pattern, ...earlier);
    if (earlier.join() === 'xx.,xx') expect(number).toMatch(/^\d[*#]/);
    expect(number).toBeDefined();
    expect(fitOf(read(pattern), number ?? '')).toBe('fits');
    for (const other of earlier) expect(fitOf(read(other), number ?? '')).not.toBe('fits');
  });

  it.each([
    ['4xxx', ['4[0-4]xx', '4[5-9]xx']],
    ['4xxx', ['4.']],
    ['0.', ['0.']],
    ['44', ['4x']],
  ] as const)('there is none for %s after %s', (pattern, earlier) => {
    expect(numberOf(pattern, ...earlier)).toBeUndefined();
  });

  it('fits its pattern and no other, whatever the patterns', () => {
    const place = fc.constantFrom('x', '[2-5]', '[0-4]', '[5-9]', '0', '1', '*');
    const text = fc
      .tuple(fc.array(place, { minLength: 1, maxLength: 4 }), fc.boolean())
      .map(([places, open]) => places.join('') + (open ? '.' : ''));
    fc.assert(
      fc.property(text, fc.array(text, { maxLength: 5 }), (pattern, earlier) => {
        const number = numberOf(pattern, ...earlier);
        if (number === undefined) return;
        expect(fitOf(read(pattern), number)).toBe('fits');
        for (const other of earlier) expect(fitOf(read(other), number)).not.toBe('fits');
      }),
    );
  });
});

describe('sound', () => {
  it('a line that is offered encrypted sound only, and is to have it straight', () => {
    expect(withMairie({ srtp: true, media: 'direct' })[0]).toBe('warning media-cannot-be-direct at sites.mairie.media');
    expect(withMairie({ srtp: true })).toEqual([]);
    expect(withMairie({ media: 'direct' })).toEqual([]);
  });

  it('a trunk that is to be direct, though a site of its callers is anchored', () => {
    const files = {
      sites: { ...sites, mairie: { ...sites.mairie, media: 'anchored' } },
      trunks: { ...trunks, operator: { ...trunks['operator'], media: 'direct' } },
    } as Partial<TownFiles>;
    expect(found(files)).toEqual(['warning media-cannot-be-direct at trunks.operator.media']);
    expect(withTrunk('operator', { media: 'direct' })).toEqual([]);
  });
});
