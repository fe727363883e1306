import { isLostByTransfer } from '../../decide/call-back.ts';
import { lostByTransfer, type TallyRow } from '../../decide/ledger-day.ts';
import type { Instant } from '../../domain/instant.ts';
import type { CallRecord } from '../../domain/outcome.ts';
import type { CallQuery, CallSummary, OpenCall } from './store.ts';

/** The trunk a call left on: that of its last leg to a trunk. */
export function leftOn(record: Pick<CallRecord, 'legs'>): string | undefined {
  const legs = record.legs.map((leg) => /^trunk (\S+)/.exec(leg.target)?.[1]);
  return legs.filter((trunk) => trunk !== undefined).at(-1);
}

/** The ways `from` may name a caller in the ledger: as it stands, as a line, as a trunk. */
export function callerNames(from: string): readonly string[] {
  return [from, `line ${from}`, `trunk ${from}`];
}

/** Does a call of the ledger answer to the query? What the SQL stores say in SQL. */
export function fits(call: CallRecord | OpenCall, query: CallQuery): boolean {
  return isInTime(call, query) && isFrom(call, query.from) && isAbout(call, query);
}

function isInTime(call: OpenCall, { since = -Infinity, before = Infinity }: CallQuery): boolean {
  return call.startedAt >= since && call.startedAt < before;
}

function isFrom(call: CallRecord | OpenCall, from: string | undefined): boolean {
  if (from === undefined) return true;
  return callerNames(from).includes(call.from) || ('outcome' in call && call.callerNumber === from);
}

function isAbout(call: CallRecord | OpenCall, query: CallQuery): boolean {
  if (query.dialled !== undefined && query.dialled !== call.dialled) return false;
  if (query.trunk !== undefined && call.from !== `trunk ${query.trunk}` && trunkOf(call) !== query.trunk) return false;
  const { site, outcome } = 'outcome' in call ? call : {};
  if (query.site !== undefined && query.site !== site) return false;
  return query.outcome === undefined || query.outcome === outcome?.is;
}

function trunkOf(call: CallRecord | OpenCall): string | undefined {
  return 'outcome' in call ? leftOn(call) : undefined;
}

/** What the SQL stores say by GROUP BY. */
export function tallied(calls: Iterable<CallRecord | OpenCall>, since: Instant, before: Instant): readonly TallyRow[] {
  const rows = new Map<string, TallyRow>();
  for (const call of calls) {
    if (call.startedAt < since || call.startedAt >= before) continue;
    const { outcome, service } = 'outcome' in call ? call : { outcome: undefined, service: call.service };
    const how = 'outcome' in call ? howOf(call) : undefined;
    const key = JSON.stringify([call.from, service, outcome?.is, how]);
    const row: TallyRow = rows.get(key) ?? {
      from: call.from,
      ...(service !== undefined && { service }),
      ...(outcome !== undefined && { outcome: outcome.is }),
      ...(how !== undefined && { how }),
      calls: 0,
    };
    rows.set(key, { ...row, calls: row.calls + 1 });
  }
  return [...rows.values()];
}

function howOf(call: CallRecord): string | undefined {
  const { outcome } = call;
  if (outcome.is === 'answered') return isLostByTransfer(call) ? lostByTransfer : undefined;
  if (outcome.is === 'caller gone') return outcome.during;
  return outcome.is === 'refused' ? outcome.why : undefined;
}

export function summary(call: CallRecord | OpenCall): CallSummary {
  const { id, startedAt, from, dialled } = call;
  if (!('outcome' in call)) return { id, startedAt, from, dialled };
  const { site, callerNumber, answeredAt, endedAt, outcome } = call;
  return {
    id,
    startedAt,
    from,
    dialled,
    endedAt,
    outcome,
    ...(site !== undefined && { site }),
    ...(callerNumber !== undefined && { callerNumber }),
    ...(answeredAt !== undefined && { answeredAt }),
  };
}
