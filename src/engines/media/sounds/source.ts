import type { Law } from '../../../protocol/audio/g711.ts';

/** Something that can be heard: a file, a tone, silence, music. Read by the pump, 20 ms at a time. */
export interface SoundSource {
  /** Fills the beginning of `frame` and returns how many samples. Fewer than asked: the end, or the disk is slow (`isOver` tells). */
  read(frame: Int16Array): number;
  /**
   * Like `read`, as bytes of a law to `packet[at]`: they are encoded once for all who hear the same. False, and nothing was
   * read: the samples do not lie in one piece now.
   */
  readEncoded?(law: Law, packet: Uint8Array, at: number, count: number): boolean;
  readonly isOver: boolean;
  /** Where in the file the sound stands, in samples of the file; for others, samples played. */
  readonly position: number;
  /** Samples played, at `fileRate`. */
  readonly played: number;
  readonly fileRate: number;
  /** Samples from where playing began to the end of the file; undefined for what is no file. */
  readonly length?: number;
  /** What `Playback-File-Type` says; undefined for files and silence. */
  readonly kind?: 'tone_stream' | 'local_stream';
  close(): void;
}
