import { SoundCache } from './sound-cache.ts';

/**
 * Pieces of long sounds that several legs play at about the same time: read from disk and decoded once, and given up when
 * newer ones need the room.
 */
export class SharedPieces {
  readonly #kept: SoundCache;
  readonly #coming = new Map<string, Promise<Int16Array>>();

  constructor(mostBytes: number) {
    this.#kept = new SoundCache(mostBytes);
  }

  /** @param key names the file, its state, and the place in it @param read is called when nobody has the piece or is reading it */
  async take(key: string, read: () => Promise<Int16Array>): Promise<Int16Array> {
    const known = this.#kept.get(key);
    if (known !== undefined) return known;
    const coming = this.#coming.get(key) ?? this.#load(key, read);
    return await coming;
  }

  #load(key: string, read: () => Promise<Int16Array>): Promise<Int16Array> {
    const loading = read()
      .then((samples) => {
        this.#kept.keep(key, samples);
        return samples;
      })
      .finally(() => this.#coming.delete(key));
    this.#coming.set(key, loading);
    return loading;
  }
}
