import { parseArgs } from 'node:util';
import { nearest } from '../config/guess.ts';
import { type Command, type Option, UsageError } from './command.ts';

export interface Parsed {
  readonly words: readonly string[];
  readonly values: ReadonlyMap<string, string>;
  readonly switches: ReadonlySet<string>;
}

/** Reads what follows a command's name. Throws a UsageError that names the mistake and the nearest guess. */
export function parse(args: readonly string[], command: Command): Parsed {
  const known = new Map<string, Option>([...Object.entries(command.options), ['help', { about: '' }]]);
  const options = Object.fromEntries([...known].map(([name, option]) => [name, { type: typeOf(option) }]));
  const { tokens } = parseArgs({ args: [...args], options, allowPositionals: true, strict: false, tokens: true });
  const words: string[] = [];
  const values = new Map<string, string>();
  const switches = new Set<string>();
  for (const token of tokens) {
    if (token.kind === 'positional') words.push(token.value);
    if (token.kind !== 'option') continue;
    const option = known.get(token.name);
    if (option === undefined) throw unknownOption(token.rawName, [...known.keys()], command.name);
    if (typeOf(option) === 'boolean') switches.add(givenSwitch(token.rawName, token.name, token.value));
    else values.set(token.name, givenValue(token.rawName, token.value, token.inlineValue === true));
  }
  if (words.length > command.words.length) {
    throw new UsageError(`"${words[command.words.length]}" is one word too many for beffroi ${command.name}`);
  }
  return { words, values, switches };
}

function typeOf({ value }: Option): 'string' | 'boolean' {
  return value === undefined ? 'boolean' : 'string';
}

function unknownOption(raw: string, known: readonly string[], command: string): UsageError {
  const guess = nearest(raw.replace(/^--?/, ''), known);
  const hint = guess === undefined ? '' : `: did you mean --${guess}?`;
  return new UsageError(`beffroi ${command} knows no option ${raw}${hint}`);
}

function givenSwitch(raw: string, name: string, value: string | undefined): string {
  if (value !== undefined) throw new UsageError(`${raw} is a switch: it takes no value`);
  return name;
}

/** `--from --to 4102`: a value that looks like an option was forgotten, unless it is written `--from=--to`. */
function givenValue(raw: string, value: string | undefined, isInline: boolean): string {
  if (value === undefined || (!isInline && value.startsWith('--'))) throw new UsageError(`${raw} needs a value`);
  return value;
}

/** A whole number within limits, or a UsageError. */
export function wholeNumber(text: string, option: string, atLeast: number, atMost: number): number {
  const number = Number(text);
  if (!/^\d{1,15}$/.test(text) || number < atLeast || number > atMost) {
    throw new UsageError(`--${option} is a whole number from ${atLeast} to ${atMost}, not "${text}"`);
  }
  return number;
}
