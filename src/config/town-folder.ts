import { readdirSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { corrections, nearest } from './guess.ts';
import { placeOf, type Report } from './problem.ts';
import type { Unreadable } from './source-file.ts';

/** The files of a configuration, by what they are. Names are relative to `root`, the folder's real path. */
export interface TownFolder {
  readonly root: string;
  /** By id, sorted. */
  readonly sites: ReadonlyMap<string, string>;
  readonly trunks: ReadonlyMap<string, string>;
  readonly services: ReadonlyMap<string, string>;
  readonly calendars: ReadonlyMap<string, string>;
  /** Sound files of the town's own: `prompts/portage.wav`. */
  readonly sounds: ReadonlySet<string>;
  /** The CSV files beside the sites. */
  readonly tables: readonly string[];
}

type Kind = 'sites' | 'trunks' | 'services' | 'calendars';

const filesAtMost: Readonly<Record<Kind, number>> = { sites: 1_000, trunks: 100, services: 1_000, calendars: 100 };
const soundsAtMost = 1_000;
const idPattern = /^[a-z][a-z0-9-]{0,47}$/;

/** Looks which files there are. A file that nobody would read is a mistake too: somebody thought it counts. Does not throw. */
export function lookAround(directory: string, report: Report): TownFolder | undefined {
  const root = realFolder(directory);
  if (root === undefined) {
    reportFile(report, { name: 'exchange.yaml', ...noFolder, found: directory });
    return undefined;
  }
  for (const name of entriesOf(root, '')) checkTop(name, report);
  const tables: string[] = [];
  const of = (kind: Kind): ReadonlyMap<string, string> => filesOf(root, kind, tables, report);
  return {
    root,
    sites: of('sites'),
    trunks: of('trunks'),
    services: of('services'),
    calendars: of('calendars'),
    sounds: soundsIn(root, report),
    tables,
  };
}

/** A mistake of a file as a whole. */
export function reportFile(
  report: Report,
  { name, says, found, expected, guess }: Unreadable & { readonly guess?: string | undefined },
): void {
  report.add({ ...placeOf({ file: name, line: 1, column: 1 }), found }, { path: '', says, expected, guess });
}

const noFolder = {
  says: 'there is no such folder',
  expected: 'a folder with exchange.yaml, sites/, trunks/ and services/',
};

function realFolder(directory: string): string | undefined {
  try {
    const root = realpathSync(directory);
    return statSync(root).isDirectory() ? root : undefined;
  } catch {
    return undefined;
  }
}

/** Hidden files and what editors leave behind are passed over. */
function entriesOf(root: string, folder: string): readonly string[] {
  try {
    return readdirSync(join(root, folder))
      .filter((name) => !/^[.#]|~$|\.(swp|bak|orig|md)$/.test(name))
      .sort();
  } catch {
    return [];
  }
}

const top = ['exchange.yaml', 'sites', 'trunks', 'services', 'calendars', 'prompts', 'schema'];

function checkTop(name: string, report: Report): void {
  if (top.includes(name)) return;
  const guess = nearest(name, top) ?? (name === 'exchange.yml' ? 'exchange.yaml' : undefined);
  reportFile(report, { name, says: `nobody reads ${name}`, found: name, expected: `one of: ${top.join(', ')}`, guess });
}

function filesOf(root: string, kind: Kind, tables: string[], report: Report): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (const entry of entriesOf(root, kind)) {
    const name = `${kind}/${entry}`;
    if (kind === 'sites' && entry.endsWith('.csv')) tables.push(name);
    else if (!entry.endsWith('.yaml')) reportFile(report, strangeFile(kind, entry));
    else if (!idPattern.test(entry.slice(0, -5))) reportFile(report, strangeName(name, entry.slice(0, -5)));
    else files.set(entry.slice(0, -5), name);
  }
  if (files.size + tables.length <= filesAtMost[kind] * 2 && files.size <= filesAtMost[kind]) return files;
  const says = `there are too many files in ${kind}/`;
  reportFile(report, { name: kind, says, found: `${files.size} files`, expected: `at most ${filesAtMost[kind]}` });
  return new Map();
}

/** What stands in prompts/ is opened when it is played, and only named here. */
function soundsIn(root: string, report: Report): ReadonlySet<string> {
  const names = entriesOf(root, 'prompts').filter((name) => name.endsWith('.wav'));
  if (names.length <= soundsAtMost) return new Set(names.map((name) => `prompts/${name}`));
  const says = 'there are too many files in prompts/';
  reportFile(report, { name: 'prompts', says, found: `${names.length} files`, expected: `at most ${soundsAtMost}` });
  return new Set();
}

function strangeFile(kind: Kind, entry: string): Unreadable & { readonly guess?: string | undefined } {
  const guess = entry.endsWith('.yml') ? `${kind}/${entry.slice(0, -4)}.yaml` : undefined;
  const expected = kind === 'sites' ? '.yaml and .csv files' : '.yaml files';
  return { name: `${kind}/${entry}`, says: `nobody reads ${kind}/${entry}`, found: entry, expected, guess };
}

function strangeName(name: string, id: string): Unreadable & { readonly guess?: string | undefined } {
  const guess = corrections(id).find((one) => idPattern.test(one));
  return {
    name,
    says: `the name of the file is the id, and ${id} cannot be one`,
    found: id,
    expected: 'small letters, digits and dashes, a letter first, at most 48',
    guess: guess && `${guess}.yaml`,
  };
}
