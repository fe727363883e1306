import { sinePeak } from './level.ts';
import { saturate16 } from './saturate.ts';

/** One sound and the silence after it. No frequencies: a pause. Times in milliseconds, level in dBm0 per frequency. */
export interface ToneSegment {
  readonly frequencies: readonly number[];
  readonly onMs: number;
  readonly offMs: number;
  readonly dbm0: number;
}

/** Segments in turn, `repeats` times; `Infinity` for ever. */
export interface ToneCadence {
  readonly segments: readonly ToneSegment[];
  readonly repeats: number;
}

/** One round of a cadence in samples, by default no more than a minute of it. */
export function cadenceLength(cadence: ToneCadence, sampleRate: number, maxSeconds = 60): number {
  let ms = 0;
  for (const segment of cadence.segments) ms += segment.onMs + segment.offMs;
  return Math.floor((Math.min(ms, maxSeconds * 1000) * sampleRate) / 1000);
}

/** Renders one round. Each segment starts at phase zero, so that a round can follow a round. */
export function renderCadence(cadence: ToneCadence, sampleRate: number, maxSeconds = 60): Int16Array {
  const samples = new Int16Array(cadenceLength(cadence, sampleRate, maxSeconds));
  let startMs = 0;
  for (const segment of cadence.segments) {
    const from = Math.floor((startMs * sampleRate) / 1000);
    const upTo = Math.floor(((startMs + segment.onMs) * sampleRate) / 1000);
    addSines(samples, from, Math.min(upTo, samples.length), segment, sampleRate);
    startMs += segment.onMs + segment.offMs;
  }
  return samples;
}

/** Each sine by the recurrence y(n) = 2 cos(w) y(n-1) - y(n-2), in doubles: exact to 16 bits over a minute. */
function addSines(samples: Int16Array, from: number, upTo: number, segment: ToneSegment, sampleRate: number): void {
  const peak = sinePeak(segment.dbm0);
  for (const hz of segment.frequencies) {
    if (hz <= 0 || hz >= sampleRate / 2) continue;
    const step = (2 * Math.PI * hz) / sampleRate;
    const turn = 2 * Math.cos(step);
    let last = -peak * Math.sin(step);
    let beforeLast = -peak * Math.sin(2 * step);
    for (let i = from; i < upTo; i += 1) {
      const now = turn * last - beforeLast;
      beforeLast = last;
      last = now;
      samples[i] = saturate16(Math.round((samples[i] as number) + now));
    }
  }
}
