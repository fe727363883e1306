import type { Excerpt } from './excerpt.ts';
import { type Problem, placeText } from './problem.ts';

export interface TextSettings {
  readonly colour: boolean;
}

/** Mistakes for people: where, the line with the spot marked, what was found, expected and probably meant. Ends in a line feed. */
export function problemsText(problems: readonly Problem[], { colour }: TextSettings): string {
  const paint = colour ? painted : plain;
  return `${[...problems.map((problem) => problemText(problem, paint)), summary(problems)].join('\n\n')}\n`;
}

/** Mistakes for machines: a list of what `Problem` has, one JSON document. */
export function problemsJson(problems: readonly Problem[]): string {
  return `${JSON.stringify({ problems }, undefined, 2)}\n`;
}

/** Colour is for terminals, unless somebody said no (https://no-color.org). */
export function wantsColour({ NO_COLOR, TERM }: Terminal, isTerminal: boolean): boolean {
  return isTerminal && !NO_COLOR && TERM !== 'dumb';
}

/** The variables of the environment that tell what a terminal can do. */
export interface Terminal {
  readonly NO_COLOR?: string | undefined;
  readonly TERM?: string | undefined;
}

interface Paint {
  place(text: string): string;
  mark(text: string): string;
  faint(text: string): string;
}

const plain: Paint = { place: same, mark: same, faint: same };
const painted: Paint = { place: sgr(1), mark: sgr(31), faint: sgr(2) };

function same(text: string): string {
  return text;
}

function sgr(code: number): (text: string) => string {
  return (text) => `\u001b[${code}m${text}\u001b[0m`;
}

function problemText(problem: Problem, paint: Paint): string {
  const { says, found, expected, guess, also, excerpt, line } = problem;
  const rows: readonly (readonly [string, string | undefined])[] = [
    ['found', found],
    ['expected', expected],
    ['perhaps', guess],
    ['see also', also && placeText(also)],
  ];
  return [
    `${paint.place(placeText(problem))}  ${says}`,
    ...(excerpt === undefined ? [] : excerptRows(excerpt, line, paint)),
    ...rows.flatMap(([name, text]) => (text === undefined ? [] : [`  ${paint.faint(name.padEnd(9))} ${text}`])),
  ].join('\n');
}

function excerptRows({ text, from, length }: Excerpt, line: number, paint: Paint): readonly string[] {
  const gutter = String(line).padStart(5);
  return [
    `${paint.faint(`${gutter} |`)} ${text}`.trimEnd(),
    `${paint.faint(`${' '.repeat(gutter.length)} |`)} ${' '.repeat(from)}${paint.mark('^'.repeat(length))}`,
  ];
}

function summary(problems: readonly Problem[]): string {
  const files = new Set(problems.map(({ file }) => file)).size;
  const count = problems.length === 1 ? '1 mistake' : `${problems.length} mistakes`;
  return `${count} in ${files === 1 ? '1 file' : `${files} files`}`;
}
