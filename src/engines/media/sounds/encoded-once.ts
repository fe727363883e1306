import { g711Encoder, type Law } from '../../../protocol/audio/g711.ts';

/** What many hear is encoded once: G.711 remembers nothing, so a byte is the same for all who hear the sample. */
const inLaw: Readonly<Record<Law, WeakMap<Int16Array, Uint8Array>>> = { alaw: new WeakMap(), mulaw: new WeakMap() };

/** The samples as bytes of a law, kept as long as the samples are. They must not change any more. */
export function encodedOnce(samples: Int16Array, law: Law): Uint8Array {
  const known = inLaw[law].get(samples);
  if (known !== undefined) return known;
  const bytes = new Uint8Array(samples.length);
  g711Encoder(law).encode(samples, samples.length, bytes);
  inLaw[law].set(samples, bytes);
  return bytes;
}

/** Pieces of sound that one leg plays, as bytes. The piece asked for last is at hand. */
export class EncodedPieces {
  #samples: Int16Array | undefined;
  #law: Law = 'alaw';
  #bytes: Uint8Array = new Uint8Array(0);

  /** Puts `count` bytes, those of the samples from `from` on, to `packet[at]`. */
  copy(samples: Int16Array, from: number, law: Law, packet: Uint8Array, at: number, count: number): void {
    if (samples !== this.#samples || law !== this.#law) {
      this.#samples = samples;
      this.#law = law;
      this.#bytes = encodedOnce(samples, law);
    }
    const bytes = this.#bytes;
    for (let i = 0; i < count; i += 1) packet[at + i] = bytes[from + i] as number;
  }
}
