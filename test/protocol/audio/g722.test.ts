import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { g722Decoder, g722Encoder } from '../../../src/protocol/audio/g722.ts';

const fixture = (name: string) =>
  new Uint8Array(readFileSync(new URL(`../../fixtures/audio/${name}`, import.meta.url)));
const pcm = (name: string) => new Int16Array(fixture(name).buffer);

describe('G.722', () => {
  it('encodes bit for bit as ffmpeg does', () => {
    const samples = pcm('wideband.pcm');
    const octets = new Uint8Array(samples.length / 2);
    expect(g722Encoder().encode(samples, samples.length, octets)).toBe(octets.length);
    expect(octets).toEqual(fixture('wideband.g722'));
  });

  it('decodes bit for bit as ffmpeg does', () => {
    const octets = fixture('wideband.g722');
    const samples = new Int16Array(octets.length * 2);
    expect(g722Decoder().decode(octets, samples)).toBe(samples.length);
    expect(samples).toEqual(pcm('wideband-from-g722.pcm'));
  });

  it('gives the same whether it is fed in one piece or in packets of 20 ms', () => {
    const octets = fixture('wideband.g722');
    const decoder = g722Decoder();
    const samples = new Int16Array(octets.length * 2);
    for (let at = 0; at < octets.length; at += 160) {
      decoder.decode(octets.subarray(at, at + 160), samples.subarray(at * 2, at * 2 + 320));
    }
    expect(samples).toEqual(pcm('wideband-from-g722.pcm'));
  });

  it('survives octets that no encoder would send', () => {
    const decoder = g722Decoder();
    const samples = new Int16Array(512);
    for (let round = 0; round < 50; round += 1) {
      decoder.decode(
        Uint8Array.from({ length: 256 }, (_, i) => (i * 97 + round * 31) & 255),
        samples,
      );
    }
    expect(samples.every((sample) => sample >= -32768 && sample <= 32767)).toBe(true);
    expect(samples.some((sample) => sample !== 0)).toBe(true);
  });
});
