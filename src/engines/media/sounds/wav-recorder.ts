import { constants } from 'node:fs';
import { type FileHandle, open, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { copySamples } from '../../../protocol/audio/mix.ts';
import {
  readWavHeader,
  WAV_HEADER_BYTES,
  WAV_HEADER_LIMIT,
  type WavEncoding,
  type WavFormat,
  writeWavHeader,
} from '../../../protocol/audio/wav.ts';
import { wavSampleBytes } from '../../../protocol/audio/wav-samples.ts';

export interface RecorderOptions {
  readonly format: WavFormat;
  /** Continue a file that is there, when its format is the same. */
  readonly isAppended: boolean;
  readonly freeFloorBytes: number;
}

/** What the channel variable `record_encoding` may name: half the room for sound that came in by the same law. PCM of 16 bits unless it does. */
export function wavEncodingOf(named: string | undefined): WavEncoding {
  return named === 'alaw' || named === 'mulaw' ? named : 'pcm16';
}

/** A second of 8 kHz PCM: what a crash of ours can cost at most. */
const PIECE_SAMPLES = 8192;
/** Pieces that were written, to be filled again by whoever needs one. */
const MAX_SPARE = 64;
const spare: Int16Array[] = [];
/** Recordings that begin together do not go to the disk together: the first piece of each has another length. */
const FIRST_LENGTHS = 16;
let begun = 0;
const MAX_WAITING = 16;
const HEADER_EVERY = 4;
const SPACE_EVERY = 32;
/** No room on the disk, in the quota, or under the process's own limit. */
const FULL: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/**
 * Writes a WAV file while it is being recorded. The header is renewed every few seconds and at the end, when the file is
 * also forced to disk; a file whose writer was killed is readable to its last piece. A full or slow disk ends the
 * recording: `problem` says so, and nothing waits for it.
 */
export class WavRecorder {
  /** Samples of one channel that were accepted. */
  samples = 0;
  problem: string | undefined;
  readonly path: string;
  readonly #file: FileHandle;
  readonly #options: RecorderOptions;
  #piece = spare.pop() ?? new Int16Array(PIECE_SAMPLES);
  /** How many samples are in the piece, and with how many it goes off. */
  #filled = 0;
  #full: number;
  #dataBytes: number;
  #waiting = 0;
  #pieces = 0;
  #writing: Promise<void> = Promise.resolve();

  private constructor(path: string, file: FileHandle, options: RecorderOptions, dataBytes: number) {
    this.path = path;
    this.#file = file;
    this.#options = options;
    this.#dataBytes = dataBytes;
    begun += 1;
    this.#full = PIECE_SAMPLES - ((begun * 7) % FIRST_LENGTHS) * (PIECE_SAMPLES / FIRST_LENGTHS);
  }

  /** A sentence when the file cannot be written. Links are not followed. */
  static async open(path: string, options: RecorderOptions): Promise<WavRecorder | string> {
    if (await isFull(path, options.freeFloorBytes)) return 'the disk is full';
    try {
      const mode =
        constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW | (options.isAppended ? 0 : constants.O_TRUNC);
      const file = await open(path, mode, 0o640);
      const dataBytes = options.isAppended ? await appendable(file, options.format) : 0;
      if (dataBytes === 0) await file.write(writeWavHeader(options.format, 0), 0, WAV_HEADER_BYTES, 0);
      return new WavRecorder(path, file, options, dataBytes);
    } catch (error) {
      return saidOf(error);
    }
  }

  /** Takes interleaved samples. */
  write(frame: Int16Array): void {
    if (this.problem !== undefined) return;
    this.samples += frame.length / this.#options.format.channels;
    // A piece that the disk has no time for stays full: then nothing more can be taken.
    for (let at = 0; at < frame.length && this.problem === undefined; ) {
      const count = Math.min(frame.length - at, this.#full - this.#filled);
      copySamples(frame, at, this.#piece, this.#filled, count);
      this.#filled += count;
      at += count;
      if (this.#filled === this.#full) this.#sendOff();
    }
  }

  /** Writes what is left, the true header, and waits until the disk has it. */
  async close(): Promise<void> {
    this.#sendOff();
    await this.#writing;
    try {
      await this.#writeHeader();
      await this.#file.sync();
    } catch (error) {
      this.problem ??= saidOf(error);
    } finally {
      await this.#file.close().catch(() => undefined);
    }
  }

  #sendOff(): void {
    if (this.#filled === 0 || this.problem !== undefined) return;
    if (this.#waiting >= MAX_WAITING) {
      this.problem = 'the disk is too slow';
      return;
    }
    const [piece, count] = [this.#piece, this.#filled];
    this.#piece = spare.pop() ?? new Int16Array(PIECE_SAMPLES);
    this.#filled = 0;
    this.#full = PIECE_SAMPLES;
    this.#waiting += 1;
    this.#writing = this.#writing.then(() => this.#writePiece(piece, count));
  }

  async #writePiece(piece: Int16Array, count: number): Promise<void> {
    try {
      if (this.#pieces % SPACE_EVERY === SPACE_EVERY - 1 && (await isFull(this.path, this.#options.freeFloorBytes))) {
        this.problem ??= 'the disk is full';
      }
      if (this.problem === 'the disk is full') return;
      await this.#writeWhole(wavSampleBytes(this.#options.format.encoding, piece, count));
      this.#pieces += 1;
      if (this.#pieces % HEADER_EVERY === 0) await this.#writeHeader();
    } catch (error) {
      this.problem ??= saidOf(error);
    } finally {
      this.#waiting -= 1;
      if (spare.length < MAX_SPARE) spare.push(piece);
    }
  }

  /** A disk that fills takes a part of a piece without a complaint, and refuses the rest. */
  async #writeWhole(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length; ) {
      const { bytesWritten } = await this.#file.write(bytes, at, bytes.length - at, WAV_HEADER_BYTES + this.#dataBytes);
      at += bytesWritten;
      this.#dataBytes += bytesWritten;
    }
  }

  async #writeHeader(): Promise<void> {
    await this.#file.write(writeWavHeader(this.#options.format, this.#dataBytes), 0, WAV_HEADER_BYTES, 0);
  }
}

function saidOf(error: unknown): string {
  const { code = 'cannot be written' } = error as NodeJS.ErrnoException;
  return FULL.has(code) ? 'the disk is full' : code;
}

/** How many bytes of samples are in the file already; 0 when it is new or of another kind. */
async function appendable(file: FileHandle, format: WavFormat): Promise<number> {
  const { size } = await file.stat();
  const head = new Uint8Array(Math.min(WAV_HEADER_LIMIT, size));
  await file.read(head, 0, head.length, 0);
  const wav = readWavHeader(head, size);
  const isSame =
    typeof wav !== 'string' &&
    wav.dataAt === WAV_HEADER_BYTES &&
    wav.encoding === format.encoding &&
    wav.sampleRate === format.sampleRate &&
    wav.channels === format.channels;
  return isSame ? wav.dataBytes : 0;
}

async function isFull(path: string, floorBytes: number): Promise<boolean> {
  const disk = await statfs(dirname(path)).catch(() => undefined);
  return disk !== undefined && disk.bavail * disk.bsize < floorBytes;
}
