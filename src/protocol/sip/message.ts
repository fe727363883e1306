/**
 * A SIP message as a lazy index over its text. The text is a *byte string*: one character per byte on the wire
 * (latin1), so lengths are bytes and any header or body can be passed on by slicing. Values are cut out when asked for.
 */

import { isTokenText } from './characters.ts';
import { type Fault, type Head, readHead, unfold } from './head.ts';
import { Header, headerNames } from './header-names.ts';
import { isSafeHeaderValue } from './header-value.ts';
import { type CSeq, parseCSeq } from './headers/cseq.ts';
import { type NameAddr, parseNameAddr } from './headers/name-addr.ts';
import { parseVia, type Via } from './headers/via.ts';
import { methods } from './methods.ts';

export interface Limits {
  /** Header lines, at most. */
  readonly maxHeaders: number;
}

export const defaultLimits: Limits = { maxHeaders: 100 };

interface StartLine {
  readonly method: string;
  readonly uri: string;
  readonly status: number;
  readonly reason: string;
  readonly fault: Fault | undefined;
}

/** Request when `method` is not empty, response otherwise. */
export class SipMessage {
  readonly text: string;
  readonly method: string;
  readonly uri: string;
  readonly status: number;
  readonly reason: string;
  /** First thing found wrong while indexing. */
  readonly fault: Fault | undefined;
  /** Header numbers in order; 0 for names not in the registry. */
  readonly ids: readonly number[];
  /** Four offsets a header: line start, name end, value start, value end. */
  readonly spans: readonly number[];
  /** False when some line is folded, compact or blank before the colon: written out anew before it is passed on. */
  readonly plain: boolean;
  /** No control character in the head, not even one escaped in a quoted string: fit to be written by us. */
  readonly clean: boolean;
  readonly startsAt: number;
  readonly startLineEnd: number;
  readonly bodyAt: number;
  readonly bodyEnd: number;
  private parsedVia: Via | null | undefined;
  private parsedCSeq: CSeq | null | undefined;
  private parsedFrom: NameAddr | null | undefined;
  private parsedTo: NameAddr | null | undefined;

  constructor(text: string, start: StartLine, startLineEnd: number, head: Head, body: BodySpan) {
    this.text = text;
    this.method = start.method;
    this.uri = start.uri;
    this.status = start.status;
    this.reason = start.reason;
    this.fault = start.fault ?? head.fault ?? body.fault;
    this.ids = head.ids;
    this.spans = head.spans;
    this.plain = head.plain;
    this.clean = head.clean && isSafeHeaderValue(text.slice(head.startsAt, startLineEnd));
    this.startsAt = head.startsAt;
    this.startLineEnd = startLineEnd;
    this.bodyAt = head.bodyAt;
    this.bodyEnd = body.end;
    this.parsedVia = undefined;
    this.parsedCSeq = undefined;
    this.parsedFrom = undefined;
    this.parsedTo = undefined;
  }

  /** The topmost Via; undefined when absent or malformed. Parsed once, like the next three. */
  get via(): Via | undefined {
    if (this.parsedVia === undefined) this.parsedVia = parseVia(this.get(Header.via) ?? '') ?? null;
    return this.parsedVia ?? undefined;
  }

  get cseq(): CSeq | undefined {
    if (this.parsedCSeq === undefined) this.parsedCSeq = parseCSeq(this.get(Header.cseq) ?? '') ?? null;
    return this.parsedCSeq ?? undefined;
  }

  get from(): NameAddr | undefined {
    if (this.parsedFrom === undefined) this.parsedFrom = parseNameAddr(this.get(Header.from) ?? '') ?? null;
    return this.parsedFrom ?? undefined;
  }

  get to(): NameAddr | undefined {
    if (this.parsedTo === undefined) this.parsedTo = parseNameAddr(this.get(Header.to) ?? '') ?? null;
    return this.parsedTo ?? undefined;
  }

  /** Tag of From, of To; undefined when there is none. */
  get fromTag(): string | undefined {
    return this.from?.params.get('tag');
  }

