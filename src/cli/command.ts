import type { Exit } from './exit.ts';
import type { Painter } from './paint.ts';
import type { StartExchange, Terminal } from './ports.ts';

/** One command: what `--help` says of it, and what it does. */
export interface Command {
  readonly name: string;
  /** One line, for the list of commands. */
  readonly summary: string;
  /** What stands after the name: `[DIR]`, `[ID]`. At most so many words as it names. */
  readonly words: readonly string[];
  readonly options: Readonly<Record<string, Option>>;
  /** More than the summary, when it needs more. */
  readonly about?: string;
  /** Lines that can be typed, each with what it does. */
  readonly examples: readonly (readonly [line: string, does: string])[];
  readonly run: (given: Given) => Promise<Exit> | Exit;
}

export interface Option {
  /** What stands for the value in the help: `N`, `WHEN`. A switch has none. */
  readonly value?: string;
  readonly about: string;
}

/** A command line, read. */
export interface Given {
  readonly words: readonly string[];
  readonly values: ReadonlyMap<string, string>;
  readonly switches: ReadonlySet<string>;
  readonly terminal: Terminal;
  /** For what goes to the output. */
  readonly paint: Painter;
  /** For what goes to the error output: it may be a screen when the output is a pipe, and the other way round. */
  readonly paintErr: Painter;
  readonly start: StartExchange;
}

/** A mistake on the command line: printed with a hint at `--help`, exit code 2. */
export class UsageError extends Error {}

/** Something that is not so: printed as it is, with the exit code it bears. */
export class Trouble extends Error {
  readonly exit: Exit;
  constructor(message: string, exit: Exit = 'no') {
    super(message);
    this.exit = exit;
  }
}

export const dataOption: Option = { value: 'DIR', about: 'the data folder (default: data/, or $BEFFROI_DATA)' };
export const configOption: Option = { value: 'DIR', about: 'the configuration (default: config/, or $BEFFROI_CONFIG)' };
export const jsonOption: Option = { about: 'as JSON, for programs' };
