import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { decide } from '../../src/decide/decide-call.ts';
import { explainCall } from '../../src/decide/explain.ts';
import { explanationText } from '../../src/decide/explain-text.ts';
import { numberingFr } from '../../src/decide/numbering-fr.ts';
import { callerLabel, summarise } from '../../src/decide/summary.ts';
import { branchesOf } from '../../src/decide/tree.ts';
import type { RouteDecision, Target, Treatment } from '../../src/domain/call.ts';
import type { SiteId } from '../../src/domain/ids.ts';
import * as any from '../support/anything.ts';
import { fromLine, incoming } from '../support/calls.ts';
import { beauvoir } from '../support/town.ts';

/** Hundreds of towns are built here; on a busy machine that takes its time. */
vi.setConfig({ testTimeout: 60_000 });

const town = fc.oneof({ weight: 1, arbitrary: fc.constant(beauvoir) }, { weight: 2, arbitrary: any.config });

/** Every target anywhere in the tree. */
function targetsOf(treatment: Treatment): readonly Target[] {
  const here = treatment.do === 'ring' || treatment.do === 'queue' ? treatment.targets : [];
  return [...here, ...branchesOf(treatment).flatMap(targetsOf)];
}

const endings: readonly Treatment['do'][] = [
  'refuse',
  'pass the refusal on',
  'say goodbye',
  'mailbox',
  'read mailbox',
  'call back',
  'pick up',
  'fetch',
  'wish',
  'meet',
  'switch service',
];

/** How deep the tree is; it throws where a branch does not end. */
function depthOf(treatment: Treatment): number {
  const branches = branchesOf(treatment);
  if (branches.length === 0) {
    expect(endings).toContain(treatment.do);
    return 1;
  }
  if (treatment.do === 'ring') {
    expect(treatment.targets.length).toBeGreaterThan(0);
    expect(treatment.seconds).toBeGreaterThan(0);
  }
  return 1 + Math.max(...branches.map(depthOf));
}

/** Every user part that will stand in a header of a trunk. */
function writtenIn(treatment: Treatment): readonly string[] {
  return targetsOf(treatment).flatMap((target) => {
    if (target.is === 'line') return [];
    const { called, asserted, shows, diversions } = target.leaving;
    return [called, asserted, shows.number, ...diversions.map(({ by }) => by)].filter((text) => text !== undefined);
  });
}

const operatorTargets = ({ treatment }: RouteDecision, config: typeof beauvoir): readonly Target[] =>
  targetsOf(treatment).filter(
    (target) => target.is === 'trunk' && config.trunks.get(target.trunk)?.role === 'operator',
  );

