import type { CallRecording } from '../domain/call-recording.ts';
import type { Instant } from '../domain/instant.ts';
import type { RecordingDesk } from './recording-ports.ts';

/** What the recordings of talks ask of the world. */
export interface RecordingWorld {
  now(): Instant;
  newId(): string;
  /** What settles would survive a crash. */
  readonly store: {
    load(): Promise<readonly CallRecording[]>;
    put(recording: CallRecording): Promise<void>;
    remove(id: string): Promise<void>;
  };
  readonly files: {
    /** Seconds of sound in the file; its header is repaired when its writer was killed. Undefined when there is none. */
    seconds(file: string): Promise<number | undefined>;
    remove(file: string): Promise<void>;
  };
  alarm(error: unknown, says: string): void;
}

const DAY_MS = 86_400_000;

export function createRecordings(world: RecordingWorld): RecordingDesk {
  const known = new Map<string, CallRecording>();
  const orAlarm = async <T>(says: string, otherwise: T, run: () => Promise<T>): Promise<T> => {
    try {
      return await run();
    } catch (error) {
      world.alarm(error, says);
      return otherwise;
    }
  };
  /** The file first: while the row stands, the next purge finds what is left of it. */
  const remove = async ({ id, file }: CallRecording): Promise<void> => {
    await world.files.remove(file);
    await world.store.remove(id);
    known.delete(id);
  };
  const keep = async (recording: CallRecording): Promise<void> => {
    const seconds = (await world.files.seconds(recording.file)) ?? 0;
    if (seconds === 0) return remove(recording);
    const kept = { ...recording, seconds };
    await world.store.put(kept);
    known.set(kept.id, kept);
  };
  return {
    begin: ({ call, service, keepDays }) =>
      orAlarm('a talk cannot be recorded', undefined, async () => {
        const [id, startedAt] = [world.newId(), world.now()];
        const deleteAt = startedAt + keepDays * DAY_MS;
        const begun: CallRecording = { id, call, service, startedAt, deleteAt, file: `calls/${id}.wav` };
        await world.store.put(begun);
        known.set(id, begun);
        return begun;
      }),
    keep: (recording) =>
      orAlarm('a recording cannot be kept: the next start tries again', undefined, () => keep(recording)),
    discard: (recording) => orAlarm('a recording cannot be deleted', undefined, () => remove(recording)),
    list: (service) =>
      [...known.values()]
        .filter((one) => service === undefined || one.service === service)
        .sort((one, other) => other.startedAt - one.startedAt),
    find: (id) => known.get(id),
    delete: (id) =>
      orAlarm('a recording cannot be deleted', false, async () => {
        const found = known.get(id);
        if (found?.seconds === undefined) return false;
        await remove(found);
        return true;
      }),
    recover: () =>
      orAlarm('the recordings of talks cannot be read', undefined, async () => {
        for (const one of await world.store.load()) {
          known.set(one.id, one);
          if (one.seconds === undefined) await keep(one);
        }
      }),
    purge: (at) =>
      orAlarm('old recordings of talks cannot be deleted', 0, async () => {
        const over = [...known.values()].filter(({ deleteAt, seconds }) => seconds !== undefined && deleteAt <= at);
        for (const one of over) await remove(one);
        return over.length;
      }),
  };
}
