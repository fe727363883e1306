import { describe, expect, it } from 'vitest';
import { comfortNoisePayload, fillNoise, noiseLevelDbov } from '../../../src/protocol/audio/comfort-noise.ts';
import { levelDbov, meanMagnitude } from '../../../src/protocol/audio/level.ts';
import { addTo, applyGain, gainFactor, mixInto, mixWithout } from '../../../src/protocol/audio/mix.ts';
import { cheapChance } from '../../../src/protocol/audio/noise.ts';

describe('mixing', () => {
  it('lets everyone hear everyone but himself', () => {
    const voices = [Int16Array.of(1000, -5), Int16Array.of(200, 7), Int16Array.of(30, 11)];
    const sum = new Int32Array(2);
    for (const voice of voices) addTo(sum, voice, 2);
    const heard = voices.map((voice) => {
      const mix = new Int16Array(2);
      mixWithout(sum, voice, 2, mix);
      return [...mix];
    });
    expect(heard).toEqual([
      [230, 18],
      [1030, 6],
      [1200, 2],
    ]);
  });

  it('clips only what a listener hears, not what is subtracted from', () => {
    const loud = Int16Array.of(32000);
    const sum = new Int32Array(1);
    for (let i = 0; i < 3; i += 1) addTo(sum, loud, 1);
    const mix = new Int16Array(1);
    mixWithout(sum, undefined, 1, mix);
    expect(mix[0]).toBe(32767);
    const other = Int16Array.of(-32768);
    mixInto(other, Int16Array.of(-1), 1);
    expect(other[0]).toBe(-32768);
  });

  it('scales by decibels', () => {
    const samples = Int16Array.of(1000, -1000, 30000);
    applyGain(samples, 3, gainFactor(6.0206));
    expect([...samples]).toEqual([2000, -2000, 32767]);
  });
});

describe('comfort noise (RFC 3389)', () => {
  it.each([-30, -50, -70])('sounds at %d dBov, as the packet says', (dbov) => {
    const level = noiseLevelDbov(comfortNoisePayload(dbov));
    expect(level).toBe(dbov);
    const samples = new Int16Array(8000);
    fillNoise(samples, 8000, level, cheapChance(5));
    expect(levelDbov(samples, 8000)).toBeCloseTo(dbov, 0);
  });

  it('ignores the spectrum, and takes an empty packet for quiet', () => {
    expect(noiseLevelDbov(Uint8Array.of(40, 1, 2, 3))).toBe(-40);
    expect(noiseLevelDbov(new Uint8Array(0))).toBe(-65);
  });

  it('measures the mean magnitude of a frame', () => {
    expect(meanMagnitude(Int16Array.of(100, -300), 2)).toBe(200);
    expect(meanMagnitude(new Int16Array(0), 0)).toBe(0);
  });
});
