import { levelDbov } from './level.ts';

/** ITU-T P.56 §8 (method B): what counts as speech lies at most so far below the speech itself. */
const MARGIN_DB = 15.9;
const SMOOTHING_SECONDS = 0.03;
const HANGOVER_SECONDS = 0.2;
const LOWEST_DBOV = -70;

export interface SpeechLevel {
  /** Of the speech alone, without its pauses, in dBov; -127 when there is none. */
  readonly activeDbov: number;
  /** Which part of the time is speech: 0 to 1. */
  readonly activity: number;
}

/**
 * The active speech level of ITU-T P.56, method B: a twice smoothed envelope, a hangover that bridges the gaps between
 * syllables, and the threshold that lies 15.9 dB below the level found with it.
 */
export function speechLevel(samples: Int16Array, sampleRate: number): SpeechLevel {
  const total = levelDbov(samples, samples.length);
  if (total <= LOWEST_DBOV) return { activeDbov: -127, activity: 0 };
  const envelope = envelopeOf(samples, sampleRate);
  const hangover = Math.round(HANGOVER_SECONDS * sampleRate);
  let [low, high] = [LOWEST_DBOV, 0];
  const levelAt = (threshold: number) => {
    const activity = activityOf(envelope, 32_768 * 10 ** (threshold / 20), hangover);
    return { activity, activeDbov: activity === 0 ? -127 : total - 10 * Math.log10(activity) };
  };
  // The distance from level to threshold shrinks as the threshold rises, so the one wanted is found by halving.
  while (high - low > 0.05) {
    const middle = (low + high) / 2;
    const { activity, activeDbov } = levelAt(middle);
    // A threshold that nothing reaches is too high, not too low.
    if (activity > 0 && activeDbov - middle > MARGIN_DB) low = middle;
    else high = middle;
  }
  return levelAt(low);
}

function envelopeOf(samples: Int16Array, sampleRate: number): Float64Array {
  const keep = Math.exp(-1 / (sampleRate * SMOOTHING_SECONDS));
  const envelope = new Float64Array(samples.length);
  let [once, twice] = [0, 0];
  samples.forEach((sample, index) => {
    once = keep * once + (1 - keep) * Math.abs(sample);
    twice = keep * twice + (1 - keep) * once;
    envelope[index] = twice;
  });
  return envelope;
}

function activityOf(envelope: Float64Array, threshold: number, hangover: number): number {
  let active = 0;
  let left = 0;
  for (const value of envelope) {
    left = value >= threshold ? hangover + 1 : left - 1;
    if (left > 0) active += 1;
  }
  return active / Math.max(1, envelope.length);
}
