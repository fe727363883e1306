import type { Command, Option } from './command.ts';
import { exits } from './exit.ts';
import type { Painter } from './paint.ts';

/** What `beffroi --help` says. */
export function helpText(commands: readonly Command[], { strong, faint }: Painter): string {
  const width = Math.max(...commands.map(({ name, words }) => usage(name, words).length));
  return lines([
    `${strong('beffroi')}: a SIP trunk and Centrex softswitch for a town`,
    '',
    strong('Usage'),
    '  beffroi COMMAND [--help] [...]',
    '',
    strong('Commands'),
    ...commands.map(({ name, words, summary }) => `  ${usage(name, words).padEnd(width)}  ${summary}`),
    '',
    strong('Exit codes'),
    ...Object.values(exits).map(({ code, means }) => `  ${code}  ${means}`),
    '',
    faint('Colours only on a screen, and never with NO_COLOR. Every command that answers knows --json.'),
  ]);
}

/** What `beffroi COMMAND --help` says. */
export function commandHelp(
  { name, words, summary, about, options, examples }: Command,
  { strong, faint }: Painter,
): string {
  const all: readonly (readonly [string, Option])[] = [...Object.entries(options), ['help', { about: 'this text' }]];
  const named = all.map(([option, { value }]) => `--${option}${value === undefined ? '' : ` ${value}`}`);
  const width = Math.max(...named.map((text) => text.length));
  const exampleWidth = Math.max(0, ...examples.map(([line]) => line.length));
  return lines([
    `${strong(`beffroi ${name}`)}: ${summary}`,
    ...(about === undefined ? [] : ['', about]),
    '',
    strong('Usage'),
    `  beffroi ${usage(name, words)} [options]`,
    '',
    strong('Options'),
    ...all.map(([, { about: says }], index) => `  ${named[index]?.padEnd(width)}  ${says}`),
    '',
    strong('Examples'),
    ...examples.map(([line, does]) => `  ${line.padEnd(exampleWidth)}  ${faint(does)}`),
  ]);
}

function usage(name: string, words: readonly string[]): string {
  return [name, ...words].join(' ');
}

function lines(texts: readonly string[]): string {
  return texts.map((text) => `${text}\n`).join('');
}
