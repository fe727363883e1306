import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { g711Decoder, g711Encoder, type Law, translateLaw } from '../../../src/protocol/audio/g711.ts';

const laws: readonly Law[] = ['alaw', 'mulaw'];
const fixture = (name: string) =>
  new Uint8Array(readFileSync(new URL(`../../fixtures/audio/${name}`, import.meta.url)));
const pcm = (name: string) => new Int16Array(fixture(name).buffer);
const everyCode = Uint8Array.from({ length: 256 }, (_, i) => i);

describe('G.711', () => {
  it.each(laws)('decodes every %s octet as ffmpeg does', (law) => {
    const samples = new Int16Array(256);
    expect(g711Decoder(law).decode(everyCode, samples)).toBe(256);
    expect(samples).toEqual(pcm(`all-codes-from-${law}.pcm`));
  });

  it.each(laws)('encodes the whole range in %s as ffmpeg does', (law) => {
    const ramp = pcm('ramp.pcm');
    const octets = new Uint8Array(ramp.length);
    expect(g711Encoder(law).encode(ramp, ramp.length, octets)).toBe(ramp.length);
    expect(octets).toEqual(fixture(`ramp.${law}`));
  });

  it.each(laws)('gives every %s octet back after decoding and encoding it', (law) => {
    const samples = new Int16Array(256);
    g711Decoder(law).decode(everyCode, samples);
    const again = new Uint8Array(256);
    g711Encoder(law).encode(samples, 256, again);
    const values = new Int16Array(256);
    g711Decoder(law).decode(again, values);
    expect(values).toEqual(samples);
  });

  it('translates one law to the other with no more error than decoding and encoding', () => {
    const direct = new Uint8Array(256);
    translateLaw('alaw', everyCode, direct);
    const samples = new Int16Array(256);
    g711Decoder('alaw').decode(everyCode, samples);
    const byWay = new Uint8Array(256);
    g711Encoder('mulaw').encode(samples, 256, byWay);
    expect(direct).toEqual(byWay);
  });

  it('stops at the end of the shorter buffer', () => {
    expect(g711Decoder('alaw').decode(everyCode, new Int16Array(10))).toBe(10);
    expect(g711Encoder('alaw').encode(new Int16Array(10), 20, new Uint8Array(30))).toBe(10);
  });
});
