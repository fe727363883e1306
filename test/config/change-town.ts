import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Copies a town and changes it as a file of changes says:
 *
 *   # what is wrong about it
 *   @ sites/mairie.yaml     the file that is changed, or made
 *   -  insee: "00127"       this line …
 *   +  insee: 127           … becomes this one
 *   ! services/x.yaml       this file is taken away
 *
 * Lines that begin with + and follow no - go to the end of the file.
 */
export function changeTown(base: string, changes: string, target: string): void {
  rmSync(target, { recursive: true, force: true });
  cpSync(base, target, { recursive: true });
  for (const part of changes.split(/^(?=[@!] )/m)) {
    const [head = '', ...lines] = part.replace(/\n$/, '').split('\n');
    const path = join(target, head.slice(2));
    if (head.startsWith('! ')) rmSync(path);
    if (head.startsWith('@ ')) changeFile(path, lines);
  }
}

function changeFile(path: string, changes: readonly string[]): void {
  mkdirSync(dirname(path), { recursive: true });
  let text = existsSync(path) ? readFileSync(path, 'utf8') : '';
  for (const [, out = '', into = ''] of changes.join('\n').matchAll(/((?:^-.*\n?)*)((?:^\+.*\n?)*)/gm)) {
    if (out === '' && into === '') continue;
    text = replaceOnce(text, unmarked(out), unmarked(into), path);
  }
  writeFileSync(path, text);
}

/** The lines without their mark, each with its line feed. */
function unmarked(lines: string): string {
  return lines
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => `${line.slice(1)}\n`)
    .join('');
}

function replaceOnce(text: string, out: string, into: string, path: string): string {
  if (out === '') return text + into;
  const at = `\n${text}`.indexOf(`\n${out}`);
  if (at < 0) throw new Error(`${path} has no ${JSON.stringify(out)}`);
  return text.slice(0, at) + into + text.slice(at + out.length);
}
