import { createMeetings } from '../../src/call/meetings.ts';
import { createParking } from '../../src/call/parking/parking.ts';
import { createPickUps } from '../../src/call/pick-ups.ts';
import type {
  CallerLeg,
  DialResult,
  Fault,
  Leg,
  LegNews,
  Order,
  Said,
  Sound,
  StopReason,
  Talk,
  Voice,
  World,
} from '../../src/call/ports.ts';
import { createPresence } from '../../src/call/presence/presence.ts';
import { createQueues } from '../../src/call/queues.ts';
import { createSeats } from '../../src/call/seats.ts';
import { createParties } from '../../src/call/transfers/parties.ts';
import type { Target } from '../../src/domain/call.ts';
import type { Config } from '../../src/domain/config.ts';
import type { LineId } from '../../src/domain/ids.ts';
import type { CallRecord } from '../../src/domain/outcome.ts';
import type { Refusal } from '../../src/domain/refusals.ts';
import type { Say } from '../../src/domain/say.ts';
import type { WishChange } from '../../src/domain/wishes.ts';
import { MONDAY_MORNING, quiet } from '../support/calls.ts';
import { beauvoir } from '../support/town.ts';
import { fakeMailboxes } from './fake-mailboxes.ts';
import { FakeVoice, type VoiceScript } from './fake-voice.ts';

/** What a target does when it is dialled: seconds after the INVITE, in order. Nothing at all, when it is empty. */
export type Script = readonly (
  | { readonly after: number; readonly does: 'ring' | 'answer' }
  | { readonly after: number; readonly does: 'fail'; readonly sip: number; readonly q850?: number }
  | { readonly after: number; readonly does: 'throw' }
)[];

export interface Town {
  /** What the contacts of a target do, one script a contact. */
  legsOf(target: Target, group: number): readonly Script[];
  /** Lines without a phone. */
  readonly unregistered?: readonly LineId[];
  /** Groups of contacts, each of lower preference than the one before; 1 unless given. */
  readonly groups?: number;
  readonly dialThrows?: boolean;
  readonly factsThrow?: boolean;
  /** Seconds of talk; never: Infinity. */
  readonly talks?: number;
  readonly talkThrows?: boolean;
  readonly talkNeverBegins?: boolean;
  readonly answersProbe?: boolean;
  /** Seconds until the caller hangs up before the answer. */
  readonly callerLeaves?: number;
  readonly draining?: boolean;
  readonly rateExceeded?: boolean;
  readonly refuseThrows?: boolean;
  /** What the caller does once we have taken the call; absent: there is no media server. */
  readonly voice?: VoiceScript;
  /** What somebody does who answered and is spoken to; absent: they hear nothing. */
  readonly answererVoice?: (target: Target) => VoiceScript | undefined;
  readonly wishesFail?: boolean;
  readonly switchFails?: boolean;
  readonly away?: readonly LineId[];
  /** Whose mailboxes there are; Beauvoir's, which has none, unless given. */
  readonly config?: Config;
}

export interface Stopped {
  readonly target: Target;
  readonly reason: StopReason;
}

/** A world on a hand-moved clock that does what it is told, and writes down what it was asked. */
export function fakeWorld(town: Town) {
  const clock = new HandClock();
  const seats = createSeats(() => clock.now());
  const opened: unknown[] = [];
  const closed: CallRecord[] = [];
  const faults: Fault[] = [];
  const stopped: Stopped[] = [];
  const dialled: Target[] = [];
  const refusals: Refused[] = [];
  const gone = new AbortController();
  const [switched, kept]: [string[], string[]] = [[], []];
  const wished: (readonly [LineId, WishChange])[] = [];
  let count = 0;
  const caller = callerOf(town, gone, refusals);
  if (town.callerLeaves !== undefined) clock.after(town.callerLeaves, () => gone.abort('caller gone'));
  const [voices, mailboxes] = [voicesOf(town, clock, gone), mailboxesOf(town, clock)];
  const world: World = {
    now: () => clock.now(),
    after: (seconds, what) => clock.after(seconds, what),
    draining: town.draining ?? false,
    setupAllowed: () => town.rateExceeded !== true,
    facts: () => {
      if (town.factsThrow) throw new Error('no facts');
      return quiet({ at: clock.now() });
    },
    groups: (target) => (target.is === 'line' && town.unregistered?.includes(target.line) ? 0 : (town.groups ?? 1)),
    dial: (target: Target, order: Order) => {
      if (town.dialThrows) throw new Error('cannot dial');
      dialled.push(target);
      return town.legsOf(target, order.group).map((script) => {
        count += 1;
        return fakeLeg(String(count), target, script, { clock, news: order.news, stopped });
      });
    },
    ...voices,
    answers: async () => town.answersProbe ?? false,
    talk: talkOf(town, clock),
    seats,
    ...books(),
    joinCallers: talkOf(town, clock),
    changeWish: wishing(town, wished),
    isAway: (line) => town.away?.includes(line) ?? false,
    switchService: switching(town, switched),
    mailboxes,
    meetings: meetingsOf(clock),
    recordings: recordingsOf(clock, kept),
    ledger: { opened: (record) => void opened.push(record), closed: (record) => void closed.push(record) },
    alarm: (fault) => void faults.push(fault),
  };
  return {
    wished,
    switched,
    kept,
    mailboxes,
    /** What the caller heard. */
    told: () => voices.told(),
    world,
    caller,
    clock,
    seats,
    opened,
    closed,
    faults,
    stopped,
    dialled,
    refusals,
  };
}

interface Refused {
  readonly why: Refusal;
  readonly as: Said | undefined;
}

