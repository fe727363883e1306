import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MusicOnHold } from '../../../src/engines/media/sounds/music.ts';
import { frequencyOf, sine, writeWav } from './support/listen.ts';

const folder = mkdtempSync(join(tmpdir(), 'music-'));
beforeAll(() => {
  mkdirSync(join(folder, 'default'));
  writeWav(join(folder, 'default', 'a.wav'), sine(600, 1000));
  writeFileSync(join(folder, 'default', 'b.wav'), 'ID3 no sound of ours');
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('music on hold', () => {
  it('is what can be played, and what cannot is named, with the reason', async () => {
    const told: unknown[] = [];
    const music = new MusicOnHold(folder, (says, fields) => told.push([says, fields]));
    const source = await music.open('default', 8000);
    const heard = new Int16Array(8000);
    source.read(heard);
    expect(Math.abs(frequencyOf(heard) - 600)).toBeLessThan(15);
    const file = join(folder, 'default', 'b.wav');
    expect(told).toEqual([['music on hold cannot be played', { file, because: 'not a RIFF/WAVE file' }]]);
  });
});
