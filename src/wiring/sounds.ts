import { resolve } from 'node:path';
import type { Sound, World } from '../call/ports.ts';
import type { Config } from '../domain/config.ts';
import type { Language, Say, SayValue } from '../domain/say.ts';

/** Who turns sentences into files. */
export interface Speaker {
  files(
    says: readonly { readonly prompt: string; readonly values?: Readonly<Record<string, SayValue>> }[],
    circumstances: { readonly language: Language; readonly now: number; readonly timeZone: string },
  ): readonly string[];
}

export interface SoundSources {
  /** The town's own sound files lie in it. */
  readonly configDir: string;
  readonly recordings: string;
  readonly speaker: Speaker;
  now(): number;
}

const townLanguage: Language = 'fr';
const within = /^(?!.*\.\.)[^/\0][^\0]{0,400}$/;

/** Finds the bytes of what is said. What leads out of its folder, or that nobody knows, is left out. */
export function createSounds(sources: SoundSources): World['sounds'] {
  return (say, config) => say.flatMap((one) => soundsOf(one, config, sources));
}

function soundsOf(one: Say, config: Config, sources: SoundSources): readonly Sound[] {
  if ('tone' in one) return [{ tone: one.tone, seconds: one.seconds }];
  if ('silenceMs' in one) return [{ silenceMs: one.silenceMs }];
  if ('file' in one) return inFolder(sources.configDir, one.file);
  if ('recording' in one) return inFolder(sources.recordings, one.recording);
  const { prompt, values, language = townLanguage } = one;
  const circumstances = { language, now: sources.now(), timeZone: config.exchange.timeZone };
  const files = sources.speaker.files([{ prompt, ...(values !== undefined && { values }) }], circumstances);
  return files.map((file) => ({ file }));
}

function inFolder(folder: string, name: string): readonly Sound[] {
  return within.test(name) ? [{ file: resolve(folder, name) }] : [];
}
