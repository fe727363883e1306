/** One connected application: frames in, frames out. */
import type { Socket } from 'node:net';
import { findFrame, writeFrame } from '../../protocol/drachtio/frame.ts';

export interface ApplicationLimits {
  readonly frameBytes: number;
  readonly queueBytes: number;
}

export interface ApplicationUser {
  frame(app: Application, text: string): void;
  gone(app: Application): void;
  /** A frame above 8 kB: the real server would block on it. */
  large(bytes: number): void;
}

const largeFrame = 8192;
/** Between an answer and the first news about it, so that two frames seldom share one read of the client. */
const gapMs = 1;

export class Application {
  readonly #socket: Socket;
  readonly #user: ApplicationUser;
  readonly #limits: ApplicationLimits;
  readonly tags: string[] = [];
  authenticated = false;
  #pending: Buffer = Buffer.alloc(0);
  #now = '';
  readonly #later: string[] = [];
  #batch = 0;
  #scheduled = false;
  #gone = false;

  constructor(socket: Socket, user: ApplicationUser, limits: ApplicationLimits) {
    this.#socket = socket;
    this.#user = user;
    this.#limits = limits;
    socket.setNoDelay(true);
    socket.setKeepAlive(true);
    socket.on('data', (chunk) => this.#received(chunk));
    socket.on('error', () => this.close());
    socket.on('close', () => this.close());
  }

  get alive(): boolean {
    return !this.#gone;
  }

  /** The batch a frame sent now goes out with. */
  get stamp(): number {
    return this.#batch + this.#later.length;
  }

  /** Queue a frame; all frames of one turn of the event loop leave in one write. */
  send(text: string): void {
    if (this.#gone) return;
    const frame = writeFrame(text);
    const last = this.#later.length - 1;
    if (last >= 0) this.#later[last] += frame;
    else this.#now += frame;
    this.#schedule();
  }

  /**
   * Queue a frame that must not share a write with the answer stamped `after`: the client handles the frames of one
   * read before any of its promises continue, and would miss what follows its answer too closely.
   */
  sendAfter(after: number, text: string): void {
    if (after >= this.stamp && (this.#now !== '' || this.#later.length > 0)) this.#later.push('');
    this.send(text);
  }

  /** What is queued goes out, then the connection closes. */
  finish(): void {
    this.#flush();
    this.#socket.end();
  }

  close(): void {
    if (this.#gone) return;
    this.#gone = true;
    this.#socket.destroy();
    this.#user.gone(this);
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(this.#flush);
  }

  readonly #flush = (): void => {
    this.#scheduled = false;
    if (this.#gone) return;
    if (this.#now !== '') this.#socket.write(this.#now, 'latin1');
    this.#now = this.#later.shift() ?? '';
    this.#batch += 1;
    if (this.#now !== '' || this.#later.length > 0) {
      this.#scheduled = true;
      setTimeout(this.#flush, gapMs);
    }
    if (this.#socket.writableLength > this.#limits.queueBytes) this.close();
  };

  #received(chunk: Buffer): void {
    const bytes = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    let at = 0;
    for (;;) {
      const found = this.#gone ? 'more' : findFrame(bytes, at);
      if (found === 'more') break;
      if (found === 'malformed' || found.end - found.start > this.#limits.frameBytes) {
        this.close();
        return;
      }
      at = found.end;
      if (found.end - found.start > largeFrame) this.#user.large(found.end - found.start);
      this.#user.frame(this, bytes.toString('latin1', found.start, found.end));
    }
    this.#pending = at === bytes.length ? Buffer.alloc(0) : bytes.subarray(at);
  }
}