  get toTag(): string | undefined {
    return this.to?.params.get('tag');
  }

  get callId(): string {
    return this.get(Header.callId) ?? '';
  }

  get body(): string {
    return this.text.slice(this.bodyAt, this.bodyEnd);
  }

  /** First value of a header, unfolded, or undefined. */
  get(id: number): string | undefined {
    const at = this.ids.indexOf(id);
    return at < 0 ? undefined : this.valueAt(at);
  }

  has(id: number): boolean {
    return this.ids.includes(id);
  }

  /** All values of a header, one per line as received. */
  all(id: number): string[] {
    const found: string[] = [];
    for (let i = 0; i < this.ids.length; i += 1) if (this.ids[i] === id) found.push(this.valueAt(i));
    return found;
  }

  /** All values of a list header as one comma-joined text, or undefined. */
  joined(id: number): string | undefined {
    const found = this.all(id);
    return found.length === 0 ? undefined : found.join(',');
  }

  valueAt(at: number): string {
    const value = this.text.slice(this.spans[at * 4 + 2], this.spans[at * 4 + 3]);
    return this.plain ? value : unfold(value);
  }

  /** The name as it stands in the text. */
  nameAt(at: number): string {
    return this.text.slice(this.spans[at * 4], this.spans[at * 4 + 1]);
  }
}

/**
 * Index a message. Undefined when it has no SIP start line at all (a datagram of something else: drop it).
 * @param text byte string; leading empty lines are skipped (RFC 3261 §7.5)
 */
export function parse(text: string, limits: Limits = defaultLimits): SipMessage | undefined {
  const from = skipEmptyLines(text);
  const firstEnd = text.indexOf('\r\n', from);
  const startLineEnd = firstEnd < 0 ? text.length : firstEnd;
  const start = startLine(text, from, startLineEnd);
  if (start === undefined) return undefined;
  const head = readHead(text, from, Math.min(startLineEnd + 2, text.length), limits.maxHeaders);
  return new SipMessage(text, start, startLineEnd, head, bodySpan(text, head));
}

function skipEmptyLines(text: string): number {
  let at = 0;
  while (text.charCodeAt(at) === 13 && text.charCodeAt(at + 1) === 10) at += 2;
  return at;
}

// --- start line ------------------------------------------------------------------------------------------------

const versionWord = /^SIP\/(\d+)\.(\d+)$/i;
const bad = (reason: string): Fault => ({ status: 400, reason });

function startLine(text: string, from: number, end: number): StartLine | undefined {
  if (text.startsWith('SIP/', from)) return statusLine(text, from, end);
  const first = text.indexOf(' ', from);
  if (first < 0 || first > end) return undefined;
  const method = methodNamed(text.slice(from, first));
  const second = text.indexOf(' ', first + 1);
  if (method === '' || second < 0 || second > end) return undefined;
  const uri = text.slice(first + 1, second);
  if (text.startsWith('SIP/2.0', second + 1) && second + 8 === end && uri !== '')
    return requestLine(method, uri, undefined);
  return oddRequestLine(method, text.slice(first + 1, end));
}

/** The method as one shared string where it is a known one; '' when it is no token. */
function methodNamed(word: string): string {
  return sharedMethods.get(word) ?? (isTokenText(word) ? word : '');
}

const sharedMethods: ReadonlyMap<string, string> = new Map(methods.map((method) => [method, method]));

function requestLine(method: string, uri: string, fault: Fault | undefined): StartLine {
  return { method, uri, status: 0, reason: '', fault };
}

/** RFC 3261 §7.1: exactly one space between the three parts, none after. What deviates is told apart here. */
function oddRequestLine(method: string, rest: string): StartLine | undefined {
  const words = rest.trim().split(/[ \t]+/);
  const version = versionWord.exec(words.at(-1) ?? '');
  if (version === null) return undefined;
  const uri = words.slice(0, -1).join(' ');
  if (version[1] !== '2' || version[2] !== '0')
    return requestLine(method, uri, { status: 505, reason: 'Version Not Supported' });
  const tidy = words.length === 2 && rest === `${uri} ${words[1]}` && uri !== '';
  return requestLine(method, uri, tidy ? undefined : bad('Malformed request line'));
}

