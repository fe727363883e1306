import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mastersFolder } from '../../../src/edges/prompts/masters.ts';
import { openPrompts } from '../../../src/edges/prompts/prompts.ts';
import type { PromptProblem } from '../../../src/edges/prompts/replacements.ts';
import { writeWavHeader } from '../../../src/protocol/audio/wav.ts';

let dataFolder: string;
let problems: PromptProblem[];
const here = { language: 'fr', now: Date.parse('2026-11-24T13:00:00Z'), timeZone: 'Europe/Paris' } as const;
const open = () => openPrompts({ dataFolder, onProblem: (problem) => problems.push(problem) });
const master = (name: string) => join(mastersFolder, `${name}.wav`);

function drop(name: string, bytes: Uint8Array = soundOf(1)): string {
  const file = join(dataFolder, 'prompts', name);
  writeFileSync(file, bytes);
  return file;
}

function soundOf(seconds: number): Uint8Array {
  const bytes = seconds * 16_000;
  const header = writeWavHeader({ encoding: 'pcm16', sampleRate: 8000, channels: 1 }, bytes);
  return Buffer.concat([header, Buffer.alloc(bytes)]);
}

beforeEach(() => {
  dataFolder = mkdtempSync(join(tmpdir(), 'prompts-'));
  for (const language of ['fr', 'en']) mkdirSync(join(dataFolder, 'prompts', language), { recursive: true });
  problems = [];
});
afterEach(() => {
  rmSync(dataFolder, { recursive: true, force: true });
});

describe('what is said', () => {
  it('is a list of files, with a breath between two sentences', () => {
    const says = [
      { prompt: 'queue.position', values: { position: 3 } },
      { prompt: 'queue.wait', values: { wait: 90 } },
    ];
    const files = open().files(says, here);
    const names = ['queue.position.many.1', 'ordinal.3', 'queue.position.many.2', 'pause', 'queue.wait.1', 'number.2'];
    expect(files).toEqual([...names, 'word.minutes'].map((name) => master(`fr/${name}`)));
    expect(files.filter((file) => !existsSync(file))).toEqual([]);
  });

  it('can be read', () => {
    const says = [{ prompt: 'queue.position', values: { position: 21 } }, { prompt: 'queue.thanks' }];
    expect(open().text(says, here)).toBe('Plus de vingt personnes attendent avant vous. Merci de rester en ligne.');
    const english = [{ prompt: 'hotline.opens', values: { at: Date.parse('2026-11-25T08:00:00Z') } }];
    expect(open().text(english, { ...here, language: 'en' })).toBe('We will be back tomorrow at nine a.m.');
  });

  it('is silence, and told, when nobody knows the sentence', () => {
    expect(open().files([{ prompt: 'queue.postion' }], here)).toEqual([]);
    expect(problems).toMatchObject([{ file: 'queue.postion.wav' }]);
  });
});

describe('a recording in the data folder', () => {
  it('replaces the master, in its language alone', () => {
    const own = drop('fr/hotline.welcome.wav');
    const prompts = open();
    expect(prompts.files([{ prompt: 'hotline.welcome' }], here)).toEqual([own]);
    expect(prompts.file('hotline.welcome', 'en')).toBe(master('en/hotline.welcome'));
    expect(prompts.list('fr').filter(({ isReplaced }) => isReplaced)).toMatchObject([
      { id: 'hotline.welcome', file: own },
    ]);
    expect(problems).toEqual([]);
  });

  it('is found without a restart, and so is that it is gone', () => {
    const prompts = open();
    const own = drop('fr/number.1.wav');
    prompts.refresh();
    expect(prompts.file('number.1', 'fr')).toBe(own);
    rmSync(own);
    prompts.refresh();
    expect(prompts.file('number.1', 'fr')).toBe(master('fr/number.1'));
  });

  it.each([
    ['fr/hotline.welcom.wav', soundOf(1), 'there is no recording "hotline.welcom"'],
    ['fr/hotline.welcome.mp3', soundOf(1), 'the name does not end in .wav'],
    ['fr/hotline.welcome.wav', Buffer.from('not sound'), 'not a RIFF/WAVE file'],
    ['fr/hotline.welcome.wav', soundOf(1).subarray(0, 44), 'no sound in it'],
    ['fr/hotline.welcome.wav', soundOf(121), 'longer than 120 s'],
    ['fr/hotline.welcome.wav', Buffer.alloc(16 * 1024 * 1024 + 1), 'larger than 16 MB'],
  ])('that is wrong (%s) is told, and the master is heard', (name, bytes, says) => {
    const file = drop(name, bytes);
    const prompts = open();
    expect(problems).toEqual([{ file, says: expect.stringContaining(says) }]);
    expect(prompts.problems).toEqual(problems);
    expect(prompts.file('hotline.welcome', 'fr')).toBe(master('fr/hotline.welcome'));
  });

  it('is looked for in vain where there is no folder, and that is no problem', () => {
    rmSync(join(dataFolder, 'prompts'), { recursive: true });
    expect(open().file('hotline.closed', 'en')).toBe(master('en/hotline.closed'));
    expect(problems).toEqual([]);
  });
});
