import { timestampDistance } from './sequence.ts';
import { keyOfEvent, readTelephoneEvent } from './telephone-event.ts';

/** A key that has been pressed and released. */
export interface ReceivedKey {
  readonly key: string;
  readonly durationMs: number;
}

/** RFC 4733 §2.5.2.2: without an end packet the key is over when no update has come for three intervals; we wait 150 ms. */
const PATIENCE_MS = 150;

/**
 * Makes one key of the many packets an event is sent in. All packets of an event share a timestamp; the end is repeated
 * and any of them may be lost or late. A key is told once: at its end, at the next key, or when updates cease.
 */
export class EventReceiver {
  private readonly unitsPerMs: number;
  private readonly tell: (key: ReceivedKey) => void;
  private key = '';
  private timestamp = 0;
  private duration = 0;
  private lastAt = 0;
  private finished: number | undefined;

  constructor(clockRate: number, tell: (key: ReceivedKey) => void) {
    this.unitsPerMs = clockRate / 1000;
    this.tell = tell;
  }

  /** @param at monotonic ms */
  receive(payload: Uint8Array, timestamp: number, at: number): void {
    const event = readTelephoneEvent(payload);
    const key = event && keyOfEvent(event.event);
    if (event === undefined || key === undefined || this.isOld(timestamp)) return;
    if (this.key !== '' && timestamp !== this.timestamp) this.finish();
    this.key = key;
    this.timestamp = timestamp;
    this.duration = Math.max(this.duration, event.duration);
    this.lastAt = at;
    if (event.isEnd) this.finish();
  }

  /** To be called every frame. */
  tick(at: number): void {
    if (this.key !== '' && at - this.lastAt > PATIENCE_MS) this.finish();
  }

  /** A packet of a key that was told already, or of one before it. */
  private isOld(timestamp: number): boolean {
    if (this.finished !== undefined && timestampDistance(this.finished, timestamp) <= 0) {
      // Further back than any packet can be late: the far end has started a new time line.
      return timestampDistance(this.finished, timestamp) > -this.unitsPerMs * 5000;
    }
    return this.key !== '' && timestampDistance(this.timestamp, timestamp) < 0;
  }

  private finish(): void {
    const key = this.key;
    const durationMs = Math.round(this.duration / this.unitsPerMs);
    this.finished = this.timestamp;
    this.key = '';
    this.duration = 0;
    this.tell({ key, durationMs });
  }
}