function statusLine(text: string, from: number, end: number): StartLine | undefined {
  const status = Number(text.slice(from + 8, from + 11));
  const gap = text.charCodeAt(from + 11);
  const ends = end === from + 11;
  if (!(text.startsWith('SIP/2.0 ', from) && status >= 100 && status <= 699 && (ends || gap === 0x20)))
    return undefined;
  return { method: '', uri: '', status, reason: ends ? '' : text.slice(from + 12, end), fault: undefined };
}

// --- body ------------------------------------------------------------------------------------------------------

interface BodySpan {
  readonly end: number;
  readonly fault: Fault | undefined;
}

/**
 * RFC 3261 §18.3: over UDP what follows Content-Length is padding and dropped; a body shorter than announced is an
 * error; without Content-Length the body runs to the end of the packet.
 */
function bodySpan(text: string, head: Head): BodySpan {
  const length = declaredLength(text, head);
  if (length === undefined) return { end: text.length, fault: undefined };
  if (length < 0) return { end: text.length, fault: { status: 400, reason: 'Bad Content-Length', unsure: true } };
  if (head.bodyAt + length > text.length)
    return { end: text.length, fault: { status: 400, reason: 'Body shorter than Content-Length', unsure: true } };
  return { end: head.bodyAt + length, fault: undefined };
}

/** Undefined when absent, -1 when not a number or when two differ (a classic way to smuggle a second message in). */
function declaredLength(text: string, index: Head): number | undefined {
  let found: number | undefined;
  for (let i = 0; i < index.ids.length; i += 1) {
    if (index.ids[i] !== Header.contentLength) continue;
    const length = contentLength(text.slice(index.spans[i * 4 + 2], index.spans[i * 4 + 3]));
    if (found !== undefined && found !== length) return -1;
    found = length;
  }
  return found;
}

/** Value of a Content-Length, -1 when it is not a plain number below 10^9. */
export function contentLength(value: string): number {
  return /^\d{1,9}$/.test(value) ? Number(value) : -1;
}

/**
 * The message as it is handed on: byte for byte where it is plain, otherwise with every name canonical, every line
 * unfolded and Content-Length true.
 * An RFC 2543 INVITE without Contact gets the From address as one (RFC 2543 §6.13): every reader expects it.
 * @param topVia replaces the first Via line's value (stamped with where the message came from)
 */
export function handedOn(message: SipMessage, topVia?: string): string {
  const at = topVia === undefined ? -1 : message.ids.indexOf(Header.via);
  const complete = message.has(Header.contentLength) && (message.method !== 'INVITE' || message.has(Header.contact));
  if (!message.plain || !complete) return normalised(message, at, topVia ?? '');
  const { text, startsAt, bodyEnd } = message;
  if (at < 0 || topVia === undefined) return text.slice(startsAt, bodyEnd);
  return text.slice(startsAt, message.spans[at * 4 + 2]) + topVia + text.slice(message.spans[at * 4 + 3], bodyEnd);
}

function normalised(message: SipMessage, viaAt: number, topVia: string): string {
  let head = message.text.slice(message.startsAt, message.startLineEnd);
  for (let i = 0; i < message.ids.length; i += 1) {
    if (message.ids[i] === Header.contentLength) continue;
    const name = headerNames[message.ids[i] ?? 0] || message.nameAt(i);
    head += `\r\n${name}: ${i === viaAt ? topVia : message.valueAt(i)}`;
  }
  if (message.method === 'INVITE' && !message.has(Header.contact)) head += `\r\nContact: <${message.from?.uri ?? ''}>`;
  return `${head}\r\nContent-Length: ${message.bodyEnd - message.bodyAt}\r\n\r\n${message.body}`;
}
