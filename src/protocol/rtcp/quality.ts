/** What the E-model is told of one direction. */
export interface Impairments {
  /** One way, mouth to ear: network, jitter buffer, packets. */
  readonly delayMs: number;
  /** Packets that were not played, 0 to 1: lost in the network or too late. */
  readonly loss: number;
  /** Mean length of a loss in packets, divided by what it would be if losses were independent: 1 is random. */
  readonly burstRatio?: number;
  readonly codec: CodecQuality;
}

/** Equipment impairment and robustness (ITU-T G.113 appendix I). */
export interface CodecQuality {
  readonly ie: number;
  readonly bpl: number;
}

/** G.711 with waveform concealment; G.722 is judged on the narrow-band scale as if it were G.711 with less robustness. */
export const G711_QUALITY: CodecQuality = { ie: 0, bpl: 25.1 };
export const G722_QUALITY: CodecQuality = { ie: 0, bpl: 18 };

/** ITU-T G.107 with all other parameters at their defaults: R0 - Is is 93.2. */
const BEST_RATING = 93.2;
const MAX_DELAY_MS = 60_000;

/** The transmission rating R, 0 to 93.2. */
export function ratingFactor({ delayMs, loss, burstRatio = 1, codec }: Impairments): number {
  const percent = Math.min(Math.max(loss, 0), 1) * 100;
  // G.107 §7.29: Ie,eff = Ie + (95 - Ie) Ppl / (Ppl / BurstR + Bpl)
  const equipment = codec.ie + ((95 - codec.ie) * percent) / (percent / Math.max(burstRatio, 1) + codec.bpl);
  return Math.max(0, BEST_RATING - delayImpairment(Math.min(Math.max(0, delayMs), MAX_DELAY_MS)) - equipment);
}

/** Mean opinion score estimated from R (G.107 annex B): 1 to 4.41. */
export function opinionScore(rating: number): number {
  if (rating <= 0) return 1;
  if (rating >= 100) return 4.5;
  return Math.max(1, 1 + 0.035 * rating + rating * (rating - 60) * (100 - rating) * 7e-6);
}

/** G.107 §7.28, the absolute delay term Idd with sT = 1 and mT = 100 ms; echo is taken to be cancelled. */
function delayImpairment(ms: number): number {
  if (ms <= 100) return 0;
  const x = Math.log2(ms / 100);
  return 25 * ((1 + x ** 6) ** (1 / 6) - 3 * (1 + (x / 3) ** 6) ** (1 / 6) + 2);
}
