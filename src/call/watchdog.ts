import type { Instant } from '../domain/instant.ts';
import type { CallRecord } from '../domain/outcome.ts';
import type { Ledger } from './ports.ts';

type Opening = Parameters<Ledger['opened']>[0];

/** Beyond that no call lasts: a record that is open for longer has been forgotten. */
const hoursAtMost = 24;

/** Watches that each call that was opened in the ledger is closed there. */
export interface Watchdog {
  opened(call: Opening): void;
  closed(call: string): void;
  /** The ends of the calls that were forgotten, each given once. */
  forgotten(at: Instant): readonly CallRecord[];
}

export function createWatchdog(): Watchdog {
  // In the order in which they began.
  const open = new Map<string, Opening>();
  return {
    opened: (call) => void open.set(call.id, call),
    closed: (call) => void open.delete(call),
    forgotten(at) {
      const found = [...open.values()].filter(({ startedAt }) => startedAt <= at - hoursAtMost * 3_600_000);
      for (const { id } of found) open.delete(id);
      return found.map((call) => ({
        ...call,
        configDigest: '',
        decisions: [],
        legs: [],
        endedAt: at,
        endedBy: 'exchange',
        outcome: { is: 'our fault', what: `the record was left open for ${hoursAtMost} hours` },
      }));
    },
  };
}
