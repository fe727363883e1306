import { cheapChance, whiteNoise } from '../../../protocol/audio/noise.ts';
import type { SoundSource } from './source.ts';

const MAX_MS = 24 * 3_600_000;

/** `ms[,noise]`: -1 is for ever; the greater the noise number the softer the noise, 0 is none. */
export function openSilence(text: string, rate: number): SoundSource | undefined {
  const [ms = Number.NaN, softness = 0] = text.split(',').map(Number);
  if (!Number.isFinite(ms) || ms < -1 || ms > MAX_MS) return undefined;
  const total = ms < 0 ? Number.POSITIVE_INFINITY : Math.round((ms * rate) / 1000);
  const rms = softness > 0 ? 4000 / Math.max(softness, 4) : 0;
  const chance = cheapChance(3);
  let played = 0;
  return {
    fileRate: rate,
    read(frame) {
      const count = Math.min(frame.length, total - played);
      if (rms > 0) whiteNoise(frame, count, rms, chance);
      else frame.fill(0, 0, count);
      played += count;
      return count;
    },
    get isOver() {
      return played >= total;
    },
    get position() {
      return played;
    },
    get played() {
      return played;
    },
    close() {
      played = total;
    },
  };
}