function callerOf(town: Town, gone: AbortController, refusals: Refused[]): CallerLeg {
  return {
    gone: gone.signal,
    refuse: (why, as) => {
      refusals.push({ why, as });
      if (town.refuseThrows) throw new Error('cannot refuse');
    },
    quality: () => undefined,
  };
}
const books = () => ({
  queues: createQueues(),
  pickUps: createPickUps(),
  parties: createParties(),
  parking: createParking(),
  presence: createPresence(() => undefined),
});

function mailboxesOf(town: Town, clock: HandClock) {
  return fakeMailboxes(
    () => clock.now(),
    () => town.config ?? beauvoir,
  );
}

/** Writes down what becomes of each recording. */
function recordingsOf(clock: HandClock, kept: string[]): World['recordings'] {
  return {
    begin: async ({ call, service, keepDays }) => {
      kept.push(`begins of ${service}`);
      const startedAt = clock.now();
      return {
        id: 'one',
        call,
        service,
        startedAt,
        deleteAt: startedAt + keepDays * 86_400_000,
        file: 'calls/one.wav',
      };
    },
    keep: async () => void kept.push('keeps'),
    discard: async () => void kept.push('discards'),
  };
}

function meetingsOf(clock: HandClock) {
  return createMeetings({
    now: () => clock.now(),
    after: (seconds, what) => clock.after(seconds, what),
    pin: (_, of) => (of === 'host' ? '864209' : '270419'),
  });
}

function talkOf(town: Town, clock: HandClock) {
  return (): Promise<Talk> => {
    if (town.talkThrows) return Promise.reject(new Error('cannot talk'));
    if (town.talkNeverBegins) return Promise.resolve({ ended: 'never began', at: clock.now() });
    return new Promise((ended) => {
      clock.after(town.talks ?? 60, () => ended({ ended: 'hung up', by: 'caller', at: clock.now() }));
    });
  };
}

function switching(town: Town, switched: string[]): World['switchService'] {
  return async (service, mode, by) => {
    switched.push(`${service} ${mode ?? '?'} by ${by}`);
    return town.switchFails === true ? 'there is no such service' : { mode: mode ?? 'normal' };
  };
}

function wishing(town: Town, wished: (readonly [LineId, WishChange])[]): World['changeWish'] {
  return async (line, change) => {
    if (town.wishesFail) throw new Error('the disk is full');
    wished.push([line, change]);
  };
}

/** Who can be spoken to. */
function voicesOf(town: Town, clock: HandClock, gone: AbortController) {
  let taken: FakeVoice | undefined;
  return {
    told: (): readonly string[] => taken?.told ?? [],
    hear: async (_leg: CallerLeg, how: string): Promise<Voice | undefined> => {
      if (town.voice === undefined) return undefined;
      if (taken === undefined) {
        taken = new FakeVoice(clock, town.voice);
        taken.gone.addEventListener('abort', () => gone.abort('hung up'));
      }
      taken.told.push(how);
      return taken;
    },
    hearLeg: async ({ target }: Leg): Promise<Voice | undefined> => {
      const script = town.answererVoice?.(target);
      return script && new FakeVoice(clock, script);
    },
    sounds: (say: readonly Say[]): readonly Sound[] =>
      say.map((one) => ('prompt' in one ? { file: one.prompt } : { silenceMs: 1 })),
  };
}

interface Around {
  readonly clock: HandClock;
  readonly stopped: Stopped[];
  news(news: LegNews): void;
}

function fakeLeg(id: string, target: Target, script: Script, { clock, stopped, news }: Around): Leg {
  let settle: (result: DialResult) => void = () => {};
  let fail: (error: unknown) => void = () => {};
  let over = false;
  const result = new Promise<DialResult>((resolve, reject) => {
    settle = resolve;
    fail = reject;
  });
  const end = (what: DialResult): void => {
    over = true;
    settle(what);
  };
  const play = (step: Script[number]): void => {
    const at = clock.now();
    if (over) return;
    if (step.does === 'ring') news({ is: 'ringing', leg: id, at });
    if (step.does === 'answer') end({ ended: 'answered', at });
    if (step.does === 'throw') fail(new Error('the edge broke'));
    if (step.does === 'fail')
      end({ ended: 'failed', at, sip: step.sip, ...(step.q850 !== undefined && { q850: step.q850 }) });
  };
  for (const step of script) clock.after(step.after, () => play(step));
  const stop = (reason: StopReason): void => {
    stopped.push({ target, reason });
    if (!over) end({ ended: 'cancelled', at: clock.now() });
  };
  return { id, target, result, stop };
}

interface Entry {
  readonly at: number;
  readonly order: number;
  readonly what: () => void;
}

class HandClock {
  #now = MONDAY_MORNING;
  #entries: Entry[] = [];
  #order = 0;

  now(): number {
    return this.#now;
  }

  after(seconds: number, what: () => void): () => void {
    const entry = { at: this.#now + seconds * 1_000, order: this.#order, what };
    this.#order += 1;
    if (Number.isFinite(entry.at)) this.#entries.push(entry);
    return () => {
      this.#entries = this.#entries.filter((one) => one !== entry);
    };
  }

  /** Lets everything happen that is due within the time, promises included. */
  async run(seconds: number): Promise<void> {
    const until = this.#now + seconds * 1_000;
    await settled();
    for (;;) {
      const next = this.#entries.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at || a.order - b.order)[0];
      if (next === undefined) break;
      this.#entries = this.#entries.filter((one) => one !== next);
      this.#now = next.at;
      next.what();
      await settled();
    }
    this.#now = until;
  }
}

/** Every promise that can settle has settled. */
async function settled(): Promise<void> {
  await new Promise<void>((done) => setImmediate(done));
}
