import { type CallBackRules, callBacksAfter } from '../decide/call-back.ts';
import type { CallBack } from '../domain/call-back.ts';
import type { Instant } from '../domain/instant.ts';
import type { CallRecord } from '../domain/outcome.ts';
import { idMeant } from '../domain/short-id.ts';

/** Where tasks outlive a restart. */
export interface CallBackStore {
  load(): Promise<readonly CallBack[]>;
  /** Rejects when the store cannot write; the task is kept in memory all the same. */
  put(task: CallBack): Promise<void>;
  remove(id: string): Promise<void>;
}

/** Who is to be called back, and who was. */
export interface CallBacks {
  load(): Promise<void>;
  /** A call ended: makes tasks, and closes those of whoever was reached. */
  after(record: CallRecord, rules: CallBackRules): void;
  /** The open ones, the most urgent first; with `closed`, also those closed within the last days, at the end. */
  list(closed: boolean): readonly CallBack[];
  /** Closed by hand, by its id or a beginning that no other has; undefined when there is no such open task. */
  close(id: string, at: Instant): CallBack | undefined;
  /** Forgets what was closed before. */
  purge(closedBefore: Instant): void;
}

/** Beyond that the oldest closed, then the oldest open tasks make room. */
const tasksAtMost = 20_000;

export function createCallBacks(store: CallBackStore, alarm: (error: unknown) => void): CallBacks {
  const tasks = new Map<string, CallBack>();
  const open = (): readonly CallBack[] => [...tasks.values()].filter((task) => task.closed === undefined);
  const keep = (task: CallBack): void => {
    tasks.set(task.id, task);
    store.put(task).catch(alarm);
  };
  const forget = (id: string): void => {
    tasks.delete(id);
    store.remove(id).catch(alarm);
  };
  const makeRoom = (): void => {
    if (tasks.size <= tasksAtMost) return;
    const all = [...tasks.values()];
    const oldest = all.find((task) => task.closed !== undefined) ?? all[0];
    if (oldest !== undefined) forget(oldest.id);
  };
  return {
    async load() {
      for (const task of await store.load()) tasks.set(task.id, task);
    },
    after(record, rules) {
      const changed = callBacksAfter(record, open(), rules);
      for (const task of changed) keep(task);
      makeRoom();
    },
    list: (closed) => [
      ...open().toSorted((one, other) => one.dueAt - other.dueAt),
      ...(closed ? [...tasks.values()].filter((task) => task.closed !== undefined) : []),
    ],
    close(id, at) {
      const meant = idMeant(id, [...tasks.keys()]);
      const task = meant === undefined ? undefined : tasks.get(meant);
      if (task === undefined || task.closed !== undefined) return undefined;
      const closed: CallBack = { ...task, closed: { at, how: 'by hand' } };
      keep(closed);
      return closed;
    },
    purge(closedBefore) {
      for (const { id, closed } of [...tasks.values()]) {
        if (closed !== undefined && closed.at < closedBefore) forget(id);
      }
    },
  };
}
