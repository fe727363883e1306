import type { Law } from '../../../protocol/audio/g711.ts';
import { copySamples } from '../../../protocol/audio/mix.ts';
import { EncodedPieces } from './encoded-once.ts';
import type { SoundSource } from './source.ts';

/** A sound that is whole in memory, shared by all who hear it. `offset` is in samples of the file it came from. */
export class MemorySource implements SoundSource {
  readonly fileRate: number;
  readonly length: number;
  readonly #samples: Int16Array;
  readonly #rate: number;
  readonly #offset: number;
  readonly #startAt: number;
  readonly #encoded = new EncodedPieces();
  #at: number;

  constructor(samples: Int16Array, rate: number, fileRate: number, offset: number) {
    const total = Math.round((samples.length * fileRate) / rate);
    this.#samples = samples;
    this.#rate = rate;
    this.fileRate = fileRate;
    this.#offset = Math.min(offset, total);
    this.length = total - this.#offset;
    this.#startAt = Math.round((this.#offset * rate) / fileRate);
    this.#at = this.#startAt;
  }

  get isOver(): boolean {
    return this.#at >= this.#samples.length;
  }

  get played(): number {
    return Math.round(((this.#at - this.#startAt) * this.fileRate) / this.#rate);
  }

  get position(): number {
    return this.#offset + this.played;
  }

  read(frame: Int16Array): number {
    const count = Math.min(frame.length, this.#samples.length - this.#at);
    copySamples(this.#samples, this.#at, frame, 0, count);
    this.#at += count;
    return count;
  }

  readEncoded(law: Law, packet: Uint8Array, at: number, count: number): boolean {
    if (this.#samples.length - this.#at < count) return false;
    this.#encoded.copy(this.#samples, this.#at, law, packet, at, count);
    this.#at += count;
    return true;
  }

  /** Nothing is held open. */
  close(): void {}
}
