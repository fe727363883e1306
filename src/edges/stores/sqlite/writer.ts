import type { CallRecord } from '../../../domain/outcome.ts';
import type { StoreOptions } from '../options.ts';
import type { OpenCall, StoreAlarm, StoreHealth } from '../store.ts';
import { type Awaited, createQueue, type Waiting } from './queue.ts';
import type { Job } from './rows.ts';
import type { Refused } from './worker.ts';

export interface Writer {
  opened(call: OpenCall): void;
  closed(record: CallRecord): void;
  /** Settles when it is written. Rejects while the store cannot write. */
  write(job: Awaited): Promise<void>;
  health(): StoreHealth;
  /** Writes at least the sign of life: finds out whether the store can be written. */
  beat(): void;
  /** Settles when the queue is empty, or with rows left in it after the time given. */
  flush(withinMs: number): Promise<void>;
}

const retryMsAtLeast = 250;
const retryMsAtMost = 10_000;

/**
 * Gathers rows and hands them on in groups, one group at a time: after `groupMs`, when `groupRows` wait, or at once
 * for what somebody waits for (a phone for its binding). While the store cannot write, the ledger's rows stay in the queue
 * and the others are refused.
 */
export function createWriter(
  options: StoreOptions,
  write: (jobs: readonly Job[]) => Promise<Refused>,
  alarm: StoreAlarm,
): Writer {
  const queue = createQueue(options.queueAtMost, alarm);
  const clock = createClock(() => next());
  let writing = false;
  let retryMs = 0;
  let lastError: string | undefined;

  const plan = () => {
    if (writing || retryMs > 0 || queue.size() === 0) return;
    clock.ringIn(queue.isUrgent() || queue.size() >= options.groupRows ? 0 : options.groupMs);
  };

  const next = () => {
    if (writing) return;
    writing = true;
    const group = queue.take(options.groupRows);
    write(group.map(({ job }) => job))
      .then((refused) => written(group, refused))
      .catch((error: unknown) => failed(group, error instanceof Error ? error.message : String(error)))
      .finally(() => {
        writing = false;
        if (retryMs > 0) clock.ringIn(retryMs);
        else plan();
      });
  };

  const written = (group: readonly Waiting[], refused: Refused) => {
    if (retryMs > 0) alarm.warn({ queued: queue.size() }, 'the store can be written again');
    retryMs = 0;
    const faults = new Map(refused.map(({ job, why }) => [job, why]));
    group.forEach((waiting, index) => {
      const why = faults.get(index);
      if (why === undefined) waiting.settle?.resolve();
      else queue.giveUp(waiting, why);
    });
  };

  const failed = (group: readonly Waiting[], why: string) => {
    if (retryMs === 0) alarm.error({ why, queued: queue.size() + group.length }, 'the store cannot be written');
    lastError = why;
    retryMs = Math.min(Math.max(retryMs * 2, retryMsAtLeast), retryMsAtMost);
    queue.putBack(group, why);
  };

  return {
    opened: (call) => {
      queue.opened(call);
      plan();
    },
    closed: (record) => {
      queue.closed(record);
      plan();
    },
    write: (job) => {
      if (retryMs > 0) return Promise.reject(new Error(`the store cannot be written: ${lastError}`));
      const done = queue.awaited(job);
      plan();
      return done;
    },
    beat: () => {
      if (!clock.isSet()) next();
    },
    health: () => ({
      writable: retryMs === 0,
      queued: queue.size(),
      lost: queue.lost(),
      ...(lastError !== undefined && { lastError }),
    }),
    flush: async (withinMs) => {
      await settled(
        withinMs,
        () => !writing && queue.size() === 0,
        () => writing || clock.ringIn(0),
      );
      clock.stop();
      queue.abandon('the exchange stopped before it could be written');
    },
  };
}

/** One bell: asked twice, it rings at the earlier time. */
function createClock(ring: () => void) {
  let timer: NodeJS.Timeout | undefined;
  let at = Number.POSITIVE_INFINITY;
  const stop = () => {
    clearTimeout(timer);
    at = Number.POSITIVE_INFINITY;
  };
  return {
    stop,
    isSet: () => at < Number.POSITIVE_INFINITY,
    ringIn: (ms: number) => {
      const asked = performance.now() + ms;
      if (asked >= at) return;
      stop();
      at = asked;
      timer = setTimeout(() => {
        at = Number.POSITIVE_INFINITY;
        ring();
      }, ms);
    },
  };
}

/** Asks for one more try every 10 ms, until done or out of time. */
async function settled(withinMs: number, isDone: () => boolean, goOn: () => void): Promise<void> {
  const until = performance.now() + withinMs;
  while (!isDone() && performance.now() < until) {
    goOn();
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
