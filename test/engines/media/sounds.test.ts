import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openFile } from '../../../src/engines/media/sounds/file-source.ts';
import { readableFile, writableFile } from '../../../src/engines/media/sounds/folders.ts';
import { repairRecordings } from '../../../src/engines/media/sounds/repair.ts';
import { SoundCache } from '../../../src/engines/media/sounds/sound-cache.ts';
import type { SoundSource } from '../../../src/engines/media/sounds/source.ts';
import { openTone } from '../../../src/engines/media/sounds/tones.ts';
import { WavRecorder } from '../../../src/engines/media/sounds/wav-recorder.ts';
import { g711Encoder } from '../../../src/protocol/audio/g711.ts';
import { readWavHeader } from '../../../src/protocol/audio/wav.ts';
import { babble, likeness, writeWav } from './support/listen.ts';

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'sounds-'));
  for (const folder of ['sounds', 'recordings', 'outside', 'recordings/sub']) mkdirSync(join(root, folder));
  writeFileSync(join(root, 'outside', 'secret.wav'), 'secret');
  symlinkSync(join(root, 'outside'), join(root, 'recordings', 'way-out'));
  symlinkSync(join(root, 'outside', 'secret.wav'), join(root, 'recordings', 'link.wav'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const at = (...names: readonly string[]) => join(root, ...names);
const folders = () => ({ sounds: [at('sounds')], recordings: at('recordings'), alsoReadable: [], alsoWritable: [] });
const format = { encoding: 'pcm16', sampleRate: 8000, channels: 1 } as const;
const options = { format, isAppended: false, freeFloorBytes: 0 };

async function recorder(
  path: string,
  more: Partial<typeof options> & { isAppended?: boolean } = {},
): Promise<WavRecorder> {
  const made = await WavRecorder.open(path, { ...options, ...more });
  if (typeof made === 'string') throw new Error(made);
  return made;
}

async function whole(source: SoundSource | string): Promise<Int16Array> {
  if (typeof source === 'string') throw new Error(source);
  const out: number[] = [];
  const frame = new Int16Array(160);
  while (!source.isOver) {
    const count = source.read(frame);
    out.push(...frame.subarray(0, count));
    // The next piece is read meanwhile.
    if (count === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  source.close();
  return Int16Array.from(out);
}

const isSame = (a: Int16Array, b: Int16Array) => a.length === b.length && a.every((sample, i) => sample === b[i]);

describe('a sound from a file', () => {
  it('is the same whether the file is short and kept, or long and read as it plays', async () => {
    const [short, long] = [babble(2000), babble(90_000)];
    writeWav(at('sounds', 'short.wav'), short);
    writeWav(at('sounds', 'long.wav'), long);
    for (let round = 0; round < 2; round += 1)
      expect(await whole(await openFile(at('sounds', 'short.wav'), 8000, 0))).toEqual(short);
    expect(isSame(await whole(await openFile(at('sounds', 'long.wav'), 8000, 0)), long)).toBe(true);
    expect(isSame(await whole(await openFile(at('sounds', 'long.wav'), 8000, 700_000)), long.subarray(700_000))).toBe(
      true,
    );
  });

  it('counts its position in samples of the file, at whatever rate it is played', async () => {
    writeWav(at('sounds', 'wide.wav'), babble(1000, 16000), 16000);
    const source = await openFile(at('sounds', 'wide.wav'), 8000, 1600);
    if (typeof source === 'string') throw new Error(source);
    source.read(new Int16Array(160));
    expect([source.position, source.played, source.length]).toEqual([1920, 320, 14_400]);
    expect(likeness(await whole(await openFile(at('sounds', 'wide.wav'), 8000, 0)), babble(1000))).toBeGreaterThan(
      0.97,
    );
  });

  it('is a new one when the file was replaced', async () => {
    writeWav(at('sounds', 'prompt.wav'), new Int16Array(800).fill(100));
    await whole(await openFile(at('sounds', 'prompt.wav'), 8000, 0));
    rmSync(at('sounds', 'prompt.wav'));
    writeWav(at('sounds', 'prompt.wav'), new Int16Array(800).fill(200));
    expect((await whole(await openFile(at('sounds', 'prompt.wav'), 8000, 0)))[0]).toBe(200);
  });

  it('that cannot be played says why', async () => {
    expect(await openFile(at('nowhere.wav'), 8000, 0)).toBe('ENOENT');
    expect(await openFile(at('outside', 'secret.wav'), 8000, 0)).toBe('not a RIFF/WAVE file');
    expect(await openFile(at('sounds'), 8000, 0)).toBeTypeOf('string');
  });

  it('that is kept gives way to others when there is no more room', () => {
    const cache = new SoundCache(1000);
    for (const key of ['a', 'b', 'c']) cache.keep(key, new Int16Array(200));
    expect([cache.get('a'), cache.get('b')?.length, cache.get('c')?.length]).toEqual([undefined, 200, 200]);
    cache.keep('b', cache.get('b') ?? new Int16Array(0));
    cache.keep('d', new Int16Array(200));
    expect([cache.get('b')?.length, cache.get('c')]).toEqual([200, undefined]);
  });
});

describe('the folders', () => {
  it('give what lies in them, and no way out', async () => {
    writeWav(at('sounds', 'in.wav'), new Int16Array(8));
    expect(await readableFile('in.wav', folders())).toBe(at('sounds', 'in.wav'));
    expect(await readableFile(at('sounds', 'in.wav'), folders())).toBe(at('sounds', 'in.wav'));
    for (const name of [
      '../outside/secret.wav',
      'way-out/secret.wav',
      'link.wav',
      at('outside', 'secret.wav'),
      '',
      'a\0b',
      'x'.repeat(2000),
    ]) {
      expect(await readableFile(name, folders())).toBeUndefined();
    }
  });

  it('take recordings by relative and absolute names, and make folders for them', async () => {
    expect(await writableFile('new/day/call.wav', folders())).toBe(at('recordings', 'new', 'day', 'call.wav'));
    expect(existsSync(at('recordings', 'new', 'day'))).toBe(true);
    expect(await writableFile(at('recordings', 'x.wav'), folders())).toBe(at('recordings', 'x.wav'));
  });

  it.each(['../x.wav', 'way-out/x.wav', '/tmp/x.wav', 'x.mp3', 'x', 'sub/../../x.wav', 'x.wav\nEvil: y'])(
    'take no recording named %j',
    async (name) => {
      expect(await writableFile(name, folders())).toBeUndefined();
    },
  );

  it('take none at all when there is none for recordings', async () => {
    expect(await writableFile('x.wav', { ...folders(), recordings: undefined })).toBeUndefined();
  });
});

describe('a sound as bytes of G.711', () => {
  /** Takes bytes where they are at hand, and samples where they are not, as a leg does. */
  async function heard(source: SoundSource | string): Promise<{ bytes: number[]; asBytes: number }> {
    if (typeof source === 'string') throw new Error(source);
    const [bytes, packet, frame] = [[] as number[], new Uint8Array(172), new Int16Array(160)];
    let asBytes = 0;
    while (!source.isOver) {
      if (source.readEncoded?.('alaw', packet, 12, 160) === true) {
        bytes.push(...packet.subarray(12));
        asBytes += 1;
        continue;
      }
      const count = source.read(frame);
      const piece = new Uint8Array(count);
      g711Encoder('alaw').encode(frame, count, piece);
      bytes.push(...piece);
      if (count === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    source.close();
    return { bytes, asBytes };
  }

  it.each([
    ['a short file', 2000, 90],
    ['a long file', 90_000, 4000],
  ])('is what its samples are, nearly all of them at hand: %s', async (_, length, atHand) => {
    const samples = babble(length);
    writeWav(at('sounds', 'bytes.wav'), samples);
    const expected = new Uint8Array(samples.length);
    g711Encoder('alaw').encode(samples, samples.length, expected);
    const { bytes, asBytes } = await heard(await openFile(at('sounds', 'bytes.wav'), 8000, 0));
    expect(Buffer.compare(Buffer.from(bytes), expected)).toBe(0);
    expect(asBytes).toBeGreaterThan(atHand);
  });

  it('is a tone as well, round after round', async () => {
    const script = '%(100,55,440);loops=3';
    const expected = (await heard(withoutBytes(openTone(script, 8000)))).bytes;
    expect((await heard(openTone(script, 8000) ?? '')).bytes).toEqual(expected);
  });

  /** The same source, that has no bytes at hand. */
  function withoutBytes(source: SoundSource | undefined): SoundSource {
    if (source === undefined) throw new Error('no tone');
    return {
      read: (frame) => source.read(frame),
      get isOver() {
        return source.isOver;
      },
      get position() {
        return source.position;
      },
      get played() {
        return source.played;
      },
      fileRate: source.fileRate,
      close: () => source.close(),
    };
  }
});

describe('a recorder', () => {
  it('writes as it goes, so that what is there can be read while it still records', async () => {
    const one = await recorder(at('recordings', 'live.wav'));
    for (let i = 0; i < 300; i += 1) one.write(new Int16Array(160).fill(i));
    const readable = () => {
      const file = new Uint8Array(readFileSync(at('recordings', 'live.wav')));
      const wav = readWavHeader(file, file.length);
      return typeof wav === 'string' ? 0 : wav.dataBytes;
    };
    // The header is renewed with every fourth piece; the first may be a short one.
    while (readable() < 3 * 16_384) await new Promise((resolve) => setImmediate(resolve));
    await one.close();
    expect(readable()).toBe(300 * 320);
    expect(one.samples).toBe(48_000);
    expect(one.problem).toBeUndefined();
  });

  it('ends when the disk falls behind, and holds nobody up', async () => {
    const one = await recorder(at('recordings', 'slow.wav'));
    // Half a minute without a turn of the loop: no piece can have been written meanwhile.
    for (let i = 0; i < 1500; i += 1) one.write(new Int16Array(160));
    expect(one.problem).toBe('the disk is too slow');
    await one.close();
    const file = new Uint8Array(readFileSync(at('recordings', 'slow.wav')));
    expect(readWavHeader(file, file.length)).toMatchObject({ dataBytes: file.length - 44 });
  });

  it('goes on where a recording of the same kind ended', async () => {
    const path = at('recordings', 'two.wav');
    for (let round = 0; round < 2; round += 1) {
      const one = await recorder(path, { isAppended: round > 0 });
      one.write(new Int16Array(100).fill(round + 1));
      await one.close();
    }
    const file = readFileSync(path);
    expect([file.length, file.readUInt32LE(40), file.readInt16LE(44), file.readInt16LE(44 + 200)]).toEqual([
      444, 400, 1, 2,
    ]);
  });

  it('does not begin on a full disk, nor over a link, nor in a folder that is not there', async () => {
    expect(await WavRecorder.open(at('recordings', 'full.wav'), { ...options, freeFloorBytes: 1e18 })).toBe(
      'the disk is full',
    );
    expect(await WavRecorder.open(at('recordings', 'link.wav'), options)).toBe('ELOOP');
    expect(readFileSync(at('outside', 'secret.wav'), 'utf8')).toBe('secret');
    expect(await WavRecorder.open(at('nowhere', 'x.wav'), options)).toBe('ENOENT');
  });

  it('that was killed leaves a file which the next start repairs', async () => {
    const one = await recorder(at('recordings', 'sub', 'killed.wav'));
    for (let i = 0; i < 200; i += 1) one.write(new Int16Array(160).fill(7));
    await one.close();
    const file = readFileSync(at('recordings', 'sub', 'killed.wav'));
    file.writeUInt32LE(0, 40);
    writeFileSync(at('recordings', 'sub', 'killed.wav'), file.subarray(0, 50_001));
    expect(await repairRecordings(at('recordings'))).toBe(1);
    expect(readFileSync(at('recordings', 'sub', 'killed.wav')).readUInt32LE(40)).toBe(49_956);
    expect(await repairRecordings(at('recordings'))).toBe(0);
  });
});
