import type { CallBacks } from '../call/call-backs.ts';
import type { Ledger } from '../call/ports.ts';
import { createWatchdog } from '../call/watchdog.ts';
import { callBackRules } from '../decide/call-back-rules.ts';
import type { CallRecord } from '../domain/outcome.ts';
import type { Parts } from './parts.ts';

/** Where calls are written down, with everything that is made of their ends. */
export interface LedgerDesk extends Ledger {
  /** Closes what has been left open after its call, or for longer than any call lasts, and reports it. */
  sweep(isCarriedOut: (call: string) => boolean): void;
}

export function openLedgerDesk(
  { clock, config, log, store, callEnded, mediaEnded }: Parts,
  callBacks: CallBacks,
): LedgerDesk {
  const watchdog = createWatchdog();
  const closed = (record: CallRecord): void => {
    watchdog.closed(record.id);
    store.ledger.closed(record);
    try {
      callEnded(record);
      for (const { media } of [record, ...record.legs]) if (media !== undefined) mediaEnded?.(media);
      callBacks.after(record, callBackRules(config()));
    } catch (err) {
      log.error({ call: record.id, err }, 'a call that ended could not be counted');
    }
  };
  return {
    opened(call) {
      watchdog.opened(call);
      store.ledger.opened(call);
    },
    closed,
    sweep(isCarriedOut) {
      for (const record of watchdog.forgotten(clock.now(), isCarriedOut)) {
        log.error({ call: record.id }, 'the record of a call was left open: it is closed');
        closed(record);
      }
    },
  };
}
