/**
 * The head of a SIP message, indexed in one pass over its characters: hot path of the parser. Nothing is cut out, lines
 * are noted as offsets. What is found wrong is noted too and does not stop the pass.
 */
import { characterKinds as kinds } from './characters.ts';
import { headerId } from './header-names.ts';

/** Why a message cannot be taken as it stands; the status a request with it deserves. */
export interface Fault {
  readonly status: 400 | 413 | 505;
  readonly reason: string;
  /** True when the end of the message is not certain: a stream must be closed after it (RFC 3261 §18.3). */
  readonly unsure?: boolean;
}

export interface Head {
  readonly startsAt: number;
  /** Header numbers in order; 0 for names not in the registry. */
  readonly ids: number[];
  /** Four offsets a header: line start, name end, value start, value end. */
  readonly spans: number[];
  /** No line is folded, compact or blank before its colon. */
  readonly plain: boolean;
  /** No control character, escaped or not, but tab. */
  readonly clean: boolean;
  readonly bodyAt: number;
  readonly fault: Fault | undefined;
}

/** Index the header lines that begin at `from`, up to and with the empty line. */
export function readHead(text: string, startsAt: number, from: number, maxHeaders: number): Head {
  const scanner = new Scanner(text, startsAt, from);
  while (scanner.line()) {
    if (scanner.ids.length <= maxHeaders) continue;
    scanner.fault = { status: 413, reason: 'Too many headers', unsure: true };
    break;
  }
  return scanner;
}

/** Folded lines of a value joined with one blank (RFC 3261 §7.3.1). */
export function unfold(value: string): string {
  return value.includes('\r\n') ? value.replaceAll(/[ \t]*\r\n[ \t]+/g, ' ') : value;
}

const cr = 13;
const lf = 10;

class Scanner implements Head {
  readonly text: string;
  readonly startsAt: number;
  readonly ids: number[] = [];
  readonly spans: number[] = [];
  plain = true;
  clean = true;
  bodyAt: number;
  fault: Fault | undefined = undefined;
  private at: number;

  constructor(text: string, startsAt: number, from: number) {
    this.text = text;
    this.startsAt = startsAt;
    this.at = from;
    this.bodyAt = text.length;
  }

  /** Take one line; false when it was the empty one, or the text ended. */
  line(): boolean {
    const { text, at: start } = this;
    if (start >= text.length) return this.openEnd();
    if (text.charCodeAt(start) === cr && text.charCodeAt(start + 1) === lf) {
      this.bodyAt = start + 2;
      return false;
    }
    const nameEnd = this.skipName(start);
    const colon = this.skipBlanks(nameEnd);
    const named = nameEnd > start && text.charCodeAt(colon) === 0x3a;
    const valueAt = named ? this.skipFolds(colon + 1) : nameEnd;
    const valueEnd = this.skipValue(valueAt);
    if (named) this.note(start, nameEnd, colon, valueAt, valueEnd);
    else this.fault ??= { status: 400, reason: 'Malformed header' };
    return true;
  }

  private note(start: number, nameEnd: number, colon: number, valueAt: number, end: number): void {
    const { text } = this;
    let valueEnd = end;
    while (valueEnd > valueAt && isBlank(text.charCodeAt(valueEnd - 1))) valueEnd -= 1;
    if (nameEnd !== colon || nameEnd - start === 1) this.plain = false;
    this.ids.push(headerId(text, start, nameEnd));
    this.spans.push(start, nameEnd, Math.min(valueAt, valueEnd), valueEnd);
  }

  private openEnd(): false {
    this.fault ??= { status: 400, reason: 'No empty line after the headers', unsure: true };
    return false;
  }

  private skipName(from: number): number {
    let at = from;
    while (kinds[this.text.charCodeAt(at)] === 3) at += 1;
    return at;
  }

  private skipBlanks(from: number): number {
    let at = from;
    while (this.text.charCodeAt(at) === 32 || this.text.charCodeAt(at) === 9) at += 1;
    return at;
  }

  /** Blanks and line ends that are folded, before a value begins. */
  private skipFolds(from: number): number {
    let at = this.skipBlanks(from);
    while (this.isFold(at)) at = this.skipBlanks(at + 2);
    return at;
  }

  /** To the end of the value; the scanner moves to the next line. */
  private skipValue(from: number): number {
    const { text } = this;
    let at = from;
    while (!this.endsAt(at)) {
      if ((kinds[text.charCodeAt(at)] ?? 0) < 2) this.stray(at);
      at += 1;
      while ((kinds[text.charCodeAt(at)] ?? 0) >= 2) at += 1;
    }
    this.at = Math.min(at + 2, text.length);
    return at;
  }

  /** Is this the end of a line that does not go on, or of the text? */
  private endsAt(at: number): boolean {
    const { text } = this;
    if (text.charCodeAt(at) === cr && text.charCodeAt(at + 1) === lf) return !this.isFold(at);
    return at >= text.length;
  }

  /** A line end followed by a blank goes on with the line before (RFC 3261 §7.3.1). */
  private isFold(at: number): boolean {
    const { text } = this;
    if (text.charCodeAt(at) !== cr || text.charCodeAt(at + 1) !== lf) return false;
    const next = text.charCodeAt(at + 2);
    if (next !== 32 && next !== 9) return false;
    this.plain = false;
    return true;
  }

  /** A control character. One may be escaped in a quoted string (RFC 4475 §3.1.1.2), CR and LF may not. */
  private stray(at: number): void {
    const code = this.text.charCodeAt(at);
    const before = this.text.charCodeAt(at - 1);
    if ((code === cr && this.text.charCodeAt(at + 1) === lf) || (code === lf && before === cr)) return; // a fold
    this.clean = false;
    const escaped = before === 0x5c && code !== cr && code !== lf;
    if (!escaped) this.fault ??= { status: 400, reason: 'Control character in a header' };
  }
}

function isBlank(code: number): boolean {
  return code === 32 || code === 9 || code === cr || code === lf;
}
