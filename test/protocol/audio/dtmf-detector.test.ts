import { describe, expect, it } from 'vitest';
import { digitTones } from '../../../src/protocol/audio/dtmf.ts';
import { DtmfDetector, type HeardDigit } from '../../../src/protocol/audio/dtmf-detector.ts';
import { sinePeak } from '../../../src/protocol/audio/level.ts';
import { mixInto } from '../../../src/protocol/audio/mix.ts';
import { cheapChance, whiteNoise } from '../../../src/protocol/audio/noise.ts';
import { renderCadence } from '../../../src/protocol/audio/tone.ts';

interface Key {
  readonly onMs?: number;
  readonly offMs?: number;
  readonly lowDbm0?: number;
  readonly highDbm0?: number;
  readonly detune?: number;
}

function key(digit: string, { onMs = 50, offMs = 50, lowDbm0 = -9, highDbm0 = -7, detune = 1 }: Key = {}): Int16Array {
  const [low, high] = digitTones(digit) ?? [0, 0];
  const one = (hz: number, dbm0: number) =>
    renderCadence({ segments: [{ frequencies: [hz * detune], onMs, offMs, dbm0 }], repeats: 1 }, 8000);
  const both = one(low, lowDbm0);
  mixInto(both, one(high, highDbm0), both.length);
  return both;
}

function hear(...sounds: readonly Int16Array[]): readonly HeardDigit[] {
  const heard: HeardDigit[] = [];
  const detector = new DtmfDetector((digit) => heard.push(digit));
  for (const sound of [...sounds, new Int16Array(800)]) {
    for (let at = 0; at < sound.length; at += 160) {
      const frame = sound.subarray(at, at + 160);
      detector.hear(frame, frame.length);
    }
  }
  return heard;
}

const digits = (heard: readonly HeardDigit[]) => heard.map(({ digit }) => digit).join('');

describe('in-band DTMF', () => {
  it('hears all sixteen keys at 50 ms on, 50 ms off', () => {
    const dialled = '1234567890*#ABCD';
    expect(digits(hear(...[...dialled].map((digit) => key(digit))))).toBe(dialled);
  });

  it('hears a key pressed twice as two', () => {
    expect(digits(hear(key('5'), key('5')))).toBe('55');
  });

  it('says how long a key was held, to the length of a block', () => {
    const [heard] = hear(key('9', { onMs: 500 }));
    expect(heard?.durationMs).toBeGreaterThan(460);
    expect(heard?.durationMs).toBeLessThan(530);
  });

  it.each([-3, -10, -20, -28])('hears keys at %d dBm0', (dbm0) => {
    expect(digits(hear(key('7', { lowDbm0: dbm0, highDbm0: dbm0 })))).toBe('7');
  });

  it('is deaf to keys at -45 dBm0 (Q.24)', () => {
    expect(hear(key('7', { lowDbm0: -45, highDbm0: -45 }))).toEqual([]);
  });

  it.each([-1.5, 1.5])('hears keys %d %% off their frequency (Q.24)', (percent) => {
    expect(digits(hear(key('4', { detune: 1 + percent / 100 })))).toBe('4');
  });

  it('refuses keys 6 % off their frequency', () => {
    expect(hear(key('4', { detune: 1.06, onMs: 100 }))).toEqual([]);
  });

  it.each([
    [-6, -14],
    [-10, -6.5],
  ])('accepts a twist of %d against %d dBm0', (lowDbm0, highDbm0) => {
    expect(digits(hear(key('3', { lowDbm0, highDbm0 })))).toBe('3');
  });

  it.each([
    [-6, -18],
    [-14, -6],
  ])('refuses a twist of %d against %d dBm0', (lowDbm0, highDbm0) => {
    expect(hear(key('3', { lowDbm0, highDbm0 }))).toEqual([]);
  });

  it('refuses a burst of 20 ms (Q.24)', () => {
    expect(hear(key('1', { onMs: 20 }))).toEqual([]);
  });

  it('hears through noise 15 dB below the tones', () => {
    const dialled = '0123456789';
    const noise = new Int16Array(800);
    const chance = cheapChance(3);
    const noisy = [...dialled].map((digit) => {
      const sound = key(digit);
      whiteNoise(noise, sound.length, sinePeak(-24) / Math.SQRT2, chance);
      mixInto(sound, noise, sound.length);
      return sound;
    });
    expect(digits(hear(...noisy))).toBe(dialled);
  });

  it('hears nothing in a minute of noise, nor in voiced sounds of any pitch', () => {
    const noise = new Int16Array(8000 * 60);
    whiteNoise(noise, noise.length, 4000, cheapChance(1));
    const voices = Array.from({ length: 80 }, (_, i) => {
      const pitch = 90 + 2.5 * i;
      const frequencies = Array.from({ length: 8 }, (_, harmonic) => pitch * (harmonic + 1));
      return renderCadence({ segments: [{ frequencies, onMs: 200, offMs: 20, dbm0: -20 }], repeats: 1 }, 8000);
    });
    expect(hear(noise, ...voices)).toEqual([]);
  });
});
