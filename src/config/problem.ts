import { type Excerpt, printable } from './excerpt.ts';

/** A place in a file of the configuration, counted from 1 as editors do. */
export interface Place {
  /** Relative to the folder: `sites/mairie.yaml`. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** One mistake in the configuration, with everything needed to mend it. */
export interface Problem extends Place {
  /** The key in that file: `address.insee`, `lines[3].extension`. Empty when it is the file as a whole. */
  readonly path: string;
  /** One sentence. */
  readonly says: string;
  readonly found: string;
  readonly expected: string;
  /** What was probably meant. */
  readonly guess?: string;
  /** The other place, when two contradict each other. */
  readonly also?: Place;
  readonly excerpt?: Excerpt;
}

/** A place together with what stands there. */
export interface Mark extends Place {
  /** As written, in a few words: `"4101"`, `127 (a number)`, `nothing`. */
  readonly found: string;
  readonly excerpt?: Excerpt;
}

export type Path = readonly (string | number)[];

/** A piece of configuration that can say where each of its values stands, whatever it was written in. */
export interface Written {
  readonly file: string;
  /** The place of a value, or of the nearest thing around it that was written. `key`: of its key instead. */
  mark(path: Path, part?: 'key' | 'value'): Mark;
  /** The line alone: what thousands are asked for. */
  line(path: Path): number;
  /** The value as it stands in the file, before anything was made of it: `00127`. `undefined`: nothing, or not a simple value. */
  raw(path: Path): string | undefined;
  /** What people call it: `address.insee`; in a table, the column. */
  name(path: Path): string;
  /** What is wrong with it as YAML or as a cell has been said already. */
  told(path: Path): boolean;
}

/** What is said of a place. */
export interface Said {
  readonly path: string;
  readonly says: string;
  readonly expected: string;
  /** Taken from the place unless given. */
  readonly found?: string;
  readonly guess?: string | undefined;
  readonly also?: Place | undefined;
}

/** Collects every mistake, up to a limit. */
export interface Report {
  add(mark: Mark, said: Said): void;
  readonly count: number;
  /** Sorted by file, line and column. */
  list(): readonly Problem[];
}

const PROBLEMS_AT_MOST = 1_000;

export function createReport(): Report {
  const problems: Problem[] = [];
  let count = 0;
  return {
    add(mark, said) {
      count += 1;
      if (problems.length < PROBLEMS_AT_MOST) problems.push(problemOf(mark, said));
    },
    get count() {
      return count;
    },
    list() {
      const sorted = problems.toSorted(inOrder);
      return count > sorted.length ? [...sorted, unsaid(count - sorted.length)] : sorted;
    },
  };
}

/** The path as people write it: `lines[3].extension`. */
export function pathText(path: Path): string {
  let text = '';
  for (const step of path) text += typeof step === 'number' ? `[${step}]` : `${text === '' ? '' : '.'}${step}`;
  return text;
}

/** The place alone, without what stands there. */
export function placeOf({ file, line, column }: Place): Place {
  return { file, line, column };
}

export function placeText({ file, line, column }: Place): string {
  return `${file}:${line}:${column}`;
}

function problemOf(mark: Mark, said: Said): Problem {
  const { path, says, expected, found, guess, also } = said;
  return {
    ...placeOf(mark),
    file: printable(mark.file),
    path: printable(path),
    says: printable(says),
    found: printable(found ?? mark.found),
    expected: printable(expected),
    ...(guess !== undefined && { guess: printable(guess) }),
    ...(also && { also: placeOf(also) }),
    ...(mark.excerpt && { excerpt: mark.excerpt }),
  };
}

function inOrder(a: Problem, b: Problem): number {
  return rank(a.file) - rank(b.file) || compareText(a.file, b.file) || a.line - b.line || a.column - b.column;
}

/** exchange.yaml first: what is wrong there explains much of the rest. */
function rank(file: string): number {
  return file === 'exchange.yaml' ? 0 : 1;
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function unsaid(more: number): Problem {
  return {
    file: 'exchange.yaml',
    line: 1,
    column: 1,
    path: '',
    says: `there are ${more} more mistakes; they are listed once these are mended`,
    found: `${more + PROBLEMS_AT_MOST} mistakes`,
    expected: 'none',
  };
}
