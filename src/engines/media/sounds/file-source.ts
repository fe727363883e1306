import { type FileHandle, open } from 'node:fs/promises';
import type { SampleRate } from '../../../protocol/audio/codec.ts';
import type { Law } from '../../../protocol/audio/g711.ts';
import { copySamples } from '../../../protocol/audio/mix.ts';
import { Resampler } from '../../../protocol/audio/resample.ts';
import { readWavHeader, WAV_HEADER_LIMIT, type WavFile } from '../../../protocol/audio/wav.ts';
import { decodeWavSamples, wavBlockBytes, wavSampleCount } from '../../../protocol/audio/wav-samples.ts';
import { EncodedPieces } from './encoded-once.ts';
import { MemorySource } from './memory-source.ts';
import { SharedPieces } from './shared-pieces.ts';
import { SoundCache } from './sound-cache.ts';
import type { SoundSource } from './source.ts';

/** Read ahead: two pieces of 16 KiB, a second of 8 kHz PCM each. */
const PIECE_BYTES = 16_384;
const PIECES_AHEAD = 2;

/** What is played again and again is kept decoded, as long as there is room. */
const KEPT_BYTES = 1_048_576;
const kept = new SoundCache(32 * 1_048_576);
const shared = new SharedPieces(16 * 1_048_576);

/**
 * Opens a WAV file for playing at `rate`, from sample `offset` of the file. A sentence when it cannot be played.
 * A short file is read whole and kept; a long one is read ahead in pieces while it plays.
 */
export async function openFile(path: string, rate: SampleRate, offset: number): Promise<SoundSource | string> {
  let file: FileHandle | undefined;
  try {
    file = await open(path, 'r');
    const { size, ino, mtimeMs } = await file.stat();
    const head = new Uint8Array(Math.min(WAV_HEADER_LIMIT, size));
    await file.read(head, 0, head.length, 0);
    const wav = readWavHeader(head, size);
    if (typeof wav === 'string') {
      await file.close();
      return wav;
    }
    const key = `${ino} ${mtimeMs} ${wav.dataBytes} ${path}`;
    if (wav.dataBytes <= KEPT_BYTES) return await openKept(file, `${rate} ${key}`, wav, rate, offset);
    const source = new FileSource(file, key, wav, rate, offset);
    await source.readAhead();
    return source;
  } catch (error) {
    await file?.close().catch(() => undefined);
    return (error as NodeJS.ErrnoException).code ?? 'cannot be read';
  }
}

async function openKept(
  file: FileHandle,
  key: string,
  wav: WavFile,
  rate: SampleRate,
  offset: number,
): Promise<SoundSource> {
  const samples = kept.get(key) ?? (await wholeFile(file, wav, rate));
  kept.keep(key, samples);
  await file.close();
  return new MemorySource(samples, rate, wav.sampleRate, offset);
}

async function wholeFile(file: FileHandle, wav: WavFile, rate: SampleRate): Promise<Int16Array> {
  const bytes = new Uint8Array(wav.dataBytes);
  let filled = 0;
  for (let bytesRead = 1; bytesRead > 0 && filled < bytes.length; filled += bytesRead) {
    ({ bytesRead } = await file.read(bytes, filled, bytes.length - filled, wav.dataAt + filled));
  }
  const samples = decodeWavSamples(wav, bytes.subarray(0, filled - (filled % wavBlockBytes(wav))));
  if (wav.sampleRate === rate) return samples;
  const resampler = new Resampler(wav.sampleRate as SampleRate, rate);
  const out = new Int16Array(resampler.room(samples.length));
  return out.subarray(0, resampler.convert(samples, samples.length, out));
}

class FileSource implements SoundSource {
  readonly fileRate: number;
  readonly length: number;
  readonly #file: FileHandle;
  readonly #key: string;
  readonly #wav: WavFile;
  readonly #resampler: Resampler | undefined;
  readonly #pieces: Int16Array[] = [];
  readonly #offset: number;
  readonly #encoded = new EncodedPieces();
  #readAt: number;
  #pieceAt = 0;
  #isReading = false;
  #isAllRead: boolean;
  #isClosed = false;
  /** Samples given out, at the rate they are played. */
  #given = 0;
  readonly #rate: number;

