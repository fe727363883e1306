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

const unitMs: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `2026-11-24T14:30`, `2026-11-24`, `14:30` (today), `2h` (ago): an instant, by this machine's clock unless it has a zone. */
export function instant(text: string, option: string, now: number): number {
  const [, count, unit] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  if (count !== undefined && unit !== undefined) return now - Number(count) * (unitMs[unit] ?? 0);
  const local = /^\d{1,2}:\d\d$/.test(text) ? `${localDay(now)}T${text.padStart(5, '0')}` : text;
  const isWritten = /^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)?)?$/.test(local);
  // A date alone would be read as midnight in UTC.
  const at = isWritten ? Date.parse(local.length === 10 ? `${local}T00:00` : local.replace(' ', 'T')) : Number.NaN;
  if (Number.isNaN(at))
    throw new UsageError(`--${option} is a time such as 2026-11-24T14:30, 14:30 or 2h, not "${text}"`);
  return at;
}

function localDay(now: number): string {
  const date = new Date(now);
  const two = (number: number) => String(number).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}
