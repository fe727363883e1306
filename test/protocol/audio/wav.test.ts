import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readWavHeader, repairedWavHeader, type WavFormat, writeWavHeader } from '../../../src/protocol/audio/wav.ts';
import { decodeWavSamples, pcm16Bytes, wavSampleCount } from '../../../src/protocol/audio/wav-samples.ts';

const pcm: WavFormat = { encoding: 'pcm16', sampleRate: 8000, channels: 1 };

describe('WAV files', () => {
  it.each<WavFormat>([
    pcm,
    { encoding: 'alaw', sampleRate: 8000, channels: 1 },
    { encoding: 'mulaw', sampleRate: 8000, channels: 2 },
    { encoding: 'pcm16', sampleRate: 16000, channels: 2 },
  ])('reads the header it wrote: %j', (format) => {
    expect(readWavHeader(writeWavHeader(format, 3200), 3244)).toEqual({ ...format, dataAt: 44, dataBytes: 3200 });
  });

  it("reads ffmpeg's header, with chunks before the samples", () => {
    const file = new Uint8Array(readFileSync(new URL('../../fixtures/audio/ramp-alaw.wav', import.meta.url)));
    const wav = readWavHeader(file, file.length);
    expect(wav).toMatchObject({ encoding: 'alaw', sampleRate: 8000, channels: 1, dataBytes: 4096 });
  });

  it('believes the size of the file when the writer was killed before it could write the length', () => {
    expect(readWavHeader(writeWavHeader(pcm, 0), 44 + 801)).toMatchObject({ dataBytes: 800 });
    expect(readWavHeader(writeWavHeader(pcm, 1_000_000), 44 + 800)).toMatchObject({ dataBytes: 800 });
  });

  it('repairs such a header, and leaves a right one alone', () => {
    expect(repairedWavHeader(writeWavHeader(pcm, 0), 844)).toEqual(writeWavHeader(pcm, 800));
    expect(repairedWavHeader(writeWavHeader(pcm, 800), 844)).toBeUndefined();
    expect(repairedWavHeader(writeWavHeader(pcm, 32_768), 44 + 49_152)).toEqual(writeWavHeader(pcm, 49_152));
    expect(repairedWavHeader(writeWavHeader(pcm, 32_768), 44 + 32_768 + 64)).toBeUndefined();
  });

  it.each([
    ['an empty file', new Uint8Array(0)],
    ['text', new TextEncoder().encode('ID3 this is not a WAV file at all')],
    ['24 bits', changed(34, 24)],
    ['no channel', changed(22, 0)],
    ['44.1 kHz', changed(24, 0x44, 0xac)],
    ['MP3 in a WAV', changed(20, 0x55)],
  ])('says why it cannot read %s', (_, head) => {
    expect(readWavHeader(head, 844)).toBeTypeOf('string');
  });

  it('never throws, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(4096), (noise, size) => {
        const head = new Uint8Array(44 + noise.length);
        head.set(writeWavHeader(pcm, 100));
        head.set(noise, 12);
        readWavHeader(head, size);
        repairedWavHeader(head, size);
      }),
    );
  });

  it('averages two channels', () => {
    const bytes = pcm16Bytes(Int16Array.of(100, 300, -4, -8), 4);
    const stereo: WavFormat = { ...pcm, channels: 2 };
    expect(decodeWavSamples(stereo, bytes)).toEqual(Int16Array.of(200, -6));
    expect(wavSampleCount(stereo, 8)).toBe(2);
  });

  it('gives back the samples it was given', () => {
    const samples = Int16Array.of(0, 1, -1, 32767, -32768);
    expect(decodeWavSamples(pcm, pcm16Bytes(samples.slice(), 5))).toEqual(samples);
    expect(pcm16Bytes(samples.slice(), 3)).toEqual(Uint8Array.of(0, 0, 1, 0, 255, 255));
  });
});

function changed(at: number, ...bytes: number[]): Uint8Array {
  const head = writeWavHeader(pcm, 800);
  head.set(bytes, at);
  return head;
}
