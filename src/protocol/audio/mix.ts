import { saturate16 } from './saturate.ts';

/** Adds `samples` to `sum`, which is wider so that nothing clips before the end. */
export function addTo(sum: Int32Array, samples: Int16Array, count: number): void {
  for (let i = 0; i < count; i += 1) sum[i] = (sum[i] as number) + (samples[i] as number);
}

/** What one participant hears: everybody (`sum`) but himself, clipped to 16 bits. `own` may be absent: a listener. */
export function mixWithout(sum: Int32Array, own: Int16Array | undefined, count: number, to: Int16Array): void {
  for (let i = 0; i < count; i += 1)
    to[i] = saturate16((sum[i] as number) - (own === undefined ? 0 : (own[i] as number)));
}

/** For so few samples a loop is faster than a view of them, and leaves nothing behind. */
export function copySamples(from: Int16Array, at: number, to: Int16Array, toAt: number, count: number): void {
  for (let i = 0; i < count; i += 1) to[toAt + i] = from[at + i] as number;
}

/** Mixes `samples` into `to` in place. */
export function mixInto(to: Int16Array, samples: Int16Array, count: number): void {
  for (let i = 0; i < count; i += 1) to[i] = saturate16((to[i] as number) + (samples[i] as number));
}

/** Scales in place. `factor` 1 is unity; use `gainFactor` for decibels. */
export function applyGain(samples: Int16Array, count: number, factor: number): void {
  if (factor === 1) return;
  for (let i = 0; i < count; i += 1) samples[i] = saturate16(Math.round((samples[i] as number) * factor));
}

export function gainFactor(db: number): number {
  return 10 ** (db / 20);
}
