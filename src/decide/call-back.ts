import type { CallBack, CallBackReason } from '../domain/call-back.ts';
import type { ServiceId } from '../domain/ids.ts';
import type { CallRecord } from '../domain/outcome.ts';

/** Who calls back the callers of a service, and within how long. */
export interface CallBackRule {
  readonly owner: ServiceId;
  readonly withinMinutes: number;
}

/** Which tasks a call that ended changes: those to be written, new or changed. `open`: every task that is open. */
export function callBacksAfter(
  record: CallRecord,
  open: readonly CallBack[],
  ruleOf: (service: string) => CallBackRule | undefined,
): readonly CallBack[] {
  if (record.outcome.is === 'answered') return reached(record, open);
  const because = reasonOf(record);
  const rule = record.service === undefined ? undefined : ruleOf(record.service);
  const number = numberOf(record);
  // Whoever withheld their number, and left none, cannot be called.
  if (because === undefined || rule === undefined || number === undefined) return [];
  const { owner, withinMinutes } = rule;
  const known = open.find((one) => one.service === owner && one.number === number);
  // A call that a crash cut short may be told of twice.
  if (known?.lastCall === record.id) return [];
  if (known !== undefined) return [{ ...known, calls: known.calls + 1, lastCall: record.id }];
  const { id, endedAt } = record;
  const dueAt = endedAt + withinMinutes * 60_000;
  return [{ id, service: owner, number, because, askedAt: endedAt, dueAt, calls: 1, lastCall: id }];
}

/** Both have talked: the caller was answered by the service, or somebody of the town has called them. */
function reached(record: CallRecord, open: readonly CallBack[]): readonly CallBack[] {
  const { id, callerNumber, calledNumber, endedAt: at } = record;
  return open.flatMap((task): CallBack[] => {
    if (calledNumber !== undefined && task.number === calledNumber) {
      return [{ ...task, closed: { at, how: 'we reached them', call: id } }];
    }
    const theirs = callerNumber === task.number && record.service !== undefined;
    return theirs ? [{ ...task, closed: { at, how: 'they reached us', call: id } }] : [];
  });
}

/** Who was told something and released has had an answer; so has who was refused. */
function reasonOf({ outcome }: CallRecord): CallBackReason | undefined {
  switch (outcome.is) {
    case 'caller gone':
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

function numberOf({ outcome, callerNumber, withheld }: CallRecord): string | undefined {
  const left = outcome.is === 'call-back asked' ? outcome.number : undefined;
  return left ?? (withheld ? undefined : callerNumber);
}
