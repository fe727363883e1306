import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { loadConfig } from '../../src/config/load.ts';
import { decide } from '../../src/decide/decide-call.ts';
import { explainCall, type Next } from '../../src/decide/explain.ts';
import { callOf } from '../../src/decide/explain-question.ts';
import { explanationText } from '../../src/decide/explain-text.ts';
import { runServiceTests } from '../../src/decide/service-tests.ts';
import { sayLabel, targetLabel } from '../../src/decide/summary.ts';
import { branchesOf, unanswered } from '../../src/decide/tree.ts';
import type { Facts, Treatment } from '../../src/domain/call.ts';
import type { Config } from '../../src/domain/config.ts';
import type { ServiceId, TrunkId } from '../../src/domain/ids.ts';
import type { ServiceTest } from '../../src/domain/service-test.ts';
import { copyBaseTown, freshFolder, problemsOf } from '../config/town-folder.ts';
import { blocks, moments, serviceIds, townWith } from '../support/any-service.ts';
import { MONDAY_MORNING } from '../support/calls.ts';

const called = fc.constantFrom('+33199004950', '+33199004951', '+33199004952');
const caller = fc.constantFrom('+33639980001', '4103', '7012');
/** A trunk without a channel left brings no calls. */
const brings = (from: string, facts: Facts): boolean =>
  from !== '7012' || facts.trunks.get('ipbx' as TrunkId)?.channelsInUse !== 60;
const runs = { numRuns: 80 };

function decisionOn(from: string, to: string, facts: Facts, config: Config): Treatment {
  const { call } = callOf({ from, to, at: facts.at }, config);
  const dialled = call.claims.proved === undefined ? call.dialled : `0${to.replace('+33', '0')}`;
  return decide({ ...call, dialled }, config, () => facts).treatment;
}

/** Every step and ending once, however many ways lead there. */
function stepsOf(treatment: Treatment): readonly Treatment[] {
  const steps = new Set([treatment]);
  for (const step of steps) for (const next of branchesOf(step)) steps.add(next);
  return [...steps];
}

describe('for any hotlines, at any moment', () => {
  it('every way ends in a last resort, and nobody is lost', () => {
    fc.assert(
      fc.property(blocks, moments, caller, called, (services, facts, from, to) => {
        fc.pre(brings(from, facts));
        const steps = stepsOf(decisionOn(from, to, facts, townWith(services)));
        const ends = steps.filter((step) => branchesOf(step).length === 0);
        expect(ends.length).toBeGreaterThan(0);
        for (const end of ends) expect(['mailbox', 'call back', 'say goodbye']).toContain(end.do);
      }),
      runs,
    );
  });

  it('the tree is no larger than can be read, no ring rings nobody or for ever', () => {
    fc.assert(
      fc.property(blocks, moments, called, (services, facts, to) => {
        const steps = stepsOf(decisionOn('+33639980001', to, facts, townWith(services)));
        expect(steps.length).toBeLessThan(1000);
        for (const step of steps) {
          if (step.do === 'ring') {
            expect(step.targets.length).toBeGreaterThan(0);
            expect(step.targets.length).toBeLessThanOrEqual(40);
            expect(step.seconds).toBeGreaterThanOrEqual(5);
            expect(step.seconds).toBeLessThanOrEqual(3600);
          }
          if (step.do === 'queue') expect(step.secondsAtMost).toBeGreaterThanOrEqual(10);
        }
      }),
      runs,
    );
  });

  it('nobody is taken twice on any way, but for an answer after early media', () => {
    const levels = ['none', 'early media', 'answer'] as const;
    const risesOnly = (step: Treatment, taken: (typeof levels)[number]): boolean => {
      const rises = step.do !== 'pre-answer' || levels.indexOf(step.how) > levels.indexOf(taken);
      return rises && branchesOf(step).every((next) => risesOnly(next, step.do === 'pre-answer' ? step.how : taken));
    };
    fc.assert(
      fc.property(blocks, moments, called, (services, facts, to) => {
        expect(risesOnly(decisionOn('+33639980001', to, facts, townWith(services)), 'none')).toBe(true);
      }),
      runs,
    );
  });

  it('nobody waits in line, leaves a message, asks to be called back or presses keys before the call is answered', () => {
    const needs = (step: Treatment): boolean =>
      ['queue', 'mailbox', 'call back', 'record'].includes(step.do) || (step.do === 'tell' && step.keys !== undefined);
    const answeredFirst = (step: Treatment, answered: boolean): boolean =>
      (answered || !needs(step)) &&
      branchesOf(step).every((next) =>
        answeredFirst(next, answered || (step.do === 'pre-answer' && step.how === 'answer')),
      );
    fc.assert(
      fc.property(blocks, moments, called, (services, facts, to) => {
        expect(answeredFirst(decisionOn('+33639980001', to, facts, townWith(services)), false)).toBe(true);
      }),
      runs,
    );
  });
});

