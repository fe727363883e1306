import { writeFileSync } from 'node:fs';
import { levelDbov } from '../../../../src/protocol/audio/level.ts';
import { renderCadence } from '../../../../src/protocol/audio/tone.ts';
import { writeWavHeader } from '../../../../src/protocol/audio/wav.ts';
import { pcm16Bytes } from '../../../../src/protocol/audio/wav-samples.ts';

/** A sine of so many ms. */
export function sine(hz: number, ms: number, rate = 8000, dbm0 = -10): Int16Array {
  return renderCadence({ segments: [{ frequencies: [hz], onMs: ms, offMs: 0, dbm0 }], repeats: 1 }, rate);
}

/** The frequency that is strongest, to 5 Hz: Goertzel's filter at each. */
export function frequencyOf(samples: Int16Array, rate = 8000): number {
  let [best, most] = [0, 0];
  for (let hz = 100; hz < 3500; hz += 5) {
    const turn = 2 * Math.cos((2 * Math.PI * hz) / rate);
    let [last, before] = [0, 0];
    for (const sample of samples) [last, before] = [sample + turn * last - before, last];
    const power = last * last + before * before - turn * last * before;
    if (power > most) [best, most] = [hz, power];
  }
  return best;
}

/** The loud part: what is left when quiet frames at either end are cut off. */
export function loudPart(samples: Int16Array, frame = 160): Int16Array {
  const isLoud = (at: number) => levelDbov(samples.subarray(at, at + frame), frame) > -45;
  let from = 0;
  while (from + frame < samples.length && !isLoud(from)) from += frame;
  let to = samples.length - (samples.length % frame);
  while (to > from + frame && !isLoud(to - frame)) to -= frame;
  return samples.subarray(from, to);
}

/** How alike two sounds are at the best shift: 1 is the same. Every so many samples are compared. */
export function likeness(sound: Int16Array, like: Int16Array, mostShift = 1600, every = 1): number {
  let best = 0;
  for (let shift = 0; shift < mostShift; shift += 1) {
    const count = Math.min(sound.length - shift, like.length);
    if (count < like.length / 2) break;
    let [xy, xx, yy] = [0, 1, 1];
    for (let i = 0; i < count; i += every) {
      const [x, y] = [sound[i + shift] ?? 0, like[i] ?? 0];
      xy += x * y;
      xx += x * x;
      yy += y * y;
    }
    best = Math.max(best, xy / Math.sqrt(xx * yy));
  }
  return best;
}

/**
 * Is any piece of `sound` (a fifth of a second each) found in `whole`? One proves the way of the sound; how many there are
 * depends on how busy the machine is.
 */
export function isFound(sound: Int16Array, whole: Int16Array, rate = 8000): boolean {
  const length = rate / 5;
  const isThere = (_: unknown, i: number) =>
    likeness(whole, sound.subarray(i * length, (i + 1) * length), whole.length, 4) > 0.93;
  return Array.from({ length: Math.floor(sound.length / length) }).some(isThere);
}

/** Speech-like: a voiced sound whose pitch and loudness move, so that it is like itself at one shift only. */
export function babble(ms: number, rate = 8000): Int16Array {
  const samples = new Int16Array((ms * rate) / 1000);
  let phase = 0;
  for (let i = 0; i < samples.length; i += 1) {
    const t = i / rate;
    phase += (2 * Math.PI * (140 + 60 * Math.sin(7 * t) + 25 * Math.sin(23 * t))) / rate;
    const loud = 0.55 + 0.45 * Math.sin(11 * t + Math.sin(3 * t));
    samples[i] = Math.round(5000 * loud * (Math.sin(phase) + 0.6 * Math.sin(2 * phase) + 0.4 * Math.sin(5 * phase)));
  }
  return samples;
}

export function writeWav(path: string, samples: Int16Array, sampleRate = 8000): void {
  const bytes = pcm16Bytes(samples.slice(), samples.length);
  writeFileSync(
    path,
    Buffer.concat([writeWavHeader({ encoding: 'pcm16', sampleRate, channels: 1 }, bytes.length), bytes]),
  );
}
