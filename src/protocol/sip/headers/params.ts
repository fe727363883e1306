/** `;name=value` parameters behind a header value (RFC 3261 §25.1 generic-param), and those of URIs. */
import { isTokenText } from '../characters.ts';
import { quoteEnd } from './list.ts';

/** A handful of names and values: looked through, not hashed. Of a name given twice the last value counts. */
export class Params implements Iterable<readonly [name: string, value: string]> {
  /** Names (lower case) and values in turn. */
  private readonly flat: readonly string[];

  constructor(flat: readonly string[]) {
    this.flat = flat;
  }

  get(name: string): string | undefined {
    const { flat } = this;
    for (let i = flat.length - 2; i >= 0; i -= 2) if (flat[i] === name) return flat[i + 1];
    return undefined;
  }

  has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  *[Symbol.iterator](): Iterator<readonly [string, string]> {
    for (let i = 0; i < this.flat.length; i += 2) yield [this.flat[i] ?? '', this.flat[i + 1] ?? ''];
  }
}

export const noParams = new Params([]);

const plainValue = /^[A-Za-z0-9\-.!%*_+`'~[\]:@/$&?#|=()<>,{}^\\]+$/;

/**
 * Names in lower case; quoted values keep their quotes; a parameter without value has ''.
 * @param text what follows the value, beginning with `;` or empty; blanks around `;` and `=` are allowed
 * @returns undefined when the text is malformed (an empty parameter, a stray character, an open quote)
 */
export function parseParams(text: string): Params | undefined {
  if (text === '') return noParams;
  if (text.startsWith(';tag=') && isTokenText(text.slice(5))) return new Params(['tag', text.slice(5)]);
  let at = skipBlanks(text, 0);
  if (at === text.length) return noParams;
  const flat: string[] = [];
  while (at < text.length) {
    if (text.charCodeAt(at) !== 0x3b) return undefined;
    const end = paramEnd(text, at + 1);
    if (end < 0 || !take(text.slice(at + 1, end), flat)) return undefined;
    at = end;
  }
  return new Params(flat);
}

function take(part: string, flat: string[]): boolean {
  const equals = part.indexOf('=');
  const key = (equals < 0 ? part : part.slice(0, equals)).trim();
  const value = equals < 0 ? '' : part.slice(equals + 1).trim();
  if (!isTokenText(key)) return false;
  if (equals >= 0 && !isTokenText(value) && !isOddValue(value)) return false;
  flat.push(key.toLowerCase(), value);
  return true;
}

function isOddValue(value: string): boolean {
  return value.startsWith('"') ? quoteEnd(value, 0) === value.length - 1 : plainValue.test(value);
}

function paramEnd(text: string, from: number): number {
  for (let i = from; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code === 0x3b) return i;
    if (code === 0x22) i = quoteEnd(text, i);
    if (i < 0) return -1;
  }
  return text.length;
}

function skipBlanks(text: string, from: number): number {
  let at = from;
  while (text.charCodeAt(at) === 32 || text.charCodeAt(at) === 9) at += 1;
  return at;
}

/** Quotes and quoted pairs taken off. */
export function unquote(value: string): string {
  return value.startsWith('"') ? value.slice(1, -1).replaceAll(/\\(.)/gs, '$1') : value;
}
