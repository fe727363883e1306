import { closeSync, fstatSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { readWavHeader, WAV_HEADER_LIMIT } from '../../protocol/audio/wav.ts';

/** A recording of the town that is not used, and why. */
export interface PromptProblem {
  readonly file: string;
  readonly says: string;
}

export interface Replacements {
  /** The absolute path of each recording that the town put in the place of ours. */
  readonly files: ReadonlyMap<string, string>;
  readonly problems: readonly PromptProblem[];
}

const filesAtMost = 2_000;
const bytesAtMost = 16 * 1024 * 1024;
const secondsAtMost = 120;

/** Looks through `<data>/prompts/<language>`. What cannot be played is told and left aside: then the master is heard. Never throws. */
export function findReplacements(folder: string, known: ReadonlySet<string>): Replacements {
  const files = new Map<string, string>();
  const problems: PromptProblem[] = [];
  const names = listed(folder);
  for (const name of names.slice(0, filesAtMost)) {
    const file = join(folder, name);
    const says = problemOf(file, name.replace(/\.wav$/, ''), known);
    if (says === undefined) files.set(name.replace(/\.wav$/, ''), file);
    else problems.push({ file, says });
  }
  if (names.length > filesAtMost) problems.push({ file: folder, says: `more than ${filesAtMost} files` });
  return { files, problems };
}

function listed(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
      .filter((name) => !name.startsWith('.'))
      .sort();
  } catch {
    return [];
  }
}

function problemOf(file: string, id: string, known: ReadonlySet<string>): string | undefined {
  if (!file.endsWith('.wav')) return 'the name does not end in .wav';
  if (!known.has(id)) return `there is no recording "${id}" to replace: "beffroi prompts" lists them`;
  try {
    return problemOfSound(file);
  } catch (error) {
    return `cannot be read: ${error instanceof Error ? error.message : String(error)}`;
  }
}

function problemOfSound(file: string): string | undefined {
  const handle = openSync(file, 'r');
  try {
    const status = fstatSync(handle);
    if (!status.isFile()) return 'not a file';
    if (status.size > bytesAtMost) return `larger than ${bytesAtMost / 1024 / 1024} MB`;
    const head = new Uint8Array(Math.min(WAV_HEADER_LIMIT, status.size));
    readSync(handle, head, 0, head.length, 0);
    const wav = readWavHeader(head, status.size);
    if (typeof wav === 'string') return `${wav}; wanted is WAV at 8, 16 or 48 kHz: 16-bit PCM, A-law or mu-law`;
    const bytesPerSecond = wav.sampleRate * wav.channels * (wav.encoding === 'pcm16' ? 2 : 1);
    const seconds = wav.dataBytes / bytesPerSecond;
    if (seconds === 0) return 'no sound in it';
    return seconds > secondsAtMost ? `longer than ${secondsAtMost} s` : undefined;
  } finally {
    closeSync(handle);
  }
}
