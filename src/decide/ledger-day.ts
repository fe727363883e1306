import type { CallBack } from '../domain/call-back.ts';
import type { Instant } from '../domain/instant.ts';
import type { Outcome } from '../domain/outcome.ts';
import { isOwedBy } from './call-back.ts';

/** Calls that came to the same end, counted. Without an outcome they go on. */
export interface TallyRow {
  /** As in `CallRecord.from`. */
  readonly from: string;
  readonly service?: string;
  readonly outcome?: Outcome['is'];
  /** What the caller was doing who gave up, why they were refused, or that whoever answered connected them to nobody. */
  readonly how?: string;
  readonly calls: number;
}

/** How a call was answered that nobody had in the end. */
export const lostByTransfer = 'lost by transfer';

/** What became of a day's calls. */
export interface LedgerDay {
  readonly offered: number;
  readonly answered: number;
  /** Of those that were answered: they were then transferred to where nobody took the call, and are to be called back. */
  readonly lostByTransfer: number;
  readonly messages: number;
  readonly callBacksAsked: number;
  readonly told: number;
  readonly featuresDone: number;
  readonly gaveUp: Counted;
  readonly refused: Counted;
  readonly ourFault: number;
  readonly goingOn: number;
  /** Calls of whose end nothing is known, or that ended by a fault of ours. To be 0. */
  readonly lost: number;
}

/** Together, and by what it was, the most frequent first. */
export interface Counted {
  readonly calls: number;
  readonly by: Readonly<Record<string, number>>;
}

/** Adds up what fits. Every call is in exactly one of the sums. */
export function ledgerDay(rows: readonly TallyRow[], fits: (row: TallyRow) => boolean = () => true): LedgerDay {
  const counted = rows.filter(fits);
  const sum = (is: Outcome['is'] | undefined): number =>
    counted.reduce((all, row) => (row.outcome === is ? all + row.calls : all), 0);
  const ourFault = sum('our fault');
  return {
    offered: counted.reduce((all, { calls }) => all + calls, 0),
    answered: sum('answered'),
    lostByTransfer: by(counted, 'answered').by[lostByTransfer] ?? 0,
    messages: sum('message left'),
    callBacksAsked: sum('call-back asked'),
    told: sum('told and released'),
    featuresDone: sum('feature done'),
    gaveUp: by(counted, 'caller gone'),
    refused: by(counted, 'refused'),
    ourFault,
    goingOn: sum(undefined),
    lost: ourFault,
  };
}

/** What became of those who were to be called back. */
export interface CallBacksDay {
  readonly callBacksOpen: number;
  readonly callBacksLate: number;
  /** Closed on that day; by how, and by whom of the town where that is known. */
  readonly callBacksDone: { readonly calls: number; readonly by: Counts; readonly whom: Counts };
}

type Counts = Record<string, number>;

/** `open` and late are as of `now`; `done` is what was closed from `since` on, and before `before`. */
export function callBacksDay(
  tasks: readonly CallBack[],
  { since, before, service }: { readonly since: Instant; readonly before: Instant; readonly service?: string },
  now: Instant,
): CallBacksDay {
  const asked = service === undefined ? tasks : tasks.filter(({ owner }) => isOwedBy(owner, { service }));
  const open = asked.filter(({ closed }) => closed === undefined);
  const done = asked.flatMap(({ closed }) => (closed && closed.at >= since && closed.at < before ? [closed] : []));
  return {
    callBacksOpen: open.length,
    callBacksLate: open.filter(({ dueAt }) => dueAt < now).length,
    callBacksDone: {
      calls: done.length,
      by: counts(done.map(({ how }) => how)),
      whom: counts(done.flatMap(({ by }) => (by === undefined ? [] : [by]))),
    },
  };
}

function counts(names: readonly string[]): Counts {
  const counted = new Map<string, number>();
  for (const name of names) counted.set(name, (counted.get(name) ?? 0) + 1);
  return sorted(counted);
}

/** The most frequent first. */
function sorted(counted: ReadonlyMap<string, number>): Counts {
  return Object.fromEntries([...counted].sort(([, one], [, other]) => other - one));
}

function by(rows: readonly TallyRow[], is: Outcome['is']): Counted {
  const of = rows.filter(({ outcome }) => outcome === is);
  const counted = new Map<string, number>();
  for (const { how = 'unknown', calls } of of) counted.set(how, (counted.get(how) ?? 0) + calls);
  return { calls: of.reduce((all, { calls }) => all + calls, 0), by: sorted(counted) };
}
