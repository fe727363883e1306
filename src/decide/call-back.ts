import type { CallBack, CallBackReason } from '../domain/call-back.ts';
import type { ServiceId } from '../domain/ids.ts';
import type { Instant } from '../domain/instant.ts';
import type { CallRecord } from '../domain/outcome.ts';

/** Who calls back the callers of a service, and by when if they ask now. */
export interface CallBackRule {
  readonly owner: ServiceId;
  dueAt(from: Instant): Instant;
}

/** What is to be known of services. */
export interface CallBackRules {
  /** `undefined`: there is no such service. */
  of(service: string): CallBackRule | undefined;
  /** Has somebody who works for the service answered this call? */
  hasAnswered(service: ServiceId, record: CallRecord): boolean;
}

/** Which tasks a call that ended changes: those to be written, new or changed. `open`: every task that is open. */
export function callBacksAfter(
  record: CallRecord,
  open: readonly CallBack[],
  rules: CallBackRules,
): readonly CallBack[] {
  if (record.outcome.is === 'answered' && !isLostByTransfer(record)) return reached(record, open, rules);
  const because = reasonOf(record);
  const rule = ruleFor(record, rules);
  const number = numberOf(record);
  // Whoever withheld their number, and left none, cannot be called.
  if (because === undefined || rule === undefined || number === undefined) return [];
  const { owner } = rule;
  const known = open.find((one) => one.service === owner && one.number === number);
  // A call that a crash cut short may be told of twice.
  if (known?.lastCall === record.id) return [];
  if (known !== undefined) return [{ ...known, calls: known.calls + 1, lastCall: record.id }];
  const { id, endedAt } = record;
  return [
    { id, service: owner, number, because, askedAt: endedAt, dueAt: rule.dueAt(endedAt), calls: 1, lastCall: id },
  ];
}

/**
 * Who has promised it, or has the message, calls back, however the call came there: it may have been forwarded by a line, or
 * handed on by another service. Otherwise the service that was called.
 */
function ruleFor({ outcome, service, unserved }: CallRecord, rules: CallBackRules): CallBackRule | undefined {
  const called = service === undefined ? undefined : rules.of(service);
  if (outcome.is === 'message left') return rules.of(outcome.mailbox) ?? called;
  const owner = outcome.is === 'call-back asked' ? outcome.service : unserved;
  if (owner === undefined || called?.owner === owner) return called;
  const promised = rules.of(owner);
  return promised && { ...promised, owner: owner as ServiceId };
}

/**
 * Both have talked: somebody of the town has called them, or they were answered by the service that was to call back, whichever of
 * its numbers they called.
 */
function reached(record: CallRecord, open: readonly CallBack[], rules: CallBackRules): readonly CallBack[] {
  const { id, from, callerNumber, calledNumber, endedAt: at, outcome } = record;
  const answeredBy = outcome.is === 'answered' ? outcome.by : '';
  // A citizen who calls somebody of the town is not the town that calls back.
  const isOurs = record.site !== undefined;
  const called = record.service === undefined ? undefined : rules.of(record.service)?.owner;
  return open.flatMap((task): CallBack[] => {
    if (isOurs && calledNumber === task.number) {
      return [{ ...task, closed: { at, how: 'we reached them', call: id, by: from } }];
    }
    if (callerNumber !== task.number) return [];
    const isTheirs =
      record.service === task.service || called === task.service || rules.hasAnswered(task.service, record);
    return isTheirs ? [{ ...task, closed: { at, how: 'they reached us', call: id, by: answeredBy } }] : [];
  });
}

/** Who was told something and released has had an answer, and so has who was refused: unless it was for want of what we owe them. */
function reasonOf(record: CallRecord): CallBackReason | undefined {
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
    default:
      return undefined;
  }
}

/** Somebody had answered them, and connected them on to where nobody took the call: the last thing that happened to them. */
function isLostByTransfer({ transfers = [], from }: CallRecord): boolean {
  const last = transfers.at(-1);
  return last !== undefined && last.who === from && lostWhen.has(last.ended ?? '');
}

/** A transfer that was refused at once (`refused: …`) or came back is none of these: they went on talking. */
const lostWhen: ReadonlySet<string> = new Set(['caller gone', 'refused', 'our fault']);

function numberOf({ outcome, callerNumber, withheld }: CallRecord): string | undefined {
  const left = outcome.is === 'call-back asked' ? outcome.number : undefined;
  return left ?? (withheld ? undefined : callerNumber);
}
