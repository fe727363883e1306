import type { AudioDecoder, AudioEncoder } from './codec.ts';
import { Band } from './g722-band.ts';
import { Q6, QM2, QM4, QM6, QMF, W_HIGHER, W_LOWER } from './g722-tables.ts';
import { saturate16 } from './saturate.ts';

/** ITU-T G.722 at 64 kbit/s (mode 1): an octet is two samples at 16 kHz, six bits of the lower and two of the higher band. */
export function g722Decoder(): AudioDecoder {
  const lower = new Band('lower');
  const higher = new Band('higher');
  const mirror = new Mirror();
  return {
    sampleRate: 16000,
    decode(payload, samples) {
      const octets = Math.min(payload.length, samples.length >> 1);
      for (let i = 0; i < octets; i += 1) {
        const octet = payload[i] as number;
        const low = clip15(((lower.scale * (QM6[octet & 63] as number)) >> 15) + lower.prediction);
        adaptLower(lower, octet & 63);
        const difference = (higher.scale * (QM2[octet >> 6] as number)) >> 15;
        const high = clip15(difference + higher.prediction);
        adaptHigher(higher, octet >> 6, difference);
        mirror.join(low, high, samples, i * 2);
      }
      return octets * 2;
    },
  };
}

export function g722Encoder(): AudioEncoder {
  const lower = new Band('lower');
  const higher = new Band('higher');
  const mirror = new Mirror();
  return {
    sampleRate: 16000,
    encode(samples, count, payload, at = 0) {
      const octets = Math.min(count >> 1, samples.length >> 1, payload.length - at);
      for (let i = 0; i < octets; i += 1) {
        mirror.split(samples[i * 2] as number, samples[i * 2 + 1] as number);
        const low = quantiseLower(saturate16(mirror.low - lower.prediction), lower.scale);
        adaptLower(lower, low);
        const high = quantiseHigher(saturate16(mirror.high - higher.prediction), higher.scale);
        adaptHigher(higher, high, (higher.scale * (QM2[high] as number)) >> 15);
        payload[at + i] = (high << 6) | low;
      }
      return octets;
    },
  };
}

function adaptLower(band: Band, code: number): void {
  const difference = (band.scale * (QM4[code >> 2] as number)) >> 15;
  band.adaptScale(W_LOWER[code >> 2] as number);
  band.adaptPredictor(difference);
}

function adaptHigher(band: Band, code: number, difference: number): void {
  band.adaptScale(W_HIGHER[code] as number);
  band.adaptPredictor(difference);
}

/** QUANTL: the first decision level that is not reached; the codes run backwards from 61 (63, 62, 31 … 4 when negative). */
function quantiseLower(difference: number, scale: number): number {
  const magnitude = difference < 0 ? ~difference : difference;
  let low = 1;
  let high = 30;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (magnitude < ((Q6[middle] as number) * scale) >> 12) high = middle;
    else low = middle + 1;
  }
  if (difference >= 0) return 62 - low;
  return low < 3 ? 64 - low : 34 - low;
}

/** QUANTH: two levels and a sign. */
function quantiseHigher(difference: number, scale: number): number {
  const isLoud = (difference < 0 ? ~difference : difference) >= (564 * scale) >> 12;
  if (difference < 0) return isLoud ? 0 : 1;
  return isLoud ? 2 : 3;
}

function clip15(value: number): number {
  return Math.min(Math.max(value, -16384), 16383);
}

/** The quadrature mirror filter of §4.4: 24 taps over the last 24 samples, kept twice so that a window never wraps. */
class Mirror {
  low = 0;
  high = 0;
  private readonly line = new Int32Array(48);
  private at = 0;

  split(first: number, second: number): void {
    this.push(first, second);
    const { line, at } = this;
    let even = 0;
    let odd = 0;
    for (let i = 0; i < 12; i += 1) {
      odd += (line[at + 2 * i] as number) * (QMF[i] as number);
      even += (line[at + 2 * i + 1] as number) * (QMF[11 - i] as number);
    }
    this.low = saturate16((even + odd) >> 14);
    this.high = saturate16((even - odd) >> 14);
  }

  join(low: number, high: number, samples: Int16Array, index: number): void {
    this.push(low + high, low - high);
    const { line, at } = this;
    let first = 0;
    let second = 0;
    for (let i = 0; i < 12; i += 1) {
      second += (line[at + 2 * i] as number) * (QMF[i] as number);
      first += (line[at + 2 * i + 1] as number) * (QMF[11 - i] as number);
    }
    samples[index] = saturate16(first >> 11);
    samples[index + 1] = saturate16(second >> 11);
  }

  /** The window is the 24 places from `at`: oldest first. */
  private push(first: number, second: number): void {
    const { line, at } = this;
    line[at] = first;
    line[at + 24] = first;
    line[at + 1] = second;
    line[at + 25] = second;
    this.at = at === 22 ? 0 : at + 2;
  }
}
