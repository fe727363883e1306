/** A source of numbers from 0 (inclusive) to 1, handed in. */
export type Chance = () => number;

/** White noise of the given RMS: uniform, so its peak is √3 above. Use `cheapChance` where speed matters more than quality. */
export function whiteNoise(samples: Int16Array, count: number, rms: number, chance: Chance): void {
  const span = Math.min(rms * Math.sqrt(12), 65534);
  for (let i = 0; i < count; i += 1) samples[i] = Math.round((chance() - 0.5) * span);
}

/** A linear congruential generator: for noise only, never for anything that must not be guessed. */
export function cheapChance(seed: number): Chance {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 4294967296;
  };
}
