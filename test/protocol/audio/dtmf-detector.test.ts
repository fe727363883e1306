import { readdir } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { digitTones } from '../../../src/protocol/audio/dtmf.ts';
import { DtmfDetector, type HeardDigit } from '../../../src/protocol/audio/dtmf-detector.ts';
import { sinePeak } from '../../../src/protocol/audio/level.ts';
import { mixInto } from '../../../src/protocol/audio/mix.ts';
import { cheapChance, whiteNoise } from '../../../src/protocol/audio/noise.ts';
import { Resampler } from '../../../src/protocol/audio/resample.ts';
import { renderCadence } from '../../../src/protocol/audio/tone.ts';
import { readWav } from '../../support/audio.ts';

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

const WAYS_TO_LIE = 120;
const noise = (samples: number, dbm0: number) => {
  const made = new Int16Array(samples);
  whiteNoise(made, samples, 32767 * 10 ** ((dbm0 - 3.14) / 20) * Math.sqrt(1.5), cheapChance(5));
  return made;
};

/** In how many of all the ways in which a key can lie to the detector's windows it is heard, and nothing else. */
function heardOf(digit: string, one: Key, noiseDbm0 = -80): number {
  const pressed = key(digit, { offMs: 0, ...one });
  let heard = 0;
  for (let at = 0; at < WAYS_TO_LIE; at += 1) {
    const sound = noise(400 + at + pressed.length + 800, noiseDbm0);
    mixInto(sound.subarray(400 + at), pressed, pressed.length);
    if (digits(hear(sound)) === digit) heard += 1;
  }
  return heard;
}

describe('a key of 40 ms, however it lies to the windows (Q.24)', () => {
  const all = [...'1234567890*#ABCD'];

  it.each(all)('is heard: %s', (digit) => {
    expect(heardOf(digit, { onMs: 40 })).toBe(WAYS_TO_LIE);
  });

  it.each([
    ['at -25 dBm0 a tone', { lowDbm0: -25, highDbm0: -25 }],
    ['with the high tone 8 dB below', { lowDbm0: -6, highDbm0: -14 }],
    ['with the low tone 4 dB below', { lowDbm0: -10, highDbm0: -6 }],
    ['1.5 % too high', { detune: 1.015 }],
    ['1.5 % too low', { detune: 0.985 }],
  ])('is heard %s', (_, one) => {
    for (const digit of '159D*') expect([digit, heardOf(digit, { onMs: 40, ...one })]).toEqual([digit, WAYS_TO_LIE]);
  });

  it('is heard through noise 15 dB below the tones', () => {
    for (const digit of '159D*') {
      const heard = heardOf(digit, { onMs: 40, lowDbm0: -8, highDbm0: -8 }, -23);
      expect([digit, heard]).toEqual([digit, WAYS_TO_LIE]);
    }
  });

  it('is refused when it lasts 23 ms', () => {
    for (const digit of all) expect([digit, heardOf(digit, { onMs: 23 })]).toEqual([digit, 0]);
  });

  it('is one key though it breaks off for 10 ms, and two though the pause is 40 ms', () => {
    for (let at = 0; at < WAYS_TO_LIE; at += 1) {
      const before = new Int16Array(at);
      expect(digits(hear(before, key('5', { onMs: 45, offMs: 10 }), key('5', { onMs: 45 })))).toBe('5');
      expect(digits(hear(before, key('5', { onMs: 40, offMs: 40 }), key('5', { onMs: 40 })))).toBe('55');
    }
  });
});

describe('talk-off', () => {
  const prompts = new URL('../../../src/prompts/', import.meta.url);

  it.each(['fr', 'en'])('no sentence of ours holds a key: %s', async (language) => {
    const folder = new URL(`${language}/`, prompts);
    const files = (await readdir(folder)).filter((name) => name.endsWith('.wav'));
    expect(files.length).toBeGreaterThan(60);
    for (const file of files) {
      const { samples, samplesPerSecond } = await readWav(new URL(file, folder).pathname);
      expect(samplesPerSecond).toBe(16000);
      const sound = new Int16Array(samples.length >> 1);
      new Resampler(16000, 8000).convert(samples, samples.length & ~1, sound);
      // As a leg of 16 kHz does it, and as one of 8 kHz hears it.
      for (const one of [samples.filter((_, i) => i % 2 === 0), sound]) expect([file, hear(one)]).toEqual([file, []]);
    }
  });
});
