/** A line as written, and what of it is meant: `from` counts from 0. */
export interface Excerpt {
  readonly text: string;
  readonly from: number;
  readonly length: number;
}

const LINE_AT_MOST = 160;
const FOUND_AT_MOST = 60;
const LEAD = 100;

/** The line around a mark, cut to a width that a terminal shows, with secrets blotted out. */
export function excerptOf(line: string, from: number, length: number): Excerpt {
  const cut = from > LINE_AT_MOST - 40 ? from - 40 : 0;
  // A little more in front, so that a secret whose key is cut off is blotted out all the same.
  const lead = Math.min(cut, LEAD);
  const shown = printable(blotted(line.slice(cut - lead, cut + LINE_AT_MOST))).slice(lead);
  const at = Math.min(from - cut, shown.length);
  return { text: shown, from: at, length: Math.max(1, Math.min(length, shown.length - at)) };
}

/** A value in a few words. */
export function shortened(text: string): string {
  const line = printable(text.slice(0, FOUND_AT_MOST + 1));
  return line.length > FOUND_AT_MOST ? `${line.slice(0, FOUND_AT_MOST)}…` : line;
}

/** Does a key of this name hold a secret, so that its value is not repeated? */
export function isSecretKey(key: string | number | undefined): boolean {
  return typeof key === 'string' && /^(password|secret|token)$/i.test(key);
}

export const blot = '••••';

/** No control character reaches the terminal of whoever reads the message. */
export function printable(text: string): string {
  return text.replace(/\t/g, ' ').replace(UNPRINTABLE, '\u{fffd}');
}

/** Control characters, line separators, and marks that change the direction of writing. */
export const unfit = /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u;
const UNPRINTABLE = new RegExp(unfit.source, 'gu');

/** Whoever wrote a password in the clear must not see it again on a screen or in a log. References are no secrets. */
function blotted(line: string): string {
  return line.replace(
    /\b((?:password|secret|token)["']?\s*:\s*)([^\s{][^\s,}]*)/gi,
    (_, key: string, value: string) => key + '•'.repeat(value.length),
  );
}
