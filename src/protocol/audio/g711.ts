import type { AudioDecoder, AudioEncoder } from './codec.ts';

/** The two laws of ITU-T G.711: Europe's and North America's. */
export type Law = 'alaw' | 'mulaw';

/** What silence is written as, in each law. */
export const SILENCE: Readonly<Record<Law, number>> = { alaw: 0xd5, mulaw: 0xff };

/** Decoder and encoder keep no state: one table look-up a sample. */
export function g711Decoder(law: Law): AudioDecoder {
  const table = law === 'alaw' ? ALAW_TO_LINEAR : MULAW_TO_LINEAR;
  return {
    sampleRate: 8000,
    decode(payload, samples) {
      const count = Math.min(payload.length, samples.length);
      for (let i = 0; i < count; i += 1) samples[i] = table[payload[i] as number] as number;
      return count;
    },
  };
}

export function g711Encoder(law: Law): AudioEncoder {
  const table = law === 'alaw' ? LINEAR_TO_ALAW : LINEAR_TO_MULAW;
  return {
    sampleRate: 8000,
    encode(samples, count, payload, at = 0) {
      const bytes = Math.min(count, samples.length, payload.length - at);
      for (let i = 0; i < bytes; i += 1) payload[at + i] = table[((samples[i] as number) + 32768) >> 2] as number;
      return bytes;
    },
  };
}

/** Re-writes one law as the other, byte by byte (G.711 §4.1.3 gives the same by its tables 3 and 4). */
export function translateLaw(from: Law, payload: Uint8Array, to: Uint8Array): number {
  const table = from === 'alaw' ? ALAW_TO_MULAW : MULAW_TO_ALAW;
  const count = Math.min(payload.length, to.length);
  for (let i = 0; i < count; i += 1) to[i] = table[payload[i] as number] as number;
  return count;
}

/** G.711 table 1: even bits inverted, three bits of segment, four of step. 13 bits, scaled here to 16. */
function alawValue(code: number): number {
  const inverted = code ^ 0x55;
  const segment = (inverted >> 4) & 7;
  const step = inverted & 15;
  const magnitude = segment === 0 ? (step << 4) + 8 : ((step << 4) + 0x108) << (segment - 1);
  return (inverted & 0x80) !== 0 ? magnitude : -magnitude;
}

/** G.711 table 2: all bits inverted, a bias of 33 in 14 bits (132 in 16). */
function mulawValue(code: number): number {
  const inverted = ~code & 0xff;
  const magnitude = (((inverted & 15) << 3) + 132) << ((inverted >> 4) & 7);
  return (inverted & 0x80) !== 0 ? 132 - magnitude : magnitude - 132;
}

/** For each of 2^14 input levels the code whose output lies nearest; the positive and larger code wins a tie. */
function encodeTable(values: Int16Array): Uint8Array {
  const codes = Array.from(values.keys()).sort((a, b) => (values[a] as number) - (values[b] as number) || a - b);
  const table = new Uint8Array(16384);
  let at = 0;
  for (let level = 0; level < table.length; level += 1) {
    const sample = level * 4 - 32768;
    while (at + 1 < codes.length && isNearer(values, sample, codes[at + 1] as number, codes[at] as number)) at += 1;
    table[level] = codes[at] as number;
  }
  return table;
}

function isNearer(values: Int16Array, sample: number, next: number, now: number): boolean {
  const byNext = Math.abs((values[next] as number) - sample);
  const byNow = Math.abs((values[now] as number) - sample);
  return sample >= 0 ? byNext <= byNow : byNext < byNow;
}

function translation(values: Int16Array, encode: Uint8Array): Uint8Array {
  return Uint8Array.from(values, (value) => encode[(value + 32768) >> 2] as number);
}

const ALAW_TO_LINEAR = Int16Array.from({ length: 256 }, (_, code) => alawValue(code));
const MULAW_TO_LINEAR = Int16Array.from({ length: 256 }, (_, code) => mulawValue(code));
const LINEAR_TO_ALAW = encodeTable(ALAW_TO_LINEAR);
const LINEAR_TO_MULAW = encodeTable(MULAW_TO_LINEAR);
const ALAW_TO_MULAW = translation(ALAW_TO_LINEAR, LINEAR_TO_MULAW);
const MULAW_TO_ALAW = translation(MULAW_TO_LINEAR, LINEAR_TO_ALAW);
