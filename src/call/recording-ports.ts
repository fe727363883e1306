import type { CallRecording } from '../domain/call-recording.ts';
import type { ServiceId } from '../domain/ids.ts';
import type { Instant } from '../domain/instant.ts';

/** Talks that are recorded. Nothing here rejects: what the store would not take is alarmed. */
export interface CallRecordings {
  /** Writes down that a talk is being recorded, before the first word. `undefined`: it cannot be, so nothing is recorded. */
  begin(order: {
    readonly call: string;
    readonly service: ServiceId;
    readonly keepDays: number;
  }): Promise<CallRecording | undefined>;
  /** The talk is over, and its recording is kept. Nothing is kept of nothing. */
  keep(recording: CallRecording): Promise<void>;
  /** Somebody does not wish to be recorded: nothing is left of it. */
  discard(recording: CallRecording): Promise<void>;
}

/** The same, for whoever looks after them. */
export interface RecordingDesk extends CallRecordings {
  /** Newest first; those that go on are among them. */
  list(service?: string): readonly CallRecording[];
  find(id: string): CallRecording | undefined;
  /** False: there is none of that name, or it goes on. */
  delete(id: string): Promise<boolean>;
  /** Reads the store, and settles what a crash has left open: what was recorded is kept. */
  recover(): Promise<void>;
  /** Deletes those whose time is over. Gives back how many. */
  purge(at: Instant): Promise<number>;
}
