import { describe, expect, it } from 'vitest';
import type { SampleRate } from '../../../src/protocol/audio/codec.ts';
import { levelDbov } from '../../../src/protocol/audio/level.ts';
import { Resampler } from '../../../src/protocol/audio/resample.ts';
import { renderCadence } from '../../../src/protocol/audio/tone.ts';

const sine = (hz: number, rate: number) =>
  renderCadence({ segments: [{ frequencies: [hz], onMs: 500, offMs: 0, dbm0: -10 }], repeats: 1 }, rate);

function convert(samples: Int16Array, from: SampleRate, to: SampleRate, block: number): Int16Array {
  const resampler = new Resampler(from, to);
  const out: number[] = [];
  const room = new Int16Array(resampler.room(block));
  for (let at = 0; at < samples.length; at += block) {
    const piece = samples.subarray(at, at + block);
    out.push(...room.subarray(0, resampler.convert(piece, piece.length, room)));
  }
  return Int16Array.from(out);
}

const pairs: readonly (readonly [SampleRate, SampleRate])[] = [
  [8000, 16000],
  [16000, 8000],
  [8000, 48000],
  [48000, 8000],
  [16000, 48000],
  [48000, 16000],
];

describe('resampling', () => {
  it.each(pairs)('keeps a 1 kHz tone from %d to %d Hz within 0.1 dB', (from, to) => {
    const tone = sine(1000, from);
    const out = convert(tone, from, to, from / 50);
    expect(out.length).toBe((tone.length * to) / from);
    const half = out.length / 2;
    expect(Math.abs(levelDbov(out, half, half - 1) - levelDbov(tone, tone.length / 2))).toBeLessThan(0.1);
  });

  it.each(pairs)('removes what would fold or mirror from %d to %d Hz by 50 dB at least', (from, to) => {
    const lower = Math.min(from, to);
    const isUp = to > from;
    const tone = isUp ? sine(lower * 0.42, from) : sine(lower * 0.6, from);
    const out = convert(tone, from, to, from / 50);
    const expected = isUp ? sine(lower * 0.42, to) : new Int16Array(out.length);
    const before = levelDbov(tone, tone.length);
    expect(before - levelDbov(residual(out, expected), out.length / 2, out.length / 4)).toBeGreaterThan(50);
  });

  it('gives the same in blocks of 10, 20 and 60 ms', () => {
    const tone = sine(700, 16000);
    const reference = convert(tone, 16000, 8000, 320);
    expect(convert(tone, 16000, 8000, 160)).toEqual(reference);
    expect(convert(tone, 16000, 8000, 960)).toEqual(reference);
    expect(convert(tone, 16000, 8000, 101)).toEqual(reference);
  });

  it('refuses rates that are not in a whole ratio', () => {
    expect(() => new Resampler(44100 as SampleRate, 8000)).toThrow(RangeError);
  });
});

/** What is left after the best fitting sine of the same frequency is taken away: fits amplitude and delay by two projections. */
function residual(out: Int16Array, like: Int16Array): Int16Array {
  if (like.every((sample) => sample === 0)) return out;
  const quarter = like.map((_, i) => ((like[i + 1] ?? 0) - (like[i - 1] ?? 0)) / 2);
  const [a, b] = solve(out, like, quarter);
  return out.map((sample, i) => sample - a * (like[i] ?? 0) - b * (quarter[i] ?? 0));
}

function solve(y: Int16Array, u: Int16Array, v: Int16Array): readonly [number, number] {
  const from = y.length / 4;
  const upTo = (3 * y.length) / 4;
  let [uu, uv, vv, yu, yv] = [0, 0, 0, 0, 0];
  for (let i = from; i < upTo; i += 1) {
    const [yi, ui, vi] = [y[i] ?? 0, u[i] ?? 0, v[i] ?? 0];
    uu += ui * ui;
    uv += ui * vi;
    vv += vi * vi;
    yu += yi * ui;
    yv += yi * vi;
  }
  const determinant = uu * vv - uv * uv;
  return [(yu * vv - yv * uv) / determinant, (yv * uu - yu * uv) / determinant];
}
