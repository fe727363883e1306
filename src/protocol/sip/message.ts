/**
 * A SIP message as a lazy index over its text. The text is a *byte string*: one character per byte on the wire
 * (latin1), so lengths are bytes and any header or body can be passed on by slicing. Values are cut out when asked for.
 */

import { Header, headerId, headerNames } from './header-names.ts';
import { isSafeHead, isSafeReceivedHead } from './header-value.ts';
import { type CSeq, parseCSeq } from './headers/cseq.ts';
import { type NameAddr, parseNameAddr } from './headers/name-addr.ts';
import { parseVia, type Via } from './headers/via.ts';

/** Why a message cannot be taken as it stands; the status a request with it deserves. */
export interface Fault {
  readonly status: 400 | 413 | 505;
  readonly reason: string;
  /** True when the end of the message is not certain: a stream must be closed after it (RFC 3261 §18.3). */
  readonly unsure?: boolean;
}

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
  readonly startsAt: number;
  readonly startLineEnd: number;
  readonly bodyAt: number;
  readonly bodyEnd: number;
  #via: Via | null | undefined;
  #cseq: CSeq | null | undefined;
  #from: NameAddr | null | undefined;
  #to: NameAddr | null | undefined;

  constructor(text: string, start: StartLine, index: Index, body: BodySpan) {
    this.text = text;
    this.method = start.method;
    this.uri = start.uri;
    this.status = start.status;
    this.reason = start.reason;
    this.fault = start.fault ?? index.fault ?? body.fault;
    this.ids = index.ids;
    this.spans = index.spans;
    this.plain = index.plain;
    this.startsAt = index.startsAt;
    this.startLineEnd = index.startLineEnd;
    this.bodyAt = body.at;
    this.bodyEnd = body.end;
  }

  /** The topmost Via; undefined when absent or malformed. Parsed once, like the next three. */
  get via(): Via | undefined {
    if (this.#via === undefined) this.#via = parseVia(this.get(Header.via) ?? '') ?? null;
    return this.#via ?? undefined;
  }

  get cseq(): CSeq | undefined {
    if (this.#cseq === undefined) this.#cseq = parseCSeq(this.get(Header.cseq) ?? '') ?? null;
    return this.#cseq ?? undefined;
  }

  get from(): NameAddr | undefined {
    if (this.#from === undefined) this.#from = parseNameAddr(this.get(Header.from) ?? '') ?? null;
    return this.#from ?? undefined;
  }

  get to(): NameAddr | undefined {
    if (this.#to === undefined) this.#to = parseNameAddr(this.get(Header.to) ?? '') ?? null;
    return this.#to ?? undefined;
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
  let headEnd = text.indexOf('\r\n\r\n', from);
  let open: Fault | undefined;
  if (headEnd < 0) {
    open = { status: 400, reason: 'No empty line after the headers', unsure: true };
    headEnd = text.endsWith('\r\n') ? text.length - 2 : text.length;
  }
  const firstEnd = text.indexOf('\r\n', from);
  const startLineEnd = firstEnd < 0 ? headEnd : firstEnd;
  const start = startLine(text, from, startLineEnd);
  if (start === undefined) return undefined;
  const index = indexHeaders(text, { startsAt: from, startLineEnd, headEnd }, limits);
  if (open !== undefined) index.fault = open;
  return new SipMessage(text, start, index, bodySpan(text, index, Math.min(headEnd + 4, text.length)));
}

function skipEmptyLines(text: string): number {
  let at = 0;
  while (text.charCodeAt(at) === 13 && text.charCodeAt(at + 1) === 10) at += 2;
  return at;
}

// --- start line ------------------------------------------------------------------------------------------------

const versionWord = /^SIP\/(\d+)\.(\d+)$/i;
/** A token (RFC 3261 §25.1): what methods and header names are made of. */
const tokenText = /^[A-Za-z0-9\-.!%*_+`'~]+$/;
const bad = (reason: string): Fault => ({ status: 400, reason });

function startLine(text: string, from: number, end: number): StartLine | undefined {
  if (text.startsWith('SIP/', from)) return statusLine(text.slice(from, end));
  const first = text.indexOf(' ', from);
  if (first < 0 || first > end) return undefined;
  const method = text.slice(from, first);
  if (!tokenText.test(method)) return undefined;
  const second = text.indexOf(' ', first + 1);
  if (second < 0 || second > end) return undefined;
  const uri = text.slice(first + 1, second);
  const line = { method, uri, status: 0, reason: '' };
  if (text.startsWith('SIP/2.0', second + 1) && second + 8 === end && uri !== '') return { ...line, fault: undefined };
  return oddRequestLine(line, text.slice(first + 1, end));
}

/** RFC 3261 §7.1: exactly one space between the three parts, none after. What deviates is told apart here. */
function oddRequestLine(line: Omit<StartLine, 'fault'>, rest: string): StartLine | undefined {
  const words = rest.trim().split(/[ \t]+/);
  const version = versionWord.exec(words.at(-1) ?? '');
  if (version === null) return undefined;
  const uri = words.slice(0, -1).join(' ');
  if (version[1] !== '2' || version[2] !== '0')
    return { ...line, uri, fault: { status: 505, reason: 'Version Not Supported' } };
  if (words.length === 2 && rest === `${uri} ${words[1]}` && uri !== '') return { ...line, uri, fault: undefined };
  return { ...line, uri, fault: bad('Malformed request line') };
}

function statusLine(line: string): StartLine | undefined {
  const found = /^SIP\/2\.0 ([1-6]\d\d)(?: (.*))?$/s.exec(line);
  if (found === null) return undefined;
  return { method: '', uri: '', status: Number(found[1]), reason: found[2] ?? '', fault: undefined };
}

// --- headers ---------------------------------------------------------------------------------------------------

interface Span {
  readonly startsAt: number;
  readonly startLineEnd: number;
  readonly headEnd: number;
}

interface Index extends Span {
  readonly ids: number[];
  readonly spans: number[];
  plain: boolean;
  fault: Fault | undefined;
}

function indexHeaders(text: string, span: Span, limits: Limits): Index {
  const index: Index = { ...span, ids: [], spans: [], plain: true, fault: undefined };
  const { headEnd } = span;
  let at = span.startLineEnd + 2;
  while (at < headEnd) {
    if (index.ids.length >= limits.maxHeaders) {
      index.fault = { status: 413, reason: 'Too many headers', unsure: true };
      break;
    }
    const end = lineEnd(text, at, headEnd, index);
    if (!indexLine(text, at, end, index)) index.fault ??= bad('Malformed header');
    at = end + 2;
  }
  const head = text.slice(span.startsAt, headEnd);
  if (!isSafeHead(head) && !isSafeReceivedHead(head)) index.fault ??= bad('Control character in a header');
  return index;
}

/** End of the header line that starts at `at`, its folded continuations included (RFC 3261 §7.3.1). */
function lineEnd(text: string, at: number, headEnd: number, index: Index): number {
  let end = text.indexOf('\r\n', at);
  for (;;) {
    if (end < 0 || end >= headEnd) return headEnd;
    const next = text.charCodeAt(end + 2);
    if (next !== 32 && next !== 9) return end;
    index.plain = false;
    end = text.indexOf('\r\n', end + 2);
  }
}

function indexLine(text: string, at: number, end: number, index: Index): boolean {
  const colon = text.indexOf(':', at);
  if (colon <= at || colon >= end) return false;
  const nameEnd = skipBack(text, colon, at);
  if (nameEnd !== colon || nameEnd - at === 1) index.plain = false;
  let valueAt = colon + 1;
  while (valueAt < end && isBlank(text.charCodeAt(valueAt))) valueAt += 1;
  const id = nameEnd === at ? 0 : headerId(text, at, nameEnd);
  if (id === 0 && !tokenText.test(text.slice(at, nameEnd))) return false;
  index.ids.push(id);
  index.spans.push(at, nameEnd, valueAt, skipBack(text, end, valueAt));
  return true;
}

/** `from`, moved back over blanks, not beyond `to`. */
function skipBack(text: string, from: number, to: number): number {
  let at = from;
  while (at > to && isBlank(text.charCodeAt(at - 1))) at -= 1;
  return at;
}

function isBlank(code: number): boolean {
  return code === 32 || code === 9 || code === 13 || code === 10;
}

function unfold(value: string): string {
  return value.includes('\r\n') ? value.replaceAll(/[ \t]*\r\n[ \t]+/g, ' ') : value;
}

// --- body ------------------------------------------------------------------------------------------------------

interface BodySpan {
  readonly at: number;
  readonly end: number;
  readonly fault: Fault | undefined;
}

/**
 * RFC 3261 §18.3: over UDP what follows Content-Length is padding and dropped; a body shorter than announced is an
 * error; without Content-Length the body runs to the end of the packet.
 */
function bodySpan(text: string, index: Index, at: number): BodySpan {
  const length = declaredLength(text, index);
  if (length === undefined) return { at, end: text.length, fault: undefined };
  if (length < 0) return { at, end: text.length, fault: { status: 400, reason: 'Bad Content-Length', unsure: true } };
  if (at + length > text.length)
    return { at, end: text.length, fault: { status: 400, reason: 'Body shorter than Content-Length', unsure: true } };
  return { at, end: at + length, fault: undefined };
}

/** Undefined when absent, -1 when not a number or when two differ (a classic way to smuggle a second message in). */
function declaredLength(text: string, index: Index): number | undefined {
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
