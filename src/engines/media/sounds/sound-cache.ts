/** Decoded sounds, the ones used longest ago given up first. Bounded by size, not by number. */
export class SoundCache {
  readonly #sounds = new Map<string, Int16Array>();
  readonly #mostBytes: number;
  #bytes = 0;

  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  get(key: string): Int16Array | undefined {
    return this.#sounds.get(key);
  }

  /** Keeps it, or notes that it was used again. */
  keep(key: string, samples: Int16Array): void {
    const known = this.#sounds.get(key);
    if (known !== undefined) this.#forget(key, known);
    this.#sounds.set(key, samples);
    this.#bytes += samples.byteLength;
    for (const [oldest, sound] of this.#sounds) {
      if (this.#bytes <= this.#mostBytes) return;
      this.#forget(oldest, sound);
    }
  }

  #forget(key: string, sound: Int16Array): void {
    this.#sounds.delete(key);
    this.#bytes -= sound.byteLength;
  }
}
