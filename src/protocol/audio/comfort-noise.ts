import { type Chance, whiteNoise } from './noise.ts';

/**
 * Comfort noise of RFC 3389: the first octet of a packet is the noise level in -dBov (0 to 127), the rest describes a
 * spectrum and is ignored here, as §3 allows ("the receiver … MAY ignore"): telephone noise is close to white.
 */
export function noiseLevelDbov(payload: Uint8Array): number {
  const level = payload[0];
  return level === undefined ? QUIET_DBOV : -(level & 0x7f);
}

/** A comfort-noise payload without spectral information. @param dbov -127 to 0 */
export function comfortNoisePayload(dbov: number): Uint8Array {
  return Uint8Array.of(Math.min(Math.max(Math.round(-dbov), 0), 127));
}

/** Fills `samples` with white noise of that level. */
export function fillNoise(samples: Int16Array, count: number, dbov: number, chance: Chance): void {
  if (dbov <= -90) samples.fill(0, 0, count);
  else whiteNoise(samples, count, 32768 * 10 ** (dbov / 20), chance);
}

const QUIET_DBOV = -65;
