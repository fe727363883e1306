import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { languages } from '../../../src/domain/say.ts';
import { MASTERS_DBOV } from '../../../src/edges/prompts/level.ts';
import { readManifest } from '../../../src/edges/prompts/manifest.ts';
import { mastersFolder } from '../../../src/edges/prompts/masters.ts';
import { speechLevel } from '../../../src/protocol/audio/speech-level.ts';
import { readWavHeader } from '../../../src/protocol/audio/wav.ts';
import { decodeWavSamples } from '../../../src/protocol/audio/wav-samples.ts';

const manifest = readManifest();
const json = (name: string): unknown => JSON.parse(readFileSync(join(mastersFolder, name), 'utf8'));
const sha256 = (data: string | Uint8Array) => createHash('sha256').update(data).digest('hex');
const secondsAtMost = 6;
const megabytesAtMost = 18;

interface Master {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly samples: Int16Array;
}

function masters(language: 'fr' | 'en'): readonly Master[] {
  const folder = join(mastersFolder, language);
  return readdirSync(folder).map((name) => {
    const bytes = readFileSync(join(folder, name));
    return { name: `${language}/${name}`, bytes, samples: samplesOf(bytes) };
  });
}

function samplesOf(bytes: Uint8Array): Int16Array {
  const wav = readWavHeader(bytes, bytes.length);
  if (typeof wav === 'string') return new Int16Array(0);
  return decodeWavSamples(wav, bytes.subarray(wav.dataAt, wav.dataAt + wav.dataBytes));
}

const loudest = (samples: Int16Array) => samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);

describe.each(languages)('the recordings in %s', (language) => {
  const all = masters(language);
  const spoken = all.filter(({ name }) => !name.endsWith('/pause.wav'));
  /** Whose names it does not hold for, so that a failure tells them all. */
  const exceptFor = (holds: (master: Master) => boolean) =>
    spoken.filter((each) => !holds(each)).map(({ name }) => name);

  it('are there for each word of the manifest, and for no other', () => {
    const wanted = [...manifest[language].recordings.keys()].map((id) => `${language}/${id}.wav`);
    expect(all.map(({ name }) => name).sort()).toEqual(wanted.sort());
  });

  it('say what the manifest says now: else run npm run prompts', () => {
    const { voices, ...recipe } = json('recipe.json') as { voices: Record<string, unknown> };
    const built = json('built.json') as Record<string, { from: string; sha256: string }>;
    const stale = all.filter(({ name, bytes }) => {
      const say = manifest[language].recordings.get(name.slice(3, -4))?.say;
      const from = sha256(JSON.stringify({ ...recipe, say, voice: voices[language] })).slice(0, 16);
      return built[name]?.from !== from || built[name]?.sha256 !== sha256(bytes);
    });
    expect(stale.map(({ name }) => name)).toEqual([]);
  });

  it('are WAV files of 16 kHz, one channel, 16 bits', () => {
    const wanted = { encoding: 'pcm16', sampleRate: 16_000, channels: 1 };
    for (const { bytes } of all) expect(readWavHeader(bytes, bytes.length)).toMatchObject(wanted);
  });

  it('are equally loud, within 1 dB (ITU-T P.56)', () => {
    const near = ({ samples }: Master) => Math.abs(speechLevel(samples, 16_000).activeDbov - MASTERS_DBOV) <= 1;
    expect(exceptFor(near)).toEqual([]);
  });

  it('never come within 3 dB of overload', () => {
    expect(exceptFor(({ samples }) => loudest(samples) <= 32_768 * 10 ** (-3 / 20))).toEqual([]);
  });

  it('begin and end at once, without a click', () => {
    const tenth = 1600;
    const soundsAtOnce = ({ samples }: Master) => {
      const audible = loudest(samples) / 100;
      return loudest(samples.subarray(0, tenth)) > audible && loudest(samples.subarray(-tenth)) > audible;
    };
    expect(exceptFor(soundsAtOnce)).toEqual([]);
    expect(exceptFor(({ samples }) => Math.abs(samples[0] ?? 0) < 50 && Math.abs(samples.at(-1) ?? 0) < 50)).toEqual(
      [],
    );
  });

  it(`are no longer than ${secondsAtMost} s`, () => {
    expect(exceptFor(({ samples }) => samples.length <= secondsAtMost * 16_000)).toEqual([]);
  });
});

it(`all recordings together are below ${megabytesAtMost} MB`, () => {
  const bytes = languages.flatMap(masters).reduce((sum, master) => sum + master.bytes.length, 0);
  expect(bytes).toBeLessThan(megabytesAtMost * 1e6);
});
