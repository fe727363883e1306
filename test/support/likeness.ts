import type { Sound } from './audio.ts';
import { fits } from './fourier.ts';

/** How what was heard compares with what was played, at the place where the two fit best. */
export interface Likeness {
  /** Of the samples, -1 to 1. G.711 alone costs a few thousandths. */
  readonly correlation: number;
  /** How much louder it was heard than played. */
  readonly decibels: number;
  /** The longest time in which something was played and next to nothing was heard. */
  readonly longestGapMs: number;
}

/** Both are brought to 8 kHz, which is all that a telephone carries. */
export function likeness(heard: Sound, played: Sound): Likeness {
  return likenessAt8kHz(narrow(heard), narrow(played));
}

/**
 * Listens for what was played in a recording that grows. Each look costs what has come since the last one, not the whole: who waits for a
 * sentence looks often, and on the processor that the sentence is made on. `undefined`: nothing has come, or not enough yet.
 */
export function listenerFor(played: Sound): (heard: Sound) => Likeness | undefined {
  const piece = narrow(played);
  let looked = 0;
  return ({ samples, samplesPerSecond }) => {
    const inOne = samplesPerSecond / 8000;
    const length = Math.floor(samples.length / inOne);
    if (length < piece.length || length === looked) return undefined;
    const from = Math.max(0, looked - piece.length);
    looked = length;
    return likenessAt8kHz(narrow({ samples: samples.subarray(from * inOne), samplesPerSecond }), piece);
  };
}

function likenessAt8kHz(whole: Float64Array, piece: Float64Array): Likeness {
  const at = bestPlace(whole, piece);
  const part = whole.subarray(at, at + piece.length);
  return {
    correlation: dot(part, piece) / Math.sqrt(dot(part, part) * dot(piece, piece) || 1),
    decibels: 10 * Math.log10((dot(part, part) || 1) / (dot(piece, piece) || 1)),
    longestGapMs: longestGapMs(part, piece),
  };
}

/** Half of 16 kHz, by a windowed sinc at 3.8 kHz; 8 kHz as it is. */
function narrow({ samples, samplesPerSecond }: Sound): Float64Array {
  const plain = Float64Array.from(samples);
  if (samplesPerSecond === 8000) return plain;
  if (samplesPerSecond !== 16_000) throw new Error(`${samplesPerSecond} samples a second are not compared`);
  const reach = 32;
  const taps = Float64Array.from({ length: 2 * reach + 1 }, (_, index) => {
    const x = index - reach;
    const sinc = x === 0 ? 0.475 : Math.sin(0.475 * Math.PI * x) / (Math.PI * x);
    return sinc * (0.54 + 0.46 * Math.cos((Math.PI * x) / reach));
  });
  return Float64Array.from({ length: Math.floor(plain.length / 2) }, (_, index) =>
    taps.reduce((sum, tap, k) => sum + tap * (plain[index * 2 + k - reach] ?? 0), 0),
  );
}

function bestPlace(whole: Float64Array, piece: Float64Array): number {
  const all = fits(whole, piece);
  return all.reduce((best, fit, at) => (fit > (all[best] ?? 0) ? at : best), 0);
}

const blockMs = 5;
const block = (8000 * blockMs) / 1000;
/** Of a loud block of the original, and of a block in which next to nothing is left of it. */
const loud = 500;
const lost = 0.1;

function longestGapMs(heard: Float64Array, played: Float64Array): number {
  let [longest, current] = [0, 0];
  for (let from = 0; from + block <= Math.min(heard.length, played.length); from += block) {
    const [was, is] = [played, heard].map((of) => rms(of.subarray(from, from + block)));
    current = (was ?? 0) >= loud && (is ?? 0) < (was ?? 0) * lost ? current + blockMs : 0;
    longest = Math.max(longest, current);
  }
  return longest;
}

function rms(samples: Float64Array): number {
  return Math.sqrt(dot(samples, samples) / Math.max(1, samples.length));
}

function dot(one: Float64Array, other: Float64Array): number {
  const length = Math.min(one.length, other.length);
  let sum = 0;
  for (let at = 0; at < length; at += 1) sum += (one[at] ?? 0) * (other[at] ?? 0);
  return sum;
}
