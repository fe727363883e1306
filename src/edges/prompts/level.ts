import { readFileSync } from 'node:fs';
import { speechLevel } from '../../protocol/audio/speech-level.ts';
import { readWavHeader, WAV_HEADER_LIMIT } from '../../protocol/audio/wav.ts';
import { decodeWavSamples } from '../../protocol/audio/wav-samples.ts';

/** Of every master: 26 dB below overload, the nominal level of speech (ITU-T P.56, G.191), -20 dBm0 on a line. */
export const MASTERS_DBOV = -26;

/** The active speech level of a WAV file in dBov; undefined when it cannot be read. */
export function levelOfFile(file: string): number | undefined {
  try {
    const bytes = readFileSync(file);
    const wav = readWavHeader(bytes.subarray(0, WAV_HEADER_LIMIT), bytes.length);
    if (typeof wav === 'string') return undefined;
    const samples = decodeWavSamples(wav, bytes.subarray(wav.dataAt, wav.dataAt + wav.dataBytes));
    return speechLevel(samples, wav.sampleRate).activeDbov;
  } catch {
    return undefined;
  }
}
