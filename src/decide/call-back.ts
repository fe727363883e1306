import type { CallBack, CallBackOwner, CallBackReason } from '../domain/call-back.ts';
import type { ServiceId } from '../domain/ids.ts';
import type { Instant } from '../domain/instant.ts';
import type { CallRecord } from '../domain/outcome.ts';
import type { Refusal } from '../domain/refusals.ts';

/** Who calls back the callers of a service or a line, and by when if they ask now. */
export interface CallBackRule {
  readonly owner: CallBackOwner;
  dueAt(from: Instant): Instant;
}

/** What is to be known of services and lines. */
export interface CallBackRules {
  /** `undefined`: there is no such service or line, or it does not call back. */
  of(called: CallBackOwner): CallBackRule | undefined;
  ownerOfMailbox(mailbox: string): CallBackOwner | undefined;
  /** The line that was called, if it was one. */
  lineCalled(record: CallRecord): CallBackOwner | undefined;
  /** Has somebody who works for the service, or whose line it is, answered this call? */
  hasAnswered(owner: CallBackOwner, record: CallRecord): boolean;
}

/** Which tasks a call that ended changes: those to be written, new or changed. `open`: every task that is open. */
export function callBacksAfter(
  record: CallRecord,
  open: readonly CallBack[],
  rules: CallBackRules,
): readonly CallBack[] {
  if (record.outcome.is === 'answered' && !isLostByTransfer(record)) return reached(record, open, rules);
  const rule = ruleFor(record, rules);
  const because = rule && reasonOf(record, rule.owner);
  const number = numberOf(record);
  // Whoever withheld their number, and left none, cannot be called.
  if (because === undefined || rule === undefined || number === undefined) return [];
  const { owner } = rule;
  const known = open.find((one) => isSame(one.owner, owner) && one.number === number);
  // A call that a crash cut short may be told of twice.
  if (known?.lastCall === record.id) return [];
  if (known !== undefined) return [{ ...known, calls: known.calls + 1, lastCall: record.id }];
  const { id, endedAt } = record;
  return [{ id, owner, number, because, askedAt: endedAt, dueAt: rule.dueAt(endedAt), calls: 1, lastCall: id }];
}

/**
 * Who has promised it, or has the message, calls back, however the call came there: it may have been forwarded by a line, or
 * handed on by another service. Otherwise the service that was called, or the line when no service looked after the call.
 */
function ruleFor(record: CallRecord, rules: CallBackRules): CallBackRule | undefined {
  const { outcome, unserved } = record;
  const called = calledBy(record, rules);
  if (outcome.is === 'message left') {
    const keeper = rules.ownerOfMailbox(outcome.mailbox);
    return (keeper && rules.of(keeper)) ?? called;
  }
  const owner = outcome.is === 'call-back asked' ? service(outcome.service) : unserved;
  if (owner === undefined || (called !== undefined && isSame(called.owner, owner))) return called;
  const promised = rules.of(owner);
  return promised && { ...promised, owner };
}

function calledBy(record: CallRecord, rules: CallBackRules): CallBackRule | undefined {
  const called = record.service === undefined ? rules.lineCalled(record) : service(record.service);
  return called && rules.of(called);
}

function service(id: string): CallBackOwner {
  return { is: 'service', service: id as ServiceId };
}

/** Does the task belong to this service, or this line? Neither named: to anybody. */
export function isOwedBy(
  owner: CallBackOwner,
  { service, line }: { readonly service?: string | undefined; readonly line?: string | undefined },
): boolean {
  if (service === undefined && line === undefined) return true;
  return owner.is === 'service' ? owner.service === service : owner.line === line;
}

/** Of the two that a task may be owed by. */
export function isSame(one: CallBackOwner, other: CallBackOwner): boolean {
  return one.is === 'service'
    ? other.is === 'service' && one.service === other.service
    : other.is === 'line' && one.line === other.line;
}

/**
 * Both have talked: somebody of the town has called them (for a line: from that line), or they were answered by the service or the
 * line that was to call back, whichever of its numbers they called.
 */
function reached(record: CallRecord, open: readonly CallBack[], rules: CallBackRules): readonly CallBack[] {
  const { id, from, callerNumber, calledNumber, endedAt: at, outcome } = record;
  const answeredBy = outcome.is === 'answered' ? outcome.by : '';
  const called = calledBy(record, rules)?.owner;
  return open.flatMap((task): CallBack[] => {
    const { owner } = task;
    if (calledNumber === task.number && mayCallFor(owner, record)) {
      return [{ ...task, closed: { at, how: 'we reached them', call: id, by: from } }];
    }
    if (callerNumber !== task.number) return [];
    const isTheirs =
      (owner.is === 'service' && record.service === owner.service) ||
      (called !== undefined && isSame(called, owner)) ||
      rules.hasAnswered(owner, record);
    return isTheirs ? [{ ...task, closed: { at, how: 'they reached us', call: id, by: answeredBy } }] : [];
  });
}

/** A citizen who calls somebody of the town is not the town that calls back; nor is another office the one they wanted to talk to. */
function mayCallFor(owner: CallBackOwner, { site, from }: CallRecord): boolean {
  return owner.is === 'service' ? site !== undefined : from === `line ${owner.line}`;
}

/**
 * Who was told something and released has had an answer, and so has who was refused: unless it was for want of what we owe them. A line
 * has nobody else to see to its callers: they are owed a call also when they were refused because nobody took theirs.
 */
function reasonOf(record: CallRecord, owner: CallBackOwner): CallBackReason | undefined {
  const { outcome, unserved } = record;
  if (unserved !== undefined) return 'our fault';
  switch (outcome.is) {
    case 'caller gone':
    case 'answered':
      return 'gave up';
    case 'call-back asked':
      return 'asked';
    case 'message left':
      return 'message';
    case 'our fault':
      return 'our fault';
    case 'refused':
      return owner.is === 'line' && notTaken.has(outcome.why) ? 'missed' : undefined;
    default:
      return undefined;
  }
}

/** What a caller is told whom nobody took. A call that was declined is not missed. */
export const notTaken: ReadonlySet<Refusal> = new Set(['busy', 'no-answer', 'unreachable']);

/** Somebody had answered them, and connected them on to where nobody took the call: the last thing that happened to them. */
export function isLostByTransfer({ transfers = [], from }: Pick<CallRecord, 'transfers' | 'from'>): boolean {
  const last = transfers.at(-1);
  return last !== undefined && last.who === from && lostWhen.has(last.ended ?? '');
}

/** A transfer that was refused at once (`refused: …`) or came back is none of these: they went on talking. */
export const lostWhen: ReadonlySet<string> = new Set(['caller gone', 'refused', 'our fault']);

function numberOf({ outcome, callerNumber, withheld }: CallRecord): string | undefined {
  const left = outcome.is === 'call-back asked' ? outcome.number : undefined;
  return left ?? (withheld ? undefined : callerNumber);
}
