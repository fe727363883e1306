/**
 * Messages out of a stream (RFC 3261 §18.3): a byte string goes in piece by piece, whole messages and keep-alives come
 * out. Content-Length is what ends a message; without one, or with a doubtful one, the stream cannot be trusted further.
 */
import { contentLength } from './message.ts';

export type Framed =
  | { readonly message: string }
  /** Double CR LF before a message: to be answered with one CR LF (RFC 5626 §4.4.1). */
  | { readonly keepAlive: true }
  /** Nothing after this can be trusted: answer `message` with a 400 where that is possible, and close. */
  | { readonly broken: string; readonly message: string };

const lengthLine = /(?:^|\n)(?:content-length|l)[ \t]*:[ \t]*([^\r\n]*?)[ \t]*(?=\r|$)/gi;

export class StreamFramer {
  readonly #maxBytes: number;
  #pending = '';
  #broken = false;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Is the beginning of a message waiting for its rest? */
  get incomplete(): boolean {
    return this.#pending !== '';
  }

  push(piece: string): Framed[] {
    if (this.#broken) return [];
    this.#pending = this.#pending === '' ? piece : this.#pending + piece;
    const found: Framed[] = [];
    for (let next = this.#next(); next !== undefined; next = this.#next()) {
      found.push(next);
      if ('broken' in next) break;
    }
    return found;
  }

  #next(): Framed | undefined {
    if (this.#pending.startsWith('\r\n')) return this.#emptyLines();
    const headEnd = this.#pending.indexOf('\r\n\r\n');
    if (headEnd < 0) return this.#pending.length > this.#maxBytes ? this.#break('message too long') : undefined;
    const length = declared(this.#pending.slice(0, headEnd));
    if (length < 0) return this.#break('Content-Length missing or in doubt');
    const end = headEnd + 4 + length;
    if (end > this.#maxBytes) return this.#break('message too long');
    if (this.#pending.length < end) return undefined;
    const message = this.#pending.slice(0, end);
    this.#pending = this.#pending.slice(end);
    return { message };
  }

  #emptyLines(): Framed | undefined {
    if (this.#pending.startsWith('\r\n\r\n')) {
      this.#pending = this.#pending.slice(4);
      return { keepAlive: true };
    }
    if (this.#pending.length < 4 && '\r\n\r\n'.startsWith(this.#pending)) return undefined;
    this.#pending = this.#pending.slice(2); // RFC 3261 §7.5: CRLF before the start line is ignored
    return this.#next();
  }

  #break(broken: string): Framed {
    const message = this.#pending.slice(0, this.#maxBytes);
    this.#broken = true;
    this.#pending = '';
    return { broken, message };
  }
}

/** -1 when absent, malformed or given twice with different values. RFC 3261 §20.14: MUST be present on streams. */
function declared(head: string): number {
  let found = -1;
  for (const line of head.matchAll(lengthLine)) {
    const length = contentLength(line[1] ?? '');
    if (length < 0 || (found >= 0 && found !== length)) return -1;
    found = length;
  }
  return found;
}
