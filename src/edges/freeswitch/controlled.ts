import type { Gone } from '../../domain/gone.ts';
import type { ToneCountry } from '../../protocol/audio/tone-names.ts';
import type { EslEvent } from './library.ts';

/** What a voice and a recording ask of their channel. Nothing here rejects or waits for ever. */
export interface Controlled {
  readonly gone: Gone;
  /** Does something of ours play, or is something recorded? */
  readonly busy: boolean;
  /** Where the server writes recordings. */
  readonly recordings: string;
  /** Nothing is recorded while less is free there. */
  readonly freeMegabytesAtLeast: number;
  /** The name of the server’s stream with the music on hold. */
  readonly music: string;
  /** Whose call-progress tones are heard. */
  readonly tones: ToneCountry;
  readonly warn: (says: string, fields?: Readonly<Record<string, string>>) => void;
  /** Runs an application; gives the event that ended it, `undefined` when the channel is over. */
  run(application: string, argument: string): Promise<EslEvent | undefined>;
  /** Stops what runs. */
  quiet(): Promise<void>;
  /** A command about this channel; its reply, `undefined` when there is none. */
  api(command: string, ...args: readonly string[]): Promise<string | undefined>;
  /** A command to the server; its reply, `undefined` when there is none. */
  command(command: string, ...args: readonly string[]): Promise<string | undefined>;
  variable(name: string): Promise<string | undefined>;
  /**
   * Follows a recording of this name until the server says that it has ended.
   * @param cut told when that was before its time
   * @returns to be called when it never began
   */
  watchRecording(path: string, cut: () => void): () => void;
  /** Settles when the server has ended the recording, at once where none is watched; never where it does not say so. */
  recordingEnded(path: string): Promise<void>;
  /**
   * Tells each key, until the function given back is called; and before them, a moment later, those that were pressed just now while nobody
   * listened. `'from now on'`: without those.
   */
  onKey(tell: (key: string) => void, since?: 'from now on'): () => void;
}
