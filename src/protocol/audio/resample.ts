import type { SampleRate } from './codec.ts';
import { saturate16 } from './saturate.ts';

/**
 * Converts a stream between 8, 16 and 48 kHz by a polyphase FIR filter: linear phase, pass band to 0.45 of the lower
 * rate (3.6 kHz for telephone speech), more than 60 dB down from 0.55. Remembers the end of each block for the next.
 */
export class Resampler {
  private readonly up: number;
  private readonly down: number;
  private readonly taps: Float32Array;
  private readonly perPhase: number;
  private line: Float32Array;
  private phase = 0;

  /** @throws RangeError when the rates are not in a whole ratio (all of 8, 16 and 48 kHz are). */
  constructor(from: SampleRate, to: SampleRate) {
    this.up = Math.max(1, to / from);
    this.down = Math.max(1, from / to);
    if (!Number.isInteger(this.up) || !Number.isInteger(this.down)) throw new RangeError(`${from} to ${to} Hz`);
    const factor = Math.max(this.up, this.down);
    this.taps = factor === 1 ? Float32Array.of(1) : lowPass(factor, this.up);
    this.perPhase = Math.ceil(this.taps.length / this.up);
    this.line = new Float32Array(this.perPhase - 1 + 960);
  }

  /** How many samples `count` samples become at most. */
  room(count: number): number {
    return Math.ceil(count / this.down) * this.up;
  }

  /** Reads `count` samples, writes the result from `to[0]` and returns how many were written. `to` must hold `room(count)`. */
  convert(samples: Int16Array, count: number, to: Int16Array): number {
    const { perPhase } = this;
    const past = perPhase - 1;
    if (this.line.length < past + count) this.line = growing(this.line, past, past + count);
    const { line } = this;
    for (let i = 0; i < count; i += 1) line[past + i] = samples[i] as number;
    const written = this.up > 1 ? this.expand(count, to) : this.reduce(count, to);
    line.copyWithin(0, count, count + past);
    return written;
  }

  private expand(count: number, to: Int16Array): number {
    const { up, taps, line, perPhase } = this;
    let written = 0;
    for (let i = 0; i < count; i += 1) {
      for (let phase = 0; phase < up; phase += 1) {
        let sum = 0;
        let at = i + perPhase - 1;
        for (let tap = phase; tap < taps.length; tap += up) {
          sum += (taps[tap] as number) * (line[at] as number);
          at -= 1;
        }
        to[written] = saturate16(Math.round(sum));
        written += 1;
      }
    }
    return written;
  }

  private reduce(count: number, to: Int16Array): number {
    const { down, taps, line, perPhase } = this;
    let written = 0;
    let i = this.phase;
    for (; i < count; i += down) {
      let sum = 0;
      const newest = i + perPhase - 1;
      for (let tap = 0; tap < taps.length; tap += 1) sum += (taps[tap] as number) * (line[newest - tap] as number);
      to[written] = saturate16(Math.round(sum));
      written += 1;
    }
    this.phase = i - count;
    return written;
  }
}

/** Windowed sinc (Kaiser, beta 6: side lobes 63 dB down) that cuts at half the lower rate; its gain makes up for the zeros put in. */
function lowPass(factor: number, gain: number): Float32Array {
  const half = 16 * factor;
  const taps = new Float64Array(2 * half + 1);
  let sum = 0;
  for (let i = -half; i <= half; i += 1) {
    const x = i / factor;
    const sinc = i === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
    const tap = sinc * (bessel0(6 * Math.sqrt(1 - (i / half) ** 2)) / bessel0(6));
    taps[i + half] = tap;
    sum += tap;
  }
  return Float32Array.from(taps, (tap) => (tap * gain) / sum);
}

/** The modified Bessel function of order zero, by its series. */
function bessel0(x: number): number {
  let term = 1;
  let sum = 1;
  for (let k = 1; term > sum * 1e-12; k += 1) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}

function growing(line: Float32Array, keep: number, length: number): Float32Array {
  const longer = new Float32Array(length);
  longer.set(line.subarray(0, keep));
  return longer;
}
