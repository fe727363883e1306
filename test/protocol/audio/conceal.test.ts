import { describe, expect, it } from 'vitest';
import { Concealer } from '../../../src/protocol/audio/conceal.ts';
import { levelDbov } from '../../../src/protocol/audio/level.ts';
import { renderCadence } from '../../../src/protocol/audio/tone.ts';

const FRAME = 160;

/** A voiced sound: 140 Hz and its harmonics, falling. */
const voice = renderCadence(
  { segments: [{ frequencies: [140, 280, 420, 560, 700], onMs: 1000, offMs: 0, dbm0: -22 }], repeats: 1 },
  8000,
);

function play(lostFrames: readonly number[]): Int16Array {
  const concealer = new Concealer(8000);
  const heard = voice.slice();
  for (let i = 0; i < 50; i += 1) {
    const frame = heard.subarray(i * FRAME, (i + 1) * FRAME);
    if (lostFrames.includes(i)) concealer.conceal(frame.fill(0), FRAME);
    else concealer.good(frame, FRAME);
  }
  return heard;
}

function signalToNoise(heard: Int16Array, frame: number): number {
  const original = voice.subarray(frame * FRAME, (frame + 1) * FRAME);
  const error = original.map((sample, i) => sample - (heard[frame * FRAME + i] ?? 0));
  return levelDbov(original, FRAME) - levelDbov(error, FRAME);
}

describe('packet-loss concealment', () => {
  it('continues a voiced sound through one lost packet so that little is missed', () => {
    const heard = play([20]);
    expect(signalToNoise(heard, 20)).toBeGreaterThan(10);
  });

  it('does not touch sound that was received without loss', () => {
    expect(play([])).toEqual(voice);
  });

  it('leaves no step where the made-up sound begins and ends', () => {
    const heard = play([20]);
    const biggest = (samples: Int16Array) =>
      samples.reduce((most, sample, i) => Math.max(most, i === 0 ? 0 : Math.abs(sample - (samples[i - 1] ?? 0))), 0);
    expect(biggest(heard.subarray(19 * FRAME, 23 * FRAME))).toBeLessThan(1.3 * biggest(voice));
  });

  it('leaves no step where a packet was left out to catch up', () => {
    const concealer = new Concealer(8000);
    const heard = new Int16Array(voice.length - FRAME);
    for (let i = 0; i < 49; i += 1) {
      // Half a packet is missing, so that the pitch does not fit by itself.
      const from = i < 20 ? i * FRAME : i * FRAME + FRAME / 2;
      const frame = voice.slice(from, from + FRAME);
      if (i === 20) concealer.skipped();
      concealer.good(frame, FRAME);
      heard.set(frame, i * FRAME);
    }
    const step = (at: number) => Math.abs((heard[at] ?? 0) - (heard[at - 1] ?? 0));
    const steps = Array.from({ length: 3000 }, (_, at) => step(at + 1));
    const around = Math.max(...steps.slice(20 * FRAME - 2, 20 * FRAME + 60));
    expect(around).toBeLessThanOrEqual(Math.max(...steps.slice(0, 20 * FRAME - 2)) * 1.2);
  });

  it('fades out, and is silent after 60 ms (G.711 Appendix I)', () => {
    const heard = play([20, 21, 22, 23]);
    expect(levelDbov(heard, FRAME, 22 * FRAME)).toBeLessThan(levelDbov(heard, FRAME, 20 * FRAME) - 6);
    expect(levelDbov(heard, FRAME, 23 * FRAME)).toBe(-127);
  });

  it('conceals silence with silence, and a loss at the very beginning with silence', () => {
    const concealer = new Concealer(16000);
    const frame = new Int16Array(320).fill(99);
    concealer.conceal(frame, 320);
    expect(frame.every((sample) => sample === 0)).toBe(true);
    expect(concealer.lostSamples).toBe(320);
  });
});
