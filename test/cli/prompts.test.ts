import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeWavHeader } from '../../src/protocol/audio/wav.ts';
import { beffroi, workplace } from './terminal.ts';

let place: ReturnType<typeof workplace>;
beforeEach(() => {
  place = workplace();
  mkdirSync(join(place.data, 'prompts', 'fr'), { recursive: true });
});
afterEach(() => {
  place.remove();
});

const prompts = (...words: readonly string[]) =>
  beffroi(['prompts', ...words, '--data', place.data, '--config', place.config]);

/** A hum at a tenth of full scale: 23 dB below overload. */
function drop(name: string, amplitude: number): void {
  const samples = Int16Array.from({ length: 8000 }, (_, at) => amplitude * Math.sin(at / 3));
  const header = writeWavHeader({ encoding: 'pcm16', sampleRate: 8000, channels: 1 }, samples.byteLength);
  writeFileSync(join(place.data, 'prompts', 'fr', name), Buffer.concat([header, Buffer.from(samples.buffer)]));
}

describe('beffroi prompts', () => {
  it('lists every recording with its text, in either language', async () => {
    expect(await prompts()).toMatchObject({ code: 0, out: expect.stringMatching(/^hotline\.busy +Tous nos agents/m) });
    expect(await prompts('--lang', 'en')).toMatchObject({ out: expect.stringMatching(/^number\.21? /m) });
  });

  it('tells which are the town’s own, and which of them are not as loud as the others', async () => {
    drop('hotline.busy.wav', 2320);
    drop('hotline.closed.wav', 232);
    const { code, out } = await prompts();
    expect(code).toBe(0);
    expect(out).toMatch(/^hotline\.busy +the town’s {2,}Tous/m);
    expect(out).toMatch(/^hotline\.closed +the town’s, 20 dB too quiet +Bonjour/m);
  });

  it('tells of a file that cannot be used, and its exit code does too', async () => {
    writeFileSync(join(place.data, 'prompts', 'fr', 'hotline.busy.wav'), 'not sound');
    expect(await prompts()).toMatchObject({ code: 1, err: expect.stringContaining('not a RIFF/WAVE file') });
  });

  it('says a sentence with what is given, or with an example', async () => {
    const { out } = await prompts('say', 'queue.position', '--with', 'position=3');
    const [text, ...files] = out.trim().split('\n');
    expect(text).toBe('Vous êtes en troisième position.');
    expect(files.map((file) => file.split('/').at(-1))).toEqual([
      'queue.position.many.1.wav',
      'ordinal.3.wav',
      'queue.position.many.2.wav',
    ]);
    expect((await prompts('say', 'forward.always', '--lang', 'en')).out).toContain('zero one, nine nine, ');
  });

  it('reads hours by the town’s clock', async () => {
    const { out } = await prompts('say', 'hotline.opens', '--with', 'at=2026-11-30T14:30');
    expect(out).toContain('Nous vous répondrons lundi trente novembre à quatorze heures trente.\n');
  });

  it('answers programs', async () => {
    const { out } = await prompts('say', 'mailbox.new', '--with', 'count=1', '--json');
    expect(JSON.parse(out)).toMatchObject({ id: 'mailbox.new', text: 'Vous avez un nouveau message.' });
  });

  it.each([
    [['say', 'queue.postion'], 1, 'did you mean queue.position?'],
    [['say'], 2, 'which sentence?'],
    [['sing', 'queue.position'], 2, 'knows "say", not "sing"'],
    [['--lang', 'de'], 2, '--lang is one of fr, en'],
    [['say', 'queue.position', '--with', 'place=3'], 2, 'it has position'],
    [['say', 'queue.position', '--with', 'position=third'], 2, 'a whole number, not "third"'],
    [['say', 'queue.position', '--with', '3'], 2, 'name=value'],
  ])('%j: %i', async (words, code, says) => {
    expect(await prompts(...words)).toMatchObject({ code, err: expect.stringContaining(says) });
  });
});
