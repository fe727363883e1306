import { accountLabel, calledNumber, callerLabel, callerNumber, summarise } from '../decide/summary.ts';
import type { Caller, IncomingCall, RouteDecision, Target } from '../domain/call.ts';
import type { CallBackOwner } from '../domain/call-back.ts';
import type { Config } from '../domain/config.ts';
import type { ServiceId } from '../domain/ids.ts';
import type { Instant } from '../domain/instant.ts';
import type {
  CallRecord,
  DecisionRecord,
  GoneDuring,
  LegRecord,
  MediaQuality,
  Outcome,
  RecordedTalk,
  TransferRecord,
} from '../domain/outcome.ts';
import type { DialResult, Leg, World } from './ports.ts';

/** The record of a call while it grows. It is written when it is opened, and once more when it is closed. */
export interface OpenRecord {
  decided(decision: RouteDecision): void;
  /** A service looks after the caller from now on, unless one does already. */
  entered(service: ServiceId): void;
  /** A leg was dialled. */
  sent(leg: Leg): void;
  ringing(leg: string, at: Instant): void;
  ended(leg: Leg, result: DialResult): void;
  /** We took the call ourselves. */
  preAnswered(at: Instant): void;
  /** From now on the caller hears us, taken or not. */
  hearsUs(at: Instant): void;
  /** What the caller is doing now, should they give up; `undefined`: waiting for somebody to answer. */
  doing(what: GoneDuring | undefined): void;
  /** This leg has the call. */
  answered(leg: Leg, at: Instant): void;
  /** Somebody has the call whom we did not dial. */
  answeredBy(at: Instant): void;
  /** The answer did not reach the caller any more. */
  neverBegan(): void;
  hungUp(by: NonNullable<CallRecord['endedBy']>, at: Instant): void;
  /** How the sound of a leg was, or (without one) that of the caller. */
  heard(quality: MediaQuality | undefined, leg?: Leg): void;
  /** What became of the recording of the talk. */
  recorded(how: RecordedTalk): void;
  /** One of the two connects the other elsewhere. `decision`: what came of what they dialled. The function given back says how it ended. */
  transfer(
    transfer: Omit<TransferRecord, 'at' | 'ended' | 'during'>,
    decision?: RouteDecision,
  ): (ended: string | Outcome) => void;
  /** Its last resort could not be carried out: who owes them a call back. */
  unserved(owner: CallBackOwner): void;
  /** Somebody was called for them, or they have waited in line for somebody. */
  tried(): boolean;
  /** How far the call came. */
  during(): GoneDuring;
  nameOf(leg: Leg): string;
  /** The caller's number as far as it is known. */
  callerNumber(): string | undefined;
  /** Writes the whole into the ledger. Only the first time counts. */
  close(outcome: Outcome): void;
}

/** What is kept of a call that is handed round and round. */
const transfersAtMost = 20;
const decisionsAtMost = 40;

type Growing<T> = { -readonly [Key in keyof T]: T[Key] };
type Whole = Growing<Omit<CallRecord, 'decisions' | 'legs' | 'endedAt' | 'outcome'>>;
type RecordWorld = Pick<World, 'now' | 'ledger'>;

export function openRecord(call: IncomingCall, config: Config, world: RecordWorld): OpenRecord {
  const whole: Whole = {
    id: call.id,
    startedAt: call.receivedAt,
    from: 'stranger',
    dialled: call.dialled,
    configDigest: config.version.digest,
    ...(call.withheld && { withheld: true }),
  };
  const decisions: DecisionRecord[] = [];
  const { transfer, told } = transfersOf(world, decisions);
  const legs = legsOf(whole, world);
  let closed = false;
  let doing: GoneDuring | undefined;
  let queued = false;
  const entered = (service: ServiceId): void => {
    if (whole.service !== undefined || closed) return;
    whole.service = service;
    // Once more, so that a crash from now on knows who is to call back.
    world.ledger.opened(openingOf(whole));
  };
  return {
    // One by one: a copy by `...` has a hidden class of its own for each call, and what hangs by one of those is not collected while young.
    sent: legs.sent,
    ringing: legs.ringing,
    ended: legs.ended,
    answered: legs.answered,
    heard: legs.heard,
    nameOf: legs.nameOf,
    decided(decision) {
      noteDecision(decision, whole);
      decisions.push(summarise(decision));
      world.ledger.opened(openingOf(whole));
    },
    entered,
    preAnswered(at) {
      whole.preAnsweredAt ??= at;
      whole.heardAt ??= at;
    },
    hearsUs(at) {
      whole.heardAt ??= at;
    },
    doing(what) {
      doing = what;
      queued ||= what === 'queue';
    },
    unserved(owner) {
      whole.unserved = owner;
    },
    tried: () => queued || legs.dialled(),
    recorded(how) {
      whole.recording = how;
    },
    answeredBy(at) {
      whole.answeredAt ??= at;
    },
    neverBegan() {
      if (told().transfers === undefined) delete whole.answeredAt;
    },
    hungUp(by) {
      whole.endedBy = by;
    },
    transfer(asked, decision) {
      const isCarriedOut = decision !== undefined && decision.treatment.do !== 'refuse';
      if (isCarriedOut && decision.destination.is === 'service') entered(decision.destination.service.id);
      return transfer(asked, decision);
    },
    during: () => doing ?? (whole.ringingAt === undefined ? 'set-up' : 'ringing'),
    callerNumber: () => (call.withheld ? undefined : whole.callerNumber),
    close(outcome) {
      if (closed) return;
      closed = true;
      const endedAt = world.now();
      const rest = { decisions, legs: legs.closedAt(endedAt), endedAt, outcome };
      world.ledger.closed(Object.assign({}, whole, told(), rest));
    },
  };
}