describe('for any hotlines, whoever asks what becomes of a call', () => {
  it('what is explained is what is done', () => {
    fc.assert(
      fc.property(blocks, moments, called, (services, facts, to) => {
        const config = townWith(services);
        const explanation = explainCall({ from: '+33639980001', to, at: facts.at, facts }, config);
        expect(explanation.next).toEqual(told(decisionOn('+33639980001', to, facts, config)));
        expect(explanationText(explanation).length).toBeLessThan(100_000);
      }),
      runs,
    );
  });

  it('the tests of a block find what is decided, and say so when it is written otherwise', () => {
    fc.assert(
      fc.property(
        blocks,
        fc.constantFrom(...serviceIds),
        fc.subarray(['4000', '4101', '4102']),
        (services, id, away) => {
          const block = services[id];
          const to = block?.numbers[0] ?? '';
          const facts = { ...calm, contacts: new Map(away.map((line) => [line, 0])) } as unknown as Facts;
          const way = unanswered(decisionOn('+33639980001', to, facts, townWith(services)));
          const said = way.flatMap(saidIn);
          const wrong = { ...written, away, expect: { says: [...said, 'hotline.crisis'] } };
          const right = { ...written, away, expect: { says: said, ends: endOf(way.at(-1), id) } };
          const config = townWith({ ...services, ...(block && { [id]: { ...block, tests: [right, wrong] } }) });
          const service = config.services.get(id as string as ServiceId);
          const [held, failed] = service === undefined ? [] : runServiceTests(service, config);
          expect(held?.differences).toEqual([]);
          expect(failed?.differences.map(({ what }) => what)).toEqual(['says']);
        },
      ),
      runs,
    );
  });
});

describe('hotlines that hand over', () => {
  it('all to each other make no tree that grows without end', () => {
    const ids = Array.from({ length: 8 }, (_, at) => `hotline-${at}`);
    const leadsOn = (at: number) => ids[at % ids.length] ?? '';
    const services = ids.map((id, at) => {
      const keys = {
        '1': leadsOn(at + 1),
        '2': leadsOn(at + 2),
        '3': leadsOn(at + 3),
        '4': leadsOn(at + 4),
        '5': 'goodbye',
      };
      const ways = { full: { to: leadsOn(at + 5) }, busy: { to: leadsOn(at + 6) }, overflow: [{ to: 'goodbye' }] };
      return [
        id,
        { name: id, site: 'mairie', numbers: [`+3319900495${at}`], members: ['4101'], queue: { keys }, ...ways },
      ];
    });
    const facts = calm as unknown as Facts;
    const config = townWith(Object.fromEntries(services));
    const tree = decisionOn('+33639980001', '+33199004950', facts, config);
    expect(stepsOf(tree).length).toBeLessThan(1000);
    const [queue] = stepsOf(tree).filter((step) => step.do === 'queue');
    for (const key of ['1', '2', '3', '4'] as const) {
      const next = queue?.keys?.[key];
      expect(next).toMatchObject({ do: 'queue', service: leadsOn(Number(key)) });
    }
  });

  it('begin with their own members for as long as their own block says, however long it has rung before', () => {
    const accueil = { name: 'Accueil', site: 'mairie', numbers: ['+33199004950'], members: ['4101'], ringSeconds: 40 };
    const urgences = { name: 'Urgences', site: 'mairie', numbers: ['+33199004951'], members: ['4102', '4103'] };
    const config = townWith({
      accueil: { ...accueil, overflow: [{ to: 'urgences' }] },
      urgences: { ...urgences, strategy: 'in turn', ringSeconds: 15, overflow: [{ afterSeconds: 30, to: 'goodbye' }] },
    });
    const way = unanswered(decisionOn('+33639980001', '+33199004950', calm as unknown as Facts, config));
    const rings = way.flatMap((step) =>
      step.do === 'ring' ? [`${step.targets.map(targetLabel)} ${step.seconds}`] : [],
    );
    expect(rings).toEqual(['line 4101 40', 'line 4102 15', 'line 4103 15']);
  });
});