describe('for any call, any facts and any configuration', () => {
  it('there is a decision, with reasons, and its tree ends', () => {
    fc.assert(
      fc.property(any.call, any.facts, town, (call, facts, config) => {
        const decision = decide(call, config, () => facts);
        expect(decision.because.length).toBeGreaterThan(0);
        expect(depthOf(decision.treatment)).toBeLessThan(5);
        expect(decision.dialled.length).toBeLessThanOrEqual(64);
        expect(JSON.parse(JSON.stringify(summarise(decision)))).toEqual(summarise(decision));
      }),
      { numRuns: 500 },
    );
  });

  it('the same call is decided the same again', () => {
    fc.assert(
      fc.property(any.call, any.facts, town, (call, facts, config) => {
        expect(decide(call, config, () => facts)).toEqual(decide(call, config, () => facts));
      }),
      { numRuns: 300 },
    );
  });

  it('noting the rules that were tried changes nothing', () => {
    fc.assert(
      fc.property(any.call, any.facts, town, (call, facts, config) => {
        expect(decide(call, config, () => facts, [])).toEqual(decide(call, config, () => facts));
      }),
      { numRuns: 300 },
    );
  });

  it('a caller from outside never reaches an operator', () => {
    fc.assert(
      fc.property(any.call, any.facts, town, (call, facts, config) => {
        const decision = decide(call, config, () => facts);
        if (decision.caller?.is !== 'outside') return;
        expect(decision.account).toBeUndefined();
        expect(operatorTargets(decision, config)).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  it('nobody we do not know reaches anybody', () => {
    fc.assert(
      fc.property(any.call, any.facts, town, (call, facts, config) => {
        const decision = decide(call, config, () => facts);
        if (decision.caller === undefined) expect(decision.treatment).toEqual({ do: 'refuse', why: 'stranger' });
      }),
      { numRuns: 300 },
    );
  });

  it('a withheld number is not shown to anybody but the emergency services', () => {
    fc.assert(
      fc.property(any.call, any.facts, town, (call, facts, config) => {
        const decision = decide({ ...call, withheld: true }, config, () => facts);
        for (const target of targetsOf(decision.treatment)) {
          const shows = target.is === 'line' ? target.shows : target.leaving.shows;
          const emergency = target.is === 'trunk' && target.emergency;
          expect(shows.withheld).toBe(!emergency);
          if (!emergency) expect(shows).toEqual({ withheld: true });
        }
      }),
      { numRuns: 500 },
    );
  });

  it('what leaves is made of the characters of a number', () => {
    fc.assert(
      fc.property(any.call, any.facts, town, (call, facts, config) => {
        for (const text of writtenIn(decide(call, config, () => facts).treatment)) expect(text).toMatch(/^\+?[\d*#]+$/);
      }),
      { numRuns: 500 },
    );
  });
});

describe('an emergency call', () => {
  const emergency = fc.constantFrom(...numberingFr.emergency);
  const behind = fc.constantFrom('', '+33', '#31#', '*31*', '3651');

  it('from any line, however barred, in any state of the exchange, rings an operator and shows a number of the site', () => {
    const ids = fc.constantFrom(...beauvoir.lines.keys());
    fc.assert(
      fc.property(ids, behind, emergency, any.facts, any.call, town, (id, prefix, number, facts, other, config) => {
        const { withheld, maxForwards, diversions } = other;
        const decision = decide(
          fromLine(id, prefix + number, { withheld, maxForwards, diversions }),
          config,
          () => facts,
        );
        expect(decision.destination).toMatchObject({ is: 'emergency', number });
        expect(operatorTargets(decision, config)).toHaveLength(3);
        const site = beauvoir.sites.get(beauvoir.lines.get(id)?.site as SiteId);
        const digits = site?.emergency.number.slice(-4);
        for (const target of targetsOf(decision.treatment)) {
          expect(target).toMatchObject({ emergency: true, leaving: { called: number, shows: { withheld: false } } });
          expect(target.is === 'trunk' && target.leaving.asserted?.slice(-4)).toBe(digits);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('after the outside prefix, whatever it is', () => {
    fc.assert(
      fc.property(emergency, any.config, any.facts, (number, config, facts) => {
        const prefix = config.sites.get('mairie' as SiteId)?.outsideLine.prefix ?? '';
        const decision = decide(fromLine('4104', prefix + number), config, () => facts);
        expect(decision.destination.is).toBe('emergency');
      }),
      { numRuns: 200 },
    );
  });

  it('from the IPBX rings an operator too', () => {
    fc.assert(
      fc.property(emergency, any.facts, town, (number, facts, config) => {
        const call = incoming({
          dialled: number,
          source: { address: '10.20.0.6', port: 5060, transport: 'udp' },
          claims: { from: '7012' },
        });
        expect(
          operatorTargets(
            decide(call, config, () => facts),
            config,
          ),
        ).toHaveLength(3);
      }),
      { numRuns: 200 },
    );
  });
});

describe('explaining', () => {
  it('says what the live decision says, for random calls', () => {
    const from = fc.constantFrom(
      ...beauvoir.lines.keys(),
      'ipbx:7012',
      'operator:+33639980001',
      'backup:0261910050',
      'operator',
      '203.0.113.9',
    );
    fc.assert(
      fc.property(from, any.dialled, any.facts, fc.boolean(), town, (who, to, facts, withheld, config) => {
        const explained = explainCall({ from: who, to, at: facts.at, facts, withheld }, config);
        const live = decide(liveCall(who, to.trim(), withheld), config, () => facts);
        expect({ caller: explained.caller, because: explained.because, destination: explained.destination }).toEqual({
          caller: callerLabel(live.caller),
          because: live.because.map((reason) => (reason.room === 'caller' ? explained.because[0] : reason)),
          destination: summarise(live).destination,
        });
        expect(explained.leaves.length).toBe(targetsOf(live.treatment).filter(({ is }) => is === 'trunk').length);
        expect(explained.next.do).toBe(live.treatment.do);
      }),
      { numRuns: 400 },
    );
  });

  it('has an answer to any question, in words and as data', () => {
    fc.assert(
      fc.property(fc.oneof(any.dialled, fc.string()), any.dialled, any.facts, town, (from, to, facts, config) => {
        const explanation = explainCall({ from, to, at: 0, facts }, config);
        expect(JSON.parse(JSON.stringify(explanation))).toEqual(explanation);
        expect(explanationText(explanation)).toContain('Then');
        expect(explanationText(explanation)).toBe(explanationText(explanation));
      }),
      { numRuns: 300 },
    );
  });

  /** The call itself, written without the help of `explain`. */
  function liveCall(who: string, dialled: string, withheld: boolean) {
    const [name, number] = who.split(':');
    const trunks = { ipbx: '10.20.0.5', operator: '192.0.2.7', backup: '198.51.100.5' } as const;
    if (name === 'ipbx' || name === 'operator' || name === 'backup') {
      const claims = number === undefined ? { from: 'anonymous' } : { from: number, asserted: number };
      return incoming({ dialled, withheld, claims, source: { address: trunks[name], port: 5060, transport: 'udp' } });
    }
    return who === '203.0.113.9' ? incoming({ dialled, withheld }) : fromLine(who, dialled, { withheld });
  }
});
