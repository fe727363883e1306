import { createHash } from 'node:crypto';
import type { Config } from '../domain/config.ts';
import { buildConfig, optionsOf } from './build.ts';
import { checkTown } from './check-town.ts';
import { deepFreeze, freezeInSteps } from './freeze.ts';
import { createReport, type Problem } from './problem.ts';
import { readTown } from './read-town.ts';
import type { Options } from './schema.ts';
import type { SourceFile } from './source-file.ts';
import { lookAround } from './town-folder.ts';

/** A folder that was read: a configuration, or everything that is wrong with it. */
export type Loaded = LoadedTown | { readonly problems: readonly Problem[] };

export interface LoadedTown {
  readonly config: Config;
  readonly options: Options;
  readonly files: readonly LoadedFile[];
}

export interface LoadedFile {
  /** Relative to the folder. */
  readonly name: string;
  readonly bytes: number;
}

export interface LoadSettings {
  /** Of the configuration this one shall replace; the new one has the next. */
  readonly previousGeneration?: number;
}

/** Reads, checks and freezes a folder of configuration. Never throws for anything that is in it. */
export function loadConfig(directory: string, settings: LoadSettings = {}): Loaded {
  const steps = load(directory, settings);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}

/** The same, letting others run after each file: for a reload while calls are going on. */
export async function loadConfigInSteps(directory: string, settings: LoadSettings = {}): Promise<Loaded> {
  const steps = load(directory, settings);
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    await new Promise(setImmediate);
  }
}

export function hasProblems(loaded: Loaded): loaded is { readonly problems: readonly Problem[] } {
  return 'problems' in loaded;
}

function* load(directory: string, { previousGeneration = 0 }: LoadSettings): Generator<undefined, Loaded> {
  const report = createReport();
  const folder = lookAround(directory, report);
  if (folder === undefined) return { problems: report.list() };
  const files: SourceFile[] = [];
  const town = yield* readTown(folder, files, report);
  const checked = yield* checkTown(town, report);
  if (report.count > 0) return { problems: report.list() };
  const version = { digest: digestOf(files), generation: previousGeneration + 1 };
  const config = yield* buildConfig(town, checked, version);
  yield;
  yield* freezeInSteps(config);
  return {
    config,
    options: deepFreeze(optionsOf(town)),
    files: files.map(({ name, bytes }) => ({ name, bytes: bytes.length })),
  };
}

/** Twelve hex digits that change when any file does. */
function digestOf(files: readonly SourceFile[]): string {
  const hash = createHash('sha256');
  for (const { name, bytes } of files.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    hash.update(`${name}\0${bytes.length}\0`).update(bytes);
  }
  return hash.digest('hex').slice(0, 12);
}
