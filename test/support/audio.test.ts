import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { listenFor, readWav, secondsOf, tone, wavOf } from './audio.ts';

describe('the ear of the tests', () => {
  it('hears the tone that was played, and no other', () => {
    const played = tone(440, 1);
    expect(secondsOf(440, played)).toBe(1);
    expect(secondsOf(480, played)).toBe(0);
    expect(secondsOf(1000, played)).toBe(0);
  });

  it('hears nothing in silence and in noise', () => {
    const silence = { samplesPerSecond: 8000, samples: new Int16Array(8000) };
    let seed = 1;
    const noise = {
      samplesPerSecond: 8000,
      samples: Int16Array.from({ length: 8000 }, () => {
        seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
        return (seed >> 15) - 32_768;
      }),
    };
    expect(secondsOf(440, silence)).toBe(0);
    expect(secondsOf(440, noise)).toBe(0);
  });

  it('says how much of a mixture is the tone', () => {
    const one = tone(440, 0.1).samples;
    const other = tone(1000, 0.1).samples;
    const mixture = one.map((sample, at) => (sample + (other[at] ?? 0)) / 2);
    expect(listenFor(440, { samplesPerSecond: 8000, samples: mixture })[0]?.share).toBeCloseTo(0.5, 2);
  });

  it('reads back the file it wrote', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'beffroi-audio-'));
    const path = join(folder, 'tone.wav');
    await writeFile(path, wavOf(tone(440, 0.5, 16_000)));
    expect(await readWav(path)).toEqual(tone(440, 0.5, 16_000));
    await rm(folder, { recursive: true });
  });
});
