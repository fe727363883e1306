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
const holdMs = 100;

export class Application {
  readonly #socket: Socket;
  readonly #user: ApplicationUser;
  readonly #limits: ApplicationLimits;
  readonly tags: string[] = [];
  authenticated = false;
  #pending: Buffer = Buffer.alloc(0);
  /** What leaves now, and what must leave later, batch by batch. */
  readonly #batches: string[] = [];
  /** The number of the first of them. */
  #batch = 0;
  #held = '';
  #holding: NodeJS.Timeout | undefined;
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

  /**
   * Queue a frame; what is queued in one turn of the event loop leaves in one write. Returns the number of the batch it
   * leaves in.
   * @param notBefore the batch of an earlier frame that it must not overtake
   */
  send(text: string, notBefore = 0): number {
    if (this.#gone) return this.#batch;
    const place = Math.max(0, notBefore - this.#batch);
    while (this.#batches.length <= place) this.#batches.push('');
    this.#batches[place] = `${this.#batches[place] ?? ''}${place === 0 ? this.#takeHeld() : ''}${writeFrame(text)}`;
    this.#schedule();
    return this.#batch + place;
  }

  /** Queue a frame behind all others. */
  sendLast(text: string): void {
    this.send(text, this.#batch + this.#batches.length - 1);
  }

  /**
   * Queue a frame that must not share a write with the answer in batch `after`: a client that continues in promises handles
   * the frames of one read before any of them, and would miss what follows its answer too closely. Frames of other calls
   * are not kept apart by it, so there are never more batches than answers wait for each other in one call.
   */
  sendAfter(after: number, text: string): number {
    return this.send(text, after + 1);
  }

  /** A frame that nobody waits for: it goes with the next one, or after a moment. Nothing is kept apart from it. */
  hold(text: string): void {
    if (this.#gone) return;
    this.#held += writeFrame(text);
    if (this.#scheduled) {
      // Something leaves in a moment: it goes along, behind what was said before it.
      this.#batches[0] = (this.#batches[0] ?? '') + this.#takeHeld();
      return;
    }
    this.#holding ??= setTimeout(() => {
      this.#holding = undefined;
      if (this.#held === '') return;
      this.#batches[0] = this.#takeHeld() + (this.#batches[0] ?? '');
      this.#schedule();
    }, holdMs);
  }

  /** What is queued goes out, then the connection closes. */
  finish(): void {
    this.#flush();
    this.#socket.end();
  }

  close(): void {
    if (this.#gone) return;
    this.#gone = true;
    clearTimeout(this.#holding);
    this.#socket.destroy();
    this.#user.gone(this);
  }

  #takeHeld(): string {
    const held = this.#held;
    this.#held = '';
    return held;
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(this.#flush);
  }

  readonly #flush = (): void => {
    this.#scheduled = false;
    if (this.#gone) return;
    const now = this.#takeHeld() + (this.#batches.shift() ?? '');
    if (now !== '') this.#socket.write(now, 'latin1');
    this.#batch += 1;
    if (this.#batches.length > 0) {
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
