import { describe, expect, it } from 'vitest';
import { accountOf, identify } from '../../src/decide/caller.ts';
import { decide, decideAs } from '../../src/decide/decide-call.ts';
import { treatmentLabel } from '../../src/decide/summary.ts';
import { chooseTrunks } from '../../src/decide/trunk-choice.ts';
import type { Account, Caller, IncomingCall, RouteDecision, Target } from '../../src/domain/call.ts';
import type { Config } from '../../src/domain/config.ts';
import type { Trunk } from '../../src/domain/trunk.ts';
import { buildConfig } from '../support/build-config.ts';
import { fromLine, incoming, quiet } from '../support/calls.ts';
import { beauvoir, beauvoirFiles } from '../support/town.ts';

const fromOperator = (dialled: string, more: Partial<IncomingCall> = {}) =>
  incoming({
    dialled,
    source: { address: '192.0.2.1', port: 5060, transport: 'udp' },
    claims: { from: '+33639980001', asserted: '+33639980001' },
    ...more,
  });

const fromIpbx = (dialled: string, from = '7012', more: Partial<IncomingCall> = {}) =>
  incoming({
    dialled,
    source: { address: '10.20.0.6', port: 5060, transport: 'udp' },
    claims: { from, asserted: from },
    ...more,
  });

/** What happens when line 4101 passes a call on to these digits. */
function passedOn(call: IncomingCall, digits: string, hops = 1, config: Config = beauvoir): RouteDecision {
  const caller = identify(call, config) as Caller;
  const account = accountOf(identify(fromLine('4101', ''), config) as Caller) as Account;
  return decideAs(caller, account, digits, call, config, () => quiet({ hops }));
}

const firstTarget = ({ treatment }: RouteDecision): Target | undefined =>
  treatment.do === 'ring' ? treatment.targets[0] : undefined;
const leavingOf = (decision: RouteDecision) => {
  const target = firstTarget(decision);
  return target?.is === 'trunk' ? target.leaving : undefined;
};

describe('a call that a line passes on', () => {
  it('goes out on the rights of the line and still shows who called', () => {
    const decision = passedOn(fromOperator('+33199004101'), '00639980002');
    expect(decision.account?.line).toBe('4101');
    expect(leavingOf(decision)).toEqual({
      called: '+33639980002',
      shows: { number: '+33639980001', withheld: false },
      asserted: '+33199004101',
      diversions: [],
      // The line pays and answers for it, should the network refuse the caller's number.
      ifRefused: { number: '+33199004101', withheld: false },
    });
  });

  it('may leave by the operator it came from', () => {
    expect(treatmentLabel(passedOn(fromOperator('+33199004101'), '00639980002').treatment)).toContain('operator[0]');
  });

  it('cannot go where the line may not dial itself', () => {
    expect(passedOn(fromOperator('+33199004101'), '0004930123456').treatment).toEqual({ do: 'refuse', why: 'barred' });
  });

  it('may go back to the IPBX it came from: it was dialled anew', () => {
    expect(treatmentLabel(passedOn(fromIpbx('4101'), '7013').treatment)).toBe('ring ipbx[0] for 120 s');
  });

  it('is dialled as a line dials, not as the trunk it came from writes numbers', () => {
    expect(passedOn(fromOperator('+33199004101'), '4102').destination).toMatchObject({
      is: 'line',
      line: { id: '4102' },
    });
  });

  it('shows the number of the line when the caller’s is not known', () => {
    const decision = passedOn(fromOperator('+33199004101', { claims: { from: 'anonymous' } }), '00639980002');
    expect(leavingOf(decision)).toMatchObject({ asserted: '+33199004101', shows: { number: '+33199004101' } });
  });

  it('is passed on five times and not six', () => {
    expect(passedOn(fromOperator('+33199004101'), '4102', 5).treatment.do).toBe('ring');
    expect(passedOn(fromOperator('+33199004101'), '4102', 6).treatment).toEqual({ do: 'refuse', why: 'loop' });
  });

  it('counts what the far end tells of and what we did together', () => {
    const call = fromOperator('+33199004101', { diversions: [{ by: '+33261910050', reason: 'unknown', counter: 3 }] });
    expect(passedOn(call, '4102', 2).treatment.do).toBe('ring');
    expect(passedOn(call, '4102', 3).treatment).toEqual({ do: 'refuse', why: 'loop' });
  });

  it('takes a counter that is no number for one', () => {
    const diversions = [Number.NaN, -100, 0, 1.5].map((counter) => ({
      by: '+33261910050',
      reason: 'unknown' as const,
      counter,
    }));
    expect(passedOn(fromOperator('+33199004101', { diversions }), '4102', 1).treatment.do).toBe('ring');
    expect(passedOn(fromOperator('+33199004101', { diversions }), '4102', 2).treatment).toMatchObject({ why: 'loop' });
  });
});

