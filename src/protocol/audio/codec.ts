/** How many samples a second a codec produces. G.722's RTP clock says 8000 all the same (RFC 3551 §4.5.2). */
export type SampleRate = 8000 | 16000 | 48000;

/** One direction of one stream: keeps whatever the codec remembers between packets. Never throws. */
export interface AudioDecoder {
  readonly sampleRate: SampleRate;
  /** Writes the samples of `payload` to `samples` from index 0 and returns how many. Stops when either is exhausted. */
  decode(payload: Uint8Array, samples: Int16Array): number;
}

/** The other direction. */
export interface AudioEncoder {
  readonly sampleRate: SampleRate;
  /** Writes `count` samples to `payload` from index `at` (0 unless told) and returns how many bytes. */
  encode(samples: Int16Array, count: number, payload: Uint8Array, at?: number): number;
}