function noteDecision({ caller, destination, account }: RouteDecision, whole: Whole): void {
  if (caller !== undefined) Object.assign(whole, ofCaller(caller));
  if (destination.is === 'service') whole.service = destination.service.id;
  const called = calledNumber(destination);
  if (called !== undefined) whole.calledNumber = called;
  if (account !== undefined) whole.account = accountLabel(account);
}

type OfLegs = Pick<OpenRecord, 'sent' | 'ringing' | 'ended' | 'answered' | 'heard' | 'nameOf'> & {
  dialled(): boolean;
};

/** What becomes of each leg, and of the call by it. After `closedAt` nothing changes any more. */
function legsOf(whole: Whole, world: RecordWorld): OfLegs & { closedAt(at: Instant): readonly LegRecord[] } {
  const legs = new Map<string, Growing<LegRecord>>();
  let closed = false;
  return {
    sent: (leg) =>
      void legs.set(leg.id, { target: targetLabel(leg.target), ...leavingOf(leg.target), sentAt: world.now() }),
    ringing(leg, at) {
      const one = legs.get(leg);
      if (one !== undefined) one.ringingAt ??= at;
      whole.ringingAt ??= at;
    },
    ended(leg, result) {
      const one = legs.get(leg.id);
      if (one !== undefined && !closed) Object.assign(one, endOf(result));
    },
    answered(leg, at) {
      const one = legs.get(leg.id);
      if (one !== undefined) Object.assign(one, { answeredAt: at, ...(leg.anchored && { anchored: leg.anchored }) });
      whole.answeredAt ??= at;
    },
    heard(quality, leg) {
      const one = leg === undefined ? whole : legs.get(leg.id);
      if (one !== undefined && quality !== undefined) one.media = quality;
    },
    nameOf: (leg) => targetLabel(leg.target),
    dialled: () => legs.size > 0,
    closedAt(at) {
      closed = true;
      for (const one of legs.values()) one.endedAt ??= at;
      return [...legs.values()];
    },
  };
}

/** The decision tells what was meant when the call came in; a forward or another number to show is seen here alone. */
function leavingOf(target: Target): Pick<LegRecord, 'called' | 'shows'> {
  if (target.is !== 'trunk') return {};
  const { called, shows } = target.leaving;
  const shown = shows.withheld ? 'withheld' : shows.number;
  return { called, ...(shown !== undefined && { shows: shown }) };
}

function endOf(result: DialResult): Partial<LegRecord> {
  if (result.ended === 'answered') return { answeredAt: result.at, sip: 200 };
  if (result.ended === 'cancelled') return { endedAt: result.at };
  return { endedAt: result.at, sip: result.sip, ...(result.q850 !== undefined && { q850: result.q850 }) };
}

/** What is known of a call when it is decided. */
function openingOf(whole: Opening): Opening {
  const { id, startedAt, from, dialled, service, callerNumber, calledNumber, withheld } = whole;
  const opening: Growing<Opening> = { id, startedAt, from, dialled };
  if (service !== undefined) opening.service = service;
  if (callerNumber !== undefined) opening.callerNumber = callerNumber;
  if (calledNumber !== undefined) opening.calledNumber = calledNumber;
  if (withheld) opening.withheld = true;
  return opening;
}

type Opening = Parameters<World['ledger']['opened']>[0];

/** The transfers of a call, and what was decided on each. */
function transfersOf(world: Pick<World, 'now'>, decisions: DecisionRecord[]) {
  const transfers: Growing<TransferRecord>[] = [];
  const told = (): Pick<CallRecord, 'transfers'> => (transfers.length === 0 ? {} : { transfers });
  const transfer: OpenRecord['transfer'] = (transfer, decision) => {
    const one: Growing<TransferRecord> = { ...transfer, at: world.now() };
    if (transfers.length < transfersAtMost) transfers.push(one);
    if (decision !== undefined && decisions.length < decisionsAtMost) decisions.push(summarise(decision));
    return (ended) => {
      if (one.ended !== undefined) return;
      one.ended = typeof ended === 'string' ? ended : ended.is;
      if (typeof ended === 'object' && ended.is === 'caller gone') one.during = ended.during;
    };
  };
  return { transfer, told };
}

function ofCaller(caller: Caller): Pick<CallRecord, 'from' | 'site' | 'callerNumber'> {
  const number = callerNumber(caller);
  return {
    from: callerLabel(caller),
    ...(caller.is !== 'outside' && { site: caller.site.id }),
    ...(number !== undefined && { callerNumber: number }),
  };
}

/** `line 4101`, or `trunk operator target 0`. */
export function targetLabel(target: Target): string {
  return target.is === 'line' ? `line ${target.line}` : `trunk ${target.trunk} target ${target.target}`;
}
