import type { StoreOptions } from '../options.ts';
import type { Store, StoreAlarm } from '../store.ts';
import { openSqliteMail } from './mail.ts';
import type { Job } from './rows.ts';
import { startThread, type Thread } from './thread.ts';
import type { Refused } from './worker.ts';
import { createWriter } from './writer.ts';

const beatMs = 15_000;
const dayMs = 86_400_000;
const flushMs = 10_000;
const restartMs = 1_000;

/** Opens the SQLite store: its database lives in a thread, its queue here. Rejects when the file cannot be opened. */
export async function openSqliteStore(file: string, options: StoreOptions, alarm: StoreAlarm): Promise<Store> {
  const keeper = await keepThread(file, alarm);
  const { ask } = keeper;
  const write = async (jobs: readonly Job[]) =>
    (await ask({ ask: 'write', jobs: JSON.stringify(jobs), at: Date.now() })) as Refused;
  const writer = createWriter(options, write, alarm);
  writer.beat();

  const purge = () => purgeOld(ask, options.retentionDays, alarm);
  const timers = [setInterval(writer.beat, beatMs), setInterval(purge, dayMs)];
  for (const timer of timers) timer.unref();
  void purge();

  return {
    ledger: {
      opened: writer.opened,
      closed: writer.closed,
      settled: (call, left) => writer.write({ do: 'settle', call, left }),
    },
    calls: {
      list: async (query) => (await ask({ ask: 'list', query })) as Awaited<ReturnType<Store['calls']['list']>>,
      find: async (call) => (await ask({ ask: 'find', call })) as Awaited<ReturnType<Store['calls']['find']>>,
      tally: async (since, before) =>
        (await ask({ ask: 'tally', since, before })) as Awaited<ReturnType<Store['calls']['tally']>>,
    },
    bindings: {
      load: async (at) => (await ask({ ask: 'bindings', at })) as Awaited<ReturnType<Store['bindings']['load']>>,
      replace: (line, bindings) => writer.write({ do: 'bind', line, bindings }),
    },
    notes: {
      load: async (kind) => (await ask({ ask: 'notes', kind })) as Awaited<ReturnType<Store['notes']['load']>>,
      put: (kind, id, value) => writer.write({ do: 'note', kind, id, value }),
      remove: (kind, id) => writer.write({ do: 'note', kind, id }),
    },
    mail: openSqliteMail(ask),
    leftOpen: keeper.leftOpen,
    health: writer.health,
    stop: async () => {
      for (const timer of timers) clearInterval(timer);
      await writer.flush(flushMs);
      await keeper.stop();
    },
  };
}

/** A thread that is started anew when it dies. What was asked of the dead one is rejected: the writer asks again. */
async function keepThread(file: string, alarm: StoreAlarm) {
  const first = await startThread({ file, again: false });
  let thread: Thread | undefined = first;
  let stopping = false;

  const watch = (watched: Thread) => {
    void watched.ended.then(() => {
      thread = undefined;
      if (stopping) return;
      alarm.error({ file }, 'the thread of the store died; it is started again');
      restart();
    });
  };
  const restart = () => {
    startThread({ file, again: true })
      .then((started) => {
        thread = started;
        watch(started);
      })
      .catch((error: Error) => {
        alarm.error({ file, why: error.message }, 'the store cannot be opened again');
        if (!stopping) setTimeout(restart, restartMs).unref();
      });
  };
  watch(first);

  return {
    leftOpen: first.leftOpen,
    ask: async (question: Parameters<Thread['ask']>[0]) => {
      if (thread === undefined) throw new Error('the thread of the store is being started');
      return thread.ask(question);
    },
    stop: async () => {
      stopping = true;
      const last = thread;
      await last?.ask({ ask: 'close' }).catch(() => last.terminate());
      await last?.ended;
    },
  };
}

/** A thousand rows at a time, so that calls never wait long behind it. */
async function purgeOld(ask: Thread['ask'], days: number, alarm: StoreAlarm): Promise<void> {
  const now = Date.now();
  try {
    let purged: unknown;
    do {
      purged = await ask({ ask: 'purge', callsBefore: now - days * dayMs, bindingsBefore: now - dayMs });
    } while (Number(purged) > 0);
  } catch (error) {
    alarm.warn({ why: (error as Error).message }, 'old calls could not be deleted; it is tried again tomorrow');
  }
}