describe('a folder with any hotlines', () => {
  it('loads, and does not without the last resort of one of them', { timeout: 120_000 }, () => {
    const folder = freshFolder();
    copyBaseTown(folder.path);
    const file = join(folder.path, 'services', 'urgences.yaml');
    fc.assert(
      fc.property(blocks, ({ urgences }) => {
        const block = { ...urgences, ...ownNumbers };
        writeFileSync(file, inBaseTown(block));
        expect(problemsOf(loadConfig(folder.path)).map(({ says }) => says)).toEqual([]);
        writeFileSync(file, inBaseTown({ ...block, overflow: [{ to: '4001' }] }));
        expect(problemsOf(loadConfig(folder.path)).map(({ says }) => says)).toEqual([
          'urgences has no last resort: when nobody answers there, the caller is lost',
        ]);
      }),
      { numRuns: 20 },
    );
    folder.remove();
  });
});

const ownNumbers = { numbers: ['+33199005950'], extension: '5950' };

/** Its people by the numbers they have in that town; the other hotline there is `accueil`. */
function inBaseTown(block: object): string {
  const names: Readonly<Record<string, string>> = {
    ccas: 'accueil',
    '4000': '4001',
    '4101': '4002',
    '4102': '4003',
    '4103': '4101',
    '7010': '7010',
  };
  const swap = (value: unknown): unknown => {
    if (typeof value === 'string') return names[value] ?? value;
    if (Array.isArray(value)) return [...new Set(value.map(swap))];
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, key === 'name' ? one : swap(one)]));
  };
  return stringify(swap(block));
}

const written: Omit<ServiceTest, 'expect'> = {
  from: '+33639980001',
  at: '2026-09-14T09:00',
  mode: 'normal',
  away: [],
  busy: [],
  loggedOut: [],
  paused: [],
  presses: '',
  ringing: 'no answer',
  waiting: 0,
};
const calm = {
  at: MONDAY_MORNING,
  hops: 0,
  chance: 0,
  calls: 0,
  contacts: new Map(),
  trunks: new Map(),
  siteCalls: new Map(),
  linesBusy: new Set(),
};

function saidIn(step: Treatment): readonly string[] {
  if (step.do === 'ring') return (step.meanwhile?.say ?? []).map((say) => sayLabel([say]));
  return 'say' in step ? step.say.map((say) => sayLabel([say])) : [];
}

function endOf(end: Treatment | undefined, id: string): string {
  if (end?.do === 'mailbox') return end.of === (id as string) ? 'mailbox' : `mailbox of ${end.of}`;
  if (end?.do === 'call back') return end.service === (id as string) ? 'call-back' : `call-back by ${end.service}`;
  return 'goodbye';
}

/** A treatment of a hotline as its explanation must tell it. */
function told(step: Treatment): object {
  const keys = (of: Readonly<Partial<Record<string, Treatment>>> | undefined, prefix = ''): object =>
    Object.fromEntries(Object.entries(of ?? {}).map(([key, next]) => [`${prefix}${key}`, next && told(next)]));
  const targets =
    'targets' in step ? step.targets.map((target) => expect.objectContaining({ target: targetLabel(target) })) : [];
  const always = { answered: { do: 'talk' }, 'caller gone': { do: 'cancel what rings' } };
  switch (step.do) {
    case 'ring': {
      const ends = ['busy', 'no answer', 'unreachable', 'declined', 'failed'] as const;
      const others = ends.filter((end) => step.when?.[end] === undefined);
      const not = { ...keys(step.when), [others.join(', ')]: told(step.otherwise) };
      return expect.objectContaining({
        do: 'ring',
        how: step.how,
        seconds: step.seconds,
        targets,
        endings: { ...always, ...not },
      });
    }
    case 'pre-answer':
      return { do: step.do, how: step.how, next: told(step.next) };
    case 'tell':
      return { do: 'tell', say: sayLabel(step.say), keys: keys(step.keys), next: told(step.next) };
    case 'queue': {
      const ends = { ...keys(step.keys, 'key '), full: told(step.full), 'nobody in time': told(step.otherwise) };
      return expect.objectContaining({
        do: 'queue',
        seconds: step.secondsAtMost,
        targets,
        endings: { ...always, ...ends },
      });
    }
    default:
      return expect.objectContaining({ do: step.do } satisfies Partial<Next>);
  }
}
