import type { Instant } from '../domain/instant.ts';
import type { CallRecord } from '../domain/outcome.ts';
import { Roster } from '../domain/roster.ts';
import type { Ledger } from './ports.ts';

type Opening = Parameters<Ledger['opened']>[0];

/** Beyond that no call lasts: a record that is open for longer has been forgotten. */
const hoursAtMost = 24;
/** So long the record of a call that is over may wait to be closed: it is, within the same moment, unless something went wrong. */
const minutesAfterItsCall = 2;

/** Watches that each call that was opened in the ledger is closed there. */
export interface Watchdog {
  opened(call: Opening): void;
  closed(call: string): void;
  /** The ends of the calls that were forgotten, each given once. `isCarriedOut`: is anything of the call still under way here? */
  forgotten(at: Instant, isCarriedOut: (call: string) => boolean): readonly CallRecord[];
}

export function createWatchdog(): Watchdog {
  // In the order in which they began.
  const open = new Roster<Opening>();
  /** Since when calls are known to be over whose record is open. */
  const over = new Map<string, Instant>();
  const forget = (call: string): void => {
    open.delete(call);
    over.delete(call);
  };
  const overFor = (call: string, at: Instant): number => {
    const since = over.get(call) ?? at;
    over.set(call, since);
    return at - since;
  };
  return {
    opened: (call) => void open.set(call.id, call),
    closed: forget,
    forgotten(at, isCarriedOut) {
      const found = open.values().flatMap((call): CallRecord[] => {
        const isOver = !isCarriedOut(call.id);
        if (isOver && overFor(call.id, at) >= minutesAfterItsCall * 60_000)
          return [leftOpen(call, at, 'after its call')];
        const isOld = call.startedAt <= at - hoursAtMost * 3_600_000;
        return isOld ? [leftOpen(call, at, `for ${hoursAtMost} hours`)] : [];
      });
      for (const { id } of found) forget(id);
      return found;
    },
  };
}

function leftOpen(call: Opening, at: Instant, how: string): CallRecord {
  return {
    ...call,
    configDigest: '',
    decisions: [],
    legs: [],
    endedAt: at,
    endedBy: 'exchange',
    outcome: { is: 'our fault', what: `the record was left open ${how}` },
  };
}
