import { describe, expect, it } from 'vitest';
import { levelDbov, sinePeak } from '../../../src/protocol/audio/level.ts';
import { renderCadence } from '../../../src/protocol/audio/tone.ts';
import { namedTone, toneCalled } from '../../../src/protocol/audio/tone-names.ts';
import { parseToneScript } from '../../../src/protocol/audio/tone-script.ts';

describe('tones', () => {
  it('rings in French: 1.5 s of 440 Hz, 3.5 s of silence', () => {
    const samples = renderCadence(namedTone('fr', 'ringback'), 8000);
    expect(samples.length).toBe(40000);
    expect(levelDbov(samples, 28000, 12000)).toBe(-127);
    expect(crossings(samples.subarray(0, 8000))).toBeCloseTo(880, -1);
  });

  it('renders a tone at the level it names: 0 dBm0 is 3.14 dB under full scale', () => {
    const samples = renderCadence(
      { segments: [{ frequencies: [1000], onMs: 1000, offMs: 0, dbm0: -10 }], repeats: 1 },
      8000,
    );
    expect(Math.max(...samples)).toBeCloseTo(sinePeak(-10), -1);
    expect(levelDbov(samples, samples.length)).toBeCloseTo(-10 - 3.14 - 3.01, 1);
  });

  it('keeps its level over a whole minute', () => {
    const samples = renderCadence(
      { segments: [{ frequencies: [425], onMs: 60000, offMs: 0, dbm0: -10 }], repeats: 1 },
      16000,
    );
    expect(levelDbov(samples, 16000, samples.length - 16000)).toBeCloseTo(levelDbov(samples, 16000), 2);
  });

  it('knows its tones by country and name', () => {
    expect(toneCalled('us.busy')?.segments[0]?.frequencies).toEqual([480, 620]);
    expect(toneCalled('fr.dial')?.repeats).toBe(Number.POSITIVE_INFINITY);
    expect(toneCalled('fr.constructor')).toBeUndefined();
    expect(toneCalled('xx.busy')).toBeUndefined();
    expect(toneCalled('')).toBeUndefined();
  });

  it('never renders more than it is allowed to', () => {
    const endless = { segments: [{ frequencies: [440], onMs: 600_000, offMs: 0, dbm0: -10 }], repeats: 1 };
    expect(renderCadence(endless, 8000, 2).length).toBe(16000);
  });
});

describe('the tone script of FreeSWITCH', () => {
  it('reads on, off and frequencies, with -7 dBm0 unless told otherwise', () => {
    expect(parseToneScript('%(2000,4000,440,480)')).toEqual({
      segments: [{ frequencies: [440, 480], onMs: 2000, offMs: 4000, dbm0: -7 }],
      repeats: 1,
    });
  });

  it('reads volume, repetitions, and several elements', () => {
    const script = parseToneScript('v=-20;%(100,50,800);%(100,0,900);L=3');
    expect(script?.repeats).toBe(3);
    expect(script?.segments.map(({ frequencies, dbm0 }) => [frequencies[0], dbm0])).toEqual([
      [800, -20],
      [900, -20],
    ]);
  });

  it('plays for ever when loops is -1', () => {
    expect(parseToneScript('%(1000,4000,425);loops=-1')?.repeats).toBe(Number.POSITIVE_INFINITY);
  });

  it('dials digits with their own length and pause', () => {
    const script = parseToneScript('d=80;w=40;12#');
    expect(script?.segments.map(({ onMs, offMs }) => [onMs, offMs])).toEqual([
      [80, 40],
      [80, 40],
      [80, 40],
    ]);
    expect(script?.segments[2]?.frequencies).toEqual([941, 1477]);
  });

  it.each([
    '',
    'hello',
    '%(100',
    '%(100,100)',
    '%(1,2,x)',
    '%(-1,2,3)',
    'v=loud;%(1,1,1)',
    '%(1,1,1);z=3',
    `${'1'.repeat(1025)}`,
  ])('refuses %j', (text) => {
    expect(parseToneScript(text)).toBeUndefined();
  });
});

function crossings(samples: Int16Array): number {
  return samples.reduce((sum, sample, i) => sum + (sample >= 0 !== (samples[i - 1] ?? 0) >= 0 ? 1 : 0), 0);
}
