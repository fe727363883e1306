import type { AgentFacts, Facts, Target, Treatment } from '../domain/call.ts';
import { readDay } from '../domain/civil-day.ts';
import type { Config } from '../domain/config.ts';
import type { LineId, TrunkId } from '../domain/ids.ts';
import type { Instant } from '../domain/instant.ts';
import type { E164 } from '../domain/numbers.ts';
import type { Say } from '../domain/say.ts';
import type { Service } from '../domain/service.ts';
import type { ServiceTest } from '../domain/service-test.ts';
import { decide } from './decide-call.ts';
import { callOf, factsOf } from './explain-question.ts';
import { numberingOf, toE164 } from './numbering.ts';
import { sayLabel } from './summary.ts';
import { extensionOf, ownerOfExtension } from './town-numbers.ts';
import { unanswered } from './tree.ts';
import { instantOf } from './wall-clock.ts';

/** What came of one test of a block. */
export interface TestResult {
  readonly service: string;
  /** Its place in the block, from 0. */
  readonly index: number;
  readonly name: string;
  /** None: it passed. */
  readonly differences: readonly Difference[];
}

export interface Difference {
  readonly what: keyof ServiceTest['expect'];
  readonly expected: string;
  readonly got: string;
}

/** Tries every call of a block’s `tests:` by the function that routes live ones, and tells what came out otherwise than it says. */
export function runServiceTests(service: Service, config: Config): readonly TestResult[] {
  return service.tests.map((test, index) => ({
    service: service.id,
    index,
    name: test.name ?? `${test.from} at ${test.at}`,
    differences: differencesOf(test.expect, resultOf(test, service, config)),
  }));
}

/** One sentence: what was expected, and what would happen. */
export function differenceText({ what, expected, got }: Difference): string {
  return `${what}: expected ${expected === '' ? 'nothing' : expected}, would be ${got === '' ? 'nothing' : got}`;
}

interface Result {
  readonly says: readonly string[];
  readonly rings: readonly string[];
  readonly thenRings: readonly string[];
  readonly ends: string;
  readonly shows: string;
}

function differencesOf(expect: ServiceTest['expect'], result: Result): readonly Difference[] {
  return (['says', 'rings', 'thenRings', 'ends', 'shows'] as const).flatMap((what) => {
    const wanted = expect[what];
    if (wanted === undefined) return [];
    const expected = typeof wanted === 'string' ? wanted : wanted.join(', ');
    const found = result[what];
    const got = typeof found === 'string' ? found : found.join(', ');
    return expected === got ? [] : [{ what, expected, got }];
  });
}

function resultOf(test: ServiceTest, service: Service, config: Config): Result {
  const at = instantOfTest(test, service, config);
  const to = test.to ?? service.numbers[0] ?? '';
  // Inside, a service is dialled by its extension.
  const { call } = callOf({ from: test.from, to, at }, config);
  const inside = call.claims.proved !== undefined && test.to === undefined ? (service.extension ?? to) : to;
  const facts = factsOf({ from: test.from, to, at, facts: factsOfTest(test, service, config) });
  const { treatment } = decide({ ...call, dialled: inside }, config, () => facts);
  return told(unanswered(treatment, test), service, facts, config);
}

function instantOfTest({ at }: ServiceTest, service: Service, config: Config): Instant {
  const [day = '', time = ''] = at.split('T');
  const minute = Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
  return instantOf({ day: readDay(day) ?? 0, minute }, config.sites.get(service.site)?.timeZone ?? 'UTC');
}

/** Those who are away have no phone; an extension of the IPBX that is away takes the IPBX with it. */
function factsOfTest(test: ServiceTest, { id }: Service, config: Config): Partial<Facts> {
  const { away, busy, loggedOut, paused, mode, waiting } = test;
  const linesOf = (names: readonly string[]): readonly LineId[] =>
    names.flatMap((name) => {
      const owner = ownerOfExtension(name, config);
      return owner?.is === 'line' ? [owner.line] : [];
    });
  const agents = [
    ...linesOf(paused).map((line): [LineId, AgentFacts] => [line, { is: 'paused' }]),
    ...linesOf(loggedOut).map((line): [LineId, AgentFacts] => [line, { is: 'out' }]),
  ];
  const gone = away.map((name) => ownerOfExtension(name, config));
  const contacts = gone.flatMap((owner): [LineId, number][] => (owner?.is === 'line' ? [[owner.line, 0]] : []));
  const trunks = gone.flatMap((owner): [TrunkId, { channelsInUse: number; alive: readonly boolean[] }][] =>
    owner?.is === 'ipbx' ? [[owner.trunk, { channelsInUse: Number.MAX_SAFE_INTEGER, alive: [] }]] : [],
  );
  return {
    contacts: new Map(contacts),
    trunks: new Map(trunks),
    linesBusy: new Set(linesOf(busy)),
    agents: new Map([[id, new Map(agents)]]),
    serviceModes: new Map([[id, mode]]),
    waiting: new Map([[id, waiting]]),
  };
}

/** What becomes of a caller whom nobody answers. */
function told(way: readonly Treatment[], service: Service, facts: Facts, config: Config): Result {
  const rounds = way.flatMap((step) => {
    if (step.do === 'ring') return [step.targets];
    return step.do === 'queue' ? [step.targets.filter((target) => isThere(target, service, facts))] : [];
  });
  const names = rounds.map((targets) => [...new Set(targets.map((target) => targetName(target, config)))]);
  const first = names.find((round) => round.length > 0) ?? [];
  const [shown] = rounds.flat();
  return {
    says: way.flatMap(saidIn).map((say) => sayLabel([say])),
    rings: first,
    thenRings: [...new Set(names.flat())].filter((name) => !first.includes(name)),
    ends: endText(way.at(-1), service),
    shows: shown === undefined ? 'nobody rings' : shownOn(shown),
  };
}

/** A queue knows everybody who may come; who rings at once are those who are free. */
function isThere(target: Target, service: Service, { contacts, linesBusy, agents }: Facts): boolean {
  if (target.is !== 'line') return true;
  const isAgent = agents?.get(service.id)?.get(target.line)?.is ?? 'in';
  return contacts.get(target.line) !== 0 && linesBusy?.has(target.line) !== true && isAgent === 'in';
}

function saidIn(step: Treatment): readonly Say[] {
  if (step.do === 'ring') return step.meanwhile?.say ?? [];
  return step.do === 'tell' || step.do === 'say goodbye' || step.do === 'call back' ? step.say : [];
}

/** As the block would name it: the extension, or the number outside. */
function targetName(target: Target, config: Config): string {
  if (target.is === 'line') return config.lines.get(target.line)?.extension ?? target.line;
  const { called } = target.leaving;
  const e164 = toE164(called, numberingOf(config));
  if (config.trunks.get(target.trunk)?.role !== 'ipbx') return e164 ?? called;
  return e164 === undefined ? called : (extensionOf(e164 as E164, config) ?? called);
}

function endText(end: Treatment | undefined, { id }: Service): string {
  switch (end?.do) {
    case 'mailbox':
      return (end.of as string) === id ? 'mailbox' : `mailbox of ${end.of}`;
    case 'call back':
      return end.service === id ? 'call-back' : `call-back by ${end.service}`;
    case 'say goodbye':
      return 'goodbye';
    case 'refuse':
      return `refused: ${end.why}`;
    default:
      return end?.do ?? 'nothing';
  }
}

function shownOn(target: Target): string {
  const shows = target.is === 'line' ? target.shows : target.leaving.shows;
  return shows.withheld ? 'withheld' : (shows.number ?? 'no number');
}
