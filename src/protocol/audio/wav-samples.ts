import { g711Decoder, g711Encoder } from './g711.ts';
import type { WavEncoding, WavFormat } from './wav.ts';

/** How many samples (of one channel) lie in so many bytes. */
export function wavSampleCount(format: WavFormat, bytes: number): number {
  return Math.floor(bytes / wavBlockBytes(format));
}

export function wavBlockBytes(format: WavFormat): number {
  return (format.encoding === 'pcm16' ? 2 : 1) * format.channels;
}

/** Decodes samples of a WAV file to mono, 16 bits; two channels are averaged. `bytes` hold whole blocks. */
export function decodeWavSamples(format: WavFormat, bytes: Uint8Array): Int16Array {
  const flat = format.encoding === 'pcm16' ? littleEndian(bytes) : expanded(format.encoding, bytes);
  if (format.channels === 1) return flat;
  return Int16Array.from(
    { length: flat.length >> 1 },
    (_, i) => ((flat[2 * i] as number) + (flat[2 * i + 1] as number)) >> 1,
  );
}

/** The first samples as little-endian 16 bits: the very memory they lie in, turned over where this machine is of the other kind. */
export function pcm16Bytes(samples: Int16Array, count: number): Uint8Array {
  if (!IS_LITTLE_ENDIAN) {
    const view = new DataView(samples.buffer, samples.byteOffset);
    for (let i = 0; i < count; i += 1) view.setInt16(2 * i, samples[i] as number, true);
  }
  return new Uint8Array(samples.buffer, samples.byteOffset, 2 * count);
}

/** The first samples as a WAV file of that encoding has them. What is PCM is not copied. */
export function wavSampleBytes(encoding: WavEncoding, samples: Int16Array, count: number): Uint8Array {
  if (encoding === 'pcm16') return pcm16Bytes(samples, count);
  const bytes = new Uint8Array(count);
  g711Encoder(encoding).encode(samples, count, bytes);
  return bytes;
}

const IS_LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

function littleEndian(bytes: Uint8Array): Int16Array {
  const samples = new Int16Array(bytes.length >> 1);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let i = 0; i < samples.length; i += 1) samples[i] = view.getInt16(2 * i, true);
  return samples;
}

function expanded(law: 'alaw' | 'mulaw', bytes: Uint8Array): Int16Array {
  const samples = new Int16Array(bytes.length);
  g711Decoder(law).decode(bytes, samples);
  return samples;
}
