/** From, To, Contact, Route, Record-Route, Refer-To …: `[display] <uri>;params` or `uri;params` (RFC 3261 §20.10, §25.1). */
import { quoteEnd } from './list.ts';
import { type Params, parseParams } from './params.ts';

export interface NameAddr {
  /** As written, quotes included; '' when there is none. */
  readonly display: string;
  readonly uri: string;
  /** Was the URI in angle brackets? */
  readonly bracketed: boolean;
  /** Header parameters, names in lower case. */
  readonly params: Params;
}

const displayTokens = /^(?:[A-Za-z0-9\-.!%*_+`'~\x80-\xff]+[ \t]*)*$/;
const uriText = /^[A-Za-z][A-Za-z0-9+.-]*:[^\s<>"]+$/;

/** Undefined when malformed. One element only: lists are split first. */
export function parseNameAddr(value: string): NameAddr | undefined {
  const open = bracketAt(value);
  if (open === -1) return bare(value);
  if (open < -1) return undefined;
  const close = value.indexOf('>', open);
  if (close < 0) return undefined;
  const display = value.slice(0, open).trim();
  const uri = value.slice(open + 1, close);
  if (!isDisplay(display) || !uriText.test(uri)) return undefined;
  const params = parseParams(value.slice(close + 1));
  return params === undefined ? undefined : { display, uri, bracketed: true, params };
}

/** Offset of `<` outside quotes, -1 when there is none, -2 when a quote is left open. */
function bracketAt(value: string): number {
  if (!value.includes('"')) return value.indexOf('<');
  for (let i = 0; i < value.length; i += 1) {
    const code = value.charCodeAt(i);
    if (code === 0x3c) return i;
    if (code === 0x22) i = quoteEnd(value, i);
    if (i < 0) return -2;
  }
  return -1;
}

function isDisplay(display: string): boolean {
  if (display === '') return true;
  return display.startsWith('"') ? quoteEnd(display, 0) === display.length - 1 : displayTokens.test(display);
}

/** Without brackets everything after the first `;` belongs to the header, and `,` `?` may not occur (RFC 3261 §20). */
function bare(value: string): NameAddr | undefined {
  const semicolon = value.indexOf(';');
  const uri = (semicolon < 0 ? value : value.slice(0, semicolon)).trim();
  if (!uriText.test(uri) || uri.includes('?') || uri.includes(',')) return undefined;
  const params = semicolon < 0 ? parseParams('') : parseParams(value.slice(semicolon));
  return params === undefined ? undefined : { display: '', uri, bracketed: false, params };
}

/** The tag of a From or To, or undefined: found without parsing the rest. */
export function tagOf(value: string): string | undefined {
  const after = value.lastIndexOf('>');
  const quick = value.indexOf(';tag=', Math.max(after, 0));
  if (quick >= 0) {
    const end = value.indexOf(';', quick + 5);
    return (end < 0 ? value.slice(quick + 5) : value.slice(quick + 5, end)).trim();
  }
  if (!/tag/i.test(value.slice(after + 1))) return undefined;
  return parseNameAddr(value)?.params.get('tag');
}

/** URI of a From, To or Contact, brackets taken off; undefined when there is none. */
export function uriOf(value: string): string | undefined {
  if (value.charCodeAt(0) === 0x3c) {
    const close = value.indexOf('>');
    return close < 0 ? undefined : value.slice(1, close);
  }
  return parseNameAddr(value)?.uri;
}

/** The value with its tag, when it has none yet. */
export function withTag(value: string, tag: string): string {
  return tagOf(value) === undefined ? `${value};tag=${tag}` : value;
}