  constructor(file: FileHandle, key: string, wav: WavFile, rate: SampleRate, offset: number) {
    this.#file = file;
    this.#key = key;
    this.#wav = wav;
    this.#rate = rate;
    this.fileRate = wav.sampleRate;
    this.#offset = Math.min(offset, wavSampleCount(wav, wav.dataBytes));
    this.length = wavSampleCount(wav, wav.dataBytes) - this.#offset;
    this.#readAt = this.#offset * wavBlockBytes(wav);
    this.#isAllRead = this.#readAt >= wav.dataBytes;
    if (wav.sampleRate !== rate) this.#resampler = new Resampler(wav.sampleRate as SampleRate, rate);
  }

  get isOver(): boolean {
    return this.#isClosed || (this.#isAllRead && this.#pieces.length === 0);
  }

  get played(): number {
    return Math.round((this.#given * this.fileRate) / this.#rate);
  }

  get position(): number {
    return this.#offset + this.played;
  }

  read(frame: Int16Array): number {
    let written = 0;
    while (written < frame.length) {
      const piece = this.#pieces[0];
      if (piece === undefined) break;
      const count = Math.min(frame.length - written, piece.length - this.#pieceAt);
      copySamples(piece, this.#pieceAt, frame, written, count);
      written += count;
      this.#pass(piece, count);
    }
    if (this.#pieces.length < PIECES_AHEAD) void this.readAhead();
    return written;
  }

  readEncoded(law: Law, packet: Uint8Array, at: number, count: number): boolean {
    const piece = this.#pieces[0];
    // What was resampled is this leg's own: nobody else would have use for its bytes.
    if (this.#resampler !== undefined || piece === undefined || piece.length - this.#pieceAt < count) return false;
    this.#encoded.copy(piece, this.#pieceAt, law, packet, at, count);
    this.#pass(piece, count);
    if (this.#pieces.length < PIECES_AHEAD) void this.readAhead();
    return true;
  }

  #pass(piece: Int16Array, count: number): void {
    this.#given += count;
    this.#pieceAt += count;
    if (this.#pieceAt < piece.length) return;
    this.#pieces.shift();
    this.#pieceAt = 0;
  }

  /** Reads the next piece unless one is being read. Never rejects: what cannot be read is the end. */
  async readAhead(): Promise<void> {
    if (this.#isReading || this.#isAllRead || this.#isClosed) return;
    this.#isReading = true;
    try {
      const at = this.#readAt;
      const samples = await shared.take(`${at} ${this.#key}`, () => this.#readPiece(at));
      this.#readAt = at + samples.length * wavBlockBytes(this.#wav);
      this.#isAllRead = samples.length === 0 || this.#readAt >= this.#wav.dataBytes;
      if (samples.length > 0) this.#pieces.push(this.#atRate(samples));
    } catch {
      this.#isAllRead = true;
    } finally {
      this.#isReading = false;
      if (this.#isAllRead || this.#isClosed) await this.#file.close().catch(() => undefined);
    }
  }

  async #readPiece(at: number): Promise<Int16Array> {
    const bytes = new Uint8Array(Math.min(PIECE_BYTES, this.#wav.dataBytes - at));
    const { bytesRead } = await this.#file.read(bytes, 0, bytes.length, this.#wav.dataAt + at);
    return decodeWavSamples(this.#wav, bytes.subarray(0, bytesRead - (bytesRead % wavBlockBytes(this.#wav))));
  }

  close(): void {
    const isOpen = !this.#isAllRead && !this.#isClosed;
    this.#isClosed = true;
    if (isOpen && !this.#isReading) void this.#file.close().catch(() => undefined);
  }

  #atRate(samples: Int16Array): Int16Array {
    if (this.#resampler === undefined) return samples;
    const out = new Int16Array(this.#resampler.room(samples.length));
    return out.subarray(0, this.#resampler.convert(samples, samples.length, out));
  }
}
