import { readFile } from 'node:fs/promises';

/** Sound as recorded: 16-bit samples of one channel. */
export interface Sound {
  readonly samplesPerSecond: number;
  readonly samples: Int16Array;
}

/** How much of a second of sound is the tone looked for. */
export interface ToneHeard {
  readonly atSecond: number;
  /** Root mean square of all samples, 0 to 32767. */
  readonly level: number;
  /** The part of the energy that lies at the tone, 0 to 1. A clean tone is close to 1. */
  readonly share: number;
}

/** Reads a RIFF/WAVE file of 16-bit PCM. A header written before the end of the recording (size 0) is put up with. */
export async function readWav(path: string): Promise<Sound> {
  const file = await readFile(path);
  if (file.toString('latin1', 0, 4) !== 'RIFF' || file.toString('latin1', 8, 12) !== 'WAVE') {
    throw new Error(`${path} is no WAVE file`);
  }
  let format: { channels: number; samplesPerSecond: number } | undefined;
  for (let at = 12; at + 8 <= file.length; ) {
    const name = file.toString('latin1', at, at + 4);
    const size = file.readUInt32LE(at + 4);
    const from = at + 8;
    if (name === 'fmt ') format = readFormat(file.subarray(from, from + size), path);
    if (name === 'data' && format !== undefined) {
      const to = size === 0 ? file.length : Math.min(file.length, from + size);
      return {
        samplesPerSecond: format.samplesPerSecond,
        samples: firstChannel(file.subarray(from, to), format.channels),
      };
    }
    at = from + size + (size % 2);
  }
  throw new Error(`${path} holds no sound`);
}

/** Writes a RIFF/WAVE file of 16-bit PCM, one channel. */
export function wavOf({ samplesPerSecond, samples }: Sound): Buffer {
  const file = Buffer.alloc(44 + samples.length * 2);
  file.write('RIFF', 0, 'latin1');
  file.writeUInt32LE(36 + samples.length * 2, 4);
  file.write('WAVEfmt ', 8, 'latin1');
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(1, 20);
  file.writeUInt16LE(1, 22);
  file.writeUInt32LE(samplesPerSecond, 24);
  file.writeUInt32LE(samplesPerSecond * 2, 28);
  file.writeUInt16LE(2, 32);
  file.writeUInt16LE(16, 34);
  file.write('data', 36, 'latin1');
  file.writeUInt32LE(samples.length * 2, 40);
  samples.forEach((sample, at) => {
    file.writeInt16LE(sample, 44 + at * 2);
  });
  return file;
}

/** A pure tone. */
export function tone(hertz: number, seconds: number, samplesPerSecond = 8000, amplitude = 12_000): Sound {
  const samples = Int16Array.from({ length: Math.round(seconds * samplesPerSecond) }, (_, at) =>
    Math.round(amplitude * Math.sin((2 * Math.PI * hertz * at) / samplesPerSecond)),
  );
  return { samplesPerSecond, samples };
}

/** Listens in windows of a tenth of a second: where is the tone, and how pure? */
export function listenFor(hertz: number, { samples, samplesPerSecond }: Sound): readonly ToneHeard[] {
  const window = Math.round(samplesPerSecond / 10);
  return Array.from({ length: Math.floor(samples.length / window) }, (_, index) => {
    const part = samples.subarray(index * window, (index + 1) * window);
    const energy = part.reduce((sum, sample) => sum + sample * sample, 0);
    const power = goertzel(part, hertz, samplesPerSecond);
    return {
      atSecond: (index * window) / samplesPerSecond,
      level: Math.sqrt(energy / window),
      // A tone of amplitude A has energy N·A²/2 and Goertzel power (N·A/2)².
      share: energy === 0 ? 0 : Math.min(1, (2 * power) / (window * energy)),
    };
  });
}

/** Seconds in which the tone was there: loud enough and with nothing much beside it. */
export function secondsOf(hertz: number, sound: Sound, atLeast = { level: 500, share: 0.8 }): number {
  const heard = listenFor(hertz, sound).filter(({ level, share }) => level >= atLeast.level && share >= atLeast.share);
  return heard.length / 10;
}

/** How many decibels a tone has gained on its way, where it was there: the median of what was heard. */
export function louderBy(hertz: number, sound: Sound, amplitude: number): number {
  const levels = listenFor(hertz, sound)
    .filter(({ level, share }) => level >= 500 && share >= 0.8)
    .map(({ level }) => level)
    .sort((a, b) => a - b);
  const level = levels[Math.floor(levels.length / 2)] ?? 0;
  return 20 * Math.log10((level * Math.SQRT2) / amplitude);
}

/** The power of one frequency among the samples (G. Goertzel, 1958): a discrete Fourier transform of one line only. */
function goertzel(samples: Int16Array, hertz: number, samplesPerSecond: number): number {
  const coefficient = 2 * Math.cos((2 * Math.PI * hertz) / samplesPerSecond);
  let last = 0;
  let beforeLast = 0;
  for (const sample of samples) {
    const next = sample + coefficient * last - beforeLast;
    beforeLast = last;
    last = next;
  }
  return last * last + beforeLast * beforeLast - coefficient * last * beforeLast;
}

function readFormat(chunk: Buffer, path: string): { channels: number; samplesPerSecond: number } {
  const bits = chunk.readUInt16LE(14);
  if (bits !== 16) throw new Error(`${path} has ${bits} bits a sample, not 16`);
  return { channels: chunk.readUInt16LE(2), samplesPerSecond: chunk.readUInt32LE(4) };
}

function firstChannel(data: Buffer, channels: number): Int16Array {
  return Int16Array.from({ length: Math.floor(data.length / 2 / channels) }, (_, at) =>
    data.readInt16LE(at * 2 * channels),
  );
}
