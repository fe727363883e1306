import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { SampleRate } from '../../../protocol/audio/codec.ts';
import { renderCadence } from '../../../protocol/audio/tone.ts';
import { monotonicMs } from '../clock.ts';
import { openFile } from './file-source.ts';
import type { SoundSource } from './source.ts';
import { playRounds } from './tones.ts';

const MAX_MINUTES = 10;
const MAX_FILES = 32;
const CLASS_NAME = /^[A-Za-z0-9_-]{1,64}$/;

/**
 * Music on hold: one folder of WAV files a class, decoded once and shared. All who listen hear the same moment of it,
 * as from a radio. An unknown class is `default`; without any files a soft arpeggio is played.
 */
export class MusicOnHold {
  readonly #folder: string | undefined;
  readonly #rounds = new Map<string, Promise<Int16Array>>();
  readonly #startedAt = monotonicMs();

  readonly #warn: (says: string, fields: Readonly<Record<string, string>>) => void;

  /** @param warn of files that cannot be played; whoever put them there would hear other music and not know why */
  constructor(folder: string | undefined, warn: (says: string, fields: Readonly<Record<string, string>>) => void) {
    this.#folder = folder;
    this.#warn = warn;
  }

  async open(name: string, rate: SampleRate): Promise<SoundSource> {
    const round = await this.#round(CLASS_NAME.test(name) ? name : 'default', rate);
    const elapsed = Math.floor(((monotonicMs() - this.#startedAt) * rate) / 1000);
    return playRounds(round, Number.POSITIVE_INFINITY, rate, 'local_stream', elapsed % round.length);
  }

  #round(name: string, rate: SampleRate): Promise<Int16Array> {
    const key = `${rate} ${name}`;
    const known = this.#rounds.get(key) ?? this.#load(name, rate);
    this.#rounds.set(key, known);
    return known;
  }

  async #load(name: string, rate: SampleRate): Promise<Int16Array> {
    const files = this.#folder === undefined ? [] : await wavFiles(join(this.#folder, name));
    const pieces: Int16Array[] = [];
    let left = MAX_MINUTES * 60 * rate;
    for (const file of files) {
      const piece = await wholeFile(file, rate, left);
      if (typeof piece === 'string') {
        this.#warn('music on hold cannot be played', { file, because: piece });
        continue;
      }
      left -= piece.length;
      pieces.push(piece);
    }
    if (left < MAX_MINUTES * 60 * rate) return joined(pieces);
    return name === 'default' ? arpeggio(rate) : this.#round('default', rate);
  }
}

async function wavFiles(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch(() => []);
  return names
    .filter((name) => name.endsWith('.wav'))
    .sort()
    .slice(0, MAX_FILES)
    .map((name) => join(folder, name));
}

async function wholeFile(path: string, rate: SampleRate, most: number): Promise<Int16Array | string> {
  const source = await openFile(path, rate, 0);
  if (typeof source === 'string') return source;
  const pieces: Int16Array[] = [];
  for (let count = 0; !source.isOver && count < most; ) {
    const piece = new Int16Array(4096);
    const got = source.read(piece);
    pieces.push(piece.subarray(0, got));
    count += got;
    if (got === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  source.close();
  return joined(pieces);
}

function joined(pieces: readonly Int16Array[]): Int16Array {
  const whole = new Int16Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

/** Four chords of C, each broken up and down; soft, so that nobody mistakes it for a signal of the network. */
function arpeggio(rate: number): Int16Array {
  const chords = [
    [261.6, 329.6, 392.0, 523.3],
    [220.0, 261.6, 329.6, 440.0],
    [174.6, 220.0, 261.6, 349.2],
    [196.0, 246.9, 293.7, 392.0],
  ];
  const notes = chords.flatMap((chord) => [...chord, ...chord.slice(1, 3).reverse()]);
  const segments = notes.map((hz) => ({ frequencies: [hz], onMs: 320, offMs: 80, dbm0: -24 }));
  return renderCadence({ segments, repeats: 1 }, rate);
}
