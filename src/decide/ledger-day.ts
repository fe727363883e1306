import type { Outcome } from '../domain/outcome.ts';

/** Calls that came to the same end, counted. Without an outcome they go on. */
export interface TallyRow {
  /** As in `CallRecord.from`. */
  readonly from: string;
  readonly service?: string;
  readonly outcome?: Outcome['is'];
  /** What the caller was doing who gave up, or why they were refused. */
  readonly how?: string;
  readonly calls: number;
}

/** What became of a day's calls. */
export interface LedgerDay {
  readonly offered: number;
  readonly answered: number;
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

function by(rows: readonly TallyRow[], is: Outcome['is']): Counted {
  const of = rows.filter(({ outcome }) => outcome === is);
  const counts = new Map<string, number>();
  for (const { how = 'unknown', calls } of of) counts.set(how, (counts.get(how) ?? 0) + calls);
  const sorted = [...counts].sort(([, one], [, other]) => other - one);
  return { calls: of.reduce((all, { calls }) => all + calls, 0), by: Object.fromEntries(sorted) };
}