describe('a call never goes back where it came from', () => {
  it('not to the IPBX, when that is the way outside', () => {
    const { mairie } = beauvoirFiles.sites;
    const outsideLine = { ...mairie.outsideLine, trunks: ['ipbx' as never, 'backup' as never] };
    const config = buildConfig({
      ...beauvoirFiles,
      sites: { ...beauvoirFiles.sites, mairie: { ...mairie, outsideLine } },
    });
    expect(treatmentLabel(decide(fromIpbx('00639980001'), config, () => quiet()).treatment)).toBe(
      'ring backup[0] for 90 s',
    );
    expect(treatmentLabel(decide(fromLine('4101', '00639980001'), config, () => quiet()).treatment)).toContain(
      'ipbx[0], backup[0]',
    );
    expect(treatmentLabel(decide(fromIpbx('112'), config, () => quiet()).treatment)).toBe(
      'ring in turn backup[0], operator[0], operator[1] for 120 s',
    );
  });

  it('is a loop when there is no other way', () => {
    const { mairie } = beauvoirFiles.sites;
    const outsideLine = { ...mairie.outsideLine, trunks: ['ipbx' as never] };
    const config = buildConfig({
      ...beauvoirFiles,
      sites: { ...beauvoirFiles.sites, mairie: { ...mairie, outsideLine } },
    });
    expect(decide(fromIpbx('00639980001'), config, () => quiet()).treatment).toEqual({ do: 'refuse', why: 'loop' });
  });
});

describe('numbers on the IPBX’s trunk', () => {
  const speaking = (sent: 'e164' | 'national' | 'extension', received: 'e164' | 'national' | 'extension' = sent) => {
    const { ipbx } = beauvoirFiles.trunks;
    return buildConfig({
      ...beauvoirFiles,
      trunks: { ...beauvoirFiles.trunks, ipbx: { ...ipbx, numbers: { sent, received } } },
    });
  };

  it.each([
    ['extension', '7012', '4101'],
    ['national', '0199007012', '0199004101'],
    ['e164', '+33199007012', '+33199004101'],
  ] as const)('in %s form a colleague is called %s and shown %s', (sent, called, number) => {
    const leaving = leavingOf(decide(fromLine('4101', '7012'), speaking(sent), () => quiet()));
    expect(leaving).toMatchObject({ called, shows: { number, name: 'Awa Diallo' }, asserted: number });
  });

  it('a colleague without a public number is shown by the extension, in any form', () => {
    expect(leavingOf(decide(fromLine('4102', '7012'), speaking('e164'), () => quiet()))).toMatchObject({
      shows: { number: '4102' },
    });
  });

  it.each([
    ['national', '0261910050', 'outside'],
    ['national', '0199004101', 'line'],
    ['national', '4101', 'line'],
    ['national', '3949', 'outside'],
    ['national', '15', 'emergency'],
    ['e164', '33261910050', 'outside'],
    ['e164', '33199004101', 'line'],
    ['e164', '4101', 'line'],
    ['e164', '112', 'emergency'],
    ['extension', '00261910050', 'outside'],
  ] as const)('an IPBX that writes in %s form reaches by %s: %s', (received, dialled, is) => {
    expect(decide(fromIpbx(dialled), speaking('extension', received), () => quiet()).destination.is).toBe(is);
  });

  it('a withheld number is told to the IPBX, which is ours, and shown to nobody', () => {
    const leaving = leavingOf(decide(fromOperator('+33199007012', { withheld: true }), beauvoir, () => quiet()));
    expect(leaving).toMatchObject({ shows: { withheld: true }, asserted: '0639980001' });
    expect(leaving?.shows).not.toHaveProperty('number');
  });
});

