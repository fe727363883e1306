/** One command of a client: its first line, its headers (names in lower case), its body. */
export interface EslCommand {
  readonly line: string;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

interface Broken {
  readonly broken: string;
}

const MAX_BLOCK = 65_536;
const MAX_HEADERS = 200;
const LF = 0x0a;
const CR = 0x0d;

/**
 * Cuts the octets of an event socket into commands: lines up to an empty one, then as many octets of body as
 * `Content-Length` says. CR LF and LF are alike. A block beyond 64 KiB is a fault that ends the connection.
 */
export class EslReader {
  private held: Uint8Array = new Uint8Array(0);
  private scanned = 0;
  private pending: EslCommand | undefined;
  private bodyBytes = 0;

  /** The commands that are complete now, or a sentence: the peer breaks the rules. */
  push(bytes: Uint8Array): readonly EslCommand[] | string {
    this.held = joined(this.held, bytes);
    const commands: EslCommand[] = [];
    for (;;) {
      const next = this.pending === undefined ? this.takeBlock() : this.takeBody(this.pending);
      if (next === 'incomplete') return commands;
      if (next !== 'wait for body' && 'broken' in next) return next.broken;
      if (next !== 'wait for body') commands.push(next);
    }
  }

  private takeBlock(): EslCommand | 'wait for body' | 'incomplete' | Broken {
    const end = this.findEnd();
    if (end === undefined) return this.held.length > MAX_BLOCK ? { broken: 'a block without end' } : 'incomplete';
    const command = readBlock(new TextDecoder().decode(this.held.subarray(0, end)));
    this.consume(end);
    if (command === undefined) return EMPTY;
    if (command.headers.size > MAX_HEADERS) return { broken: `more than ${MAX_HEADERS} headers` };
    const length = command.headers.get('content-length');
    if (length === undefined) return command;
    this.bodyBytes = /^\d{1,6}$/.test(length) ? Number(length) : Number.NaN;
    if (!(this.bodyBytes <= MAX_BLOCK)) return { broken: `a body of ${length} octets` };
    this.pending = command;
    return 'wait for body';
  }

  private takeBody(command: EslCommand): EslCommand | 'incomplete' {
    if (this.held.length < this.bodyBytes) return 'incomplete';
    const body = new TextDecoder().decode(this.held.subarray(0, this.bodyBytes));
    this.consume(this.bodyBytes);
    this.pending = undefined;
    return { ...command, body };
  }

  /** The octet after the empty line. Looks at each octet once, however small the pieces come. */
  private findEnd(): number | undefined {
    const { held } = this;
    for (let i = this.scanned; i < held.length; i += 1) {
      if (held[i] !== LF) continue;
      const before = held[i - 1] === CR ? i - 2 : i - 1;
      if (before < 0 || held[before] === LF) return i + 1;
    }
    this.scanned = held.length;
    return undefined;
  }

  private consume(octets: number): void {
    this.held = this.held.subarray(octets);
    this.scanned = 0;
  }
}

function readBlock(text: string): EslCommand | undefined {
  const [line = '', ...rest] = text.split(/\r?\n/);
  if (line === '') return undefined;
  const headers = new Map<string, string>();
  for (const header of rest) {
    const colon = header.indexOf(':');
    if (colon > 0) headers.set(header.slice(0, colon).trim().toLowerCase(), header.slice(colon + 1).trim());
  }
  return { line: line.trim(), headers, body: '' };
}

function joined(held: Uint8Array, more: Uint8Array): Uint8Array {
  if (held.length === 0) return more;
  const both = new Uint8Array(held.length + more.length);
  both.set(held);
  both.set(more, held.length);
  return both;
}

/** An empty line between commands. The engine passes over it. */
const EMPTY: EslCommand = { line: '', headers: new Map(), body: '' };