describe('what the public network is shown', () => {
  it('an extension of the IPBX that has no public number is shown as its site', () => {
    expect(leavingOf(decide(fromIpbx('00261910050', '7999'), beauvoir, () => quiet()))).toMatchObject({
      shows: { number: '+33199004000' },
      asserted: '+33199004000',
    });
  });

  it('a number that the IPBX passes on is shown, and the site’s asserted', () => {
    expect(leavingOf(decide(fromIpbx('00261910050', '+33639980001'), beauvoir, () => quiet()))).toMatchObject({
      shows: { number: '+33639980001' },
      asserted: '+33199004000',
    });
  });

  it('diversions are told in the trunk’s own form, five at most, and not to a trunk that wants none', () => {
    const diversions = [1, 2, 3, 4, 5].map((at) => ({ by: `700${at}`, reason: 'no-answer' as const, counter: 1 }));
    const call = fromIpbx('00261910050', '+33639980001', { diversions });
    const decision = decide(call, beauvoir, () => quiet());
    const targets = decision.treatment.do === 'ring' ? decision.treatment.targets : [];
    const told = targets.map((target) => (target.is === 'trunk' ? target.leaving.diversions.map(({ by }) => by) : []));
    expect(told[0]).toEqual(['+33199007001', '+33199007002', '+33199007003', '+33199007004', '+33199007005']);
    expect(told[2]).toEqual([]);
  });
});

describe('the order of targets (RFC 2782)', () => {
  const trunkWith = (...targets: readonly { readonly priority: number; readonly weight: number }[]): Trunk => ({
    ...(beauvoir.trunks.get('operator' as never) as Trunk),
    targets: targets.map((target, at) => ({ host: `h${at}`, port: 5060, transport: 'udp', ...target })),
  });
  const order = (trunk: Trunk, chance: number) =>
    chooseTrunks([trunk], quiet({ chance }), true).targets.map(({ target }) => target);

  it('goes by priority first', () => {
    const trunk = trunkWith({ priority: 20, weight: 99 }, { priority: 10, weight: 0 }, { priority: 15, weight: 1 });
    for (const chance of [0, 0.5, 0.999]) expect(order(trunk, chance)).toEqual([1, 2, 0]);
  });

  it('draws among equals by weight, each of them once', () => {
    const trunk = trunkWith({ priority: 10, weight: 30 }, { priority: 10, weight: 10 });
    const first = Array.from({ length: 1000 }, (_, at) => order(trunk, at / 1000)[0]);
    expect(first.filter((target) => target === 0)).toHaveLength(750);
    expect(order(trunk, 0).toSorted()).toEqual([0, 1]);
  });

  it('draws the second from what is left of the chance, evenly', () => {
    const trunk = trunkWith({ priority: 1, weight: 10 }, { priority: 1, weight: 10 }, { priority: 1, weight: 10 });
    const seen = new Map<string, number>();
    for (let at = 0; at < 600; at += 1) {
      const key = order(trunk, (at + 0.5) / 600).join('');
      seen.set(key, (seen.get(key) ?? 0) + 1);
    }
    expect([...seen.values()]).toEqual([100, 100, 100, 100, 100, 100]);
  });

  it('gives weights of zero their turn when there is nothing else', () => {
    expect(order(trunkWith({ priority: 1, weight: 0 }, { priority: 1, weight: 0 }), 0.7)).toEqual([0, 1]);
  });
});
