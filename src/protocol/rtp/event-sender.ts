import { EVENT_BYTES, eventOfKey, writeTelephoneEvent } from './telephone-event.ts';

/** What to send instead of audio in this frame. */
export interface EventPacket {
  readonly payload: Uint8Array;
  readonly marker: boolean;
  /** The time the key began: the same in all its packets (RFC 4733 §2.2.1). */
  readonly timestamp: number;
}

interface PendingKey {
  readonly event: number;
  readonly units: number;
}

const MAX_PENDING = 128;
const MAX_UNITS = 0xffff;
/** RFC 4733 §2.5.1.4: the end is sent three times in all. */
const END_PACKETS = 3;
const VOLUME = 10;

/**
 * Sends keys as RFC 4733 events, one packet a frame: updates while the key is held, the end three times, then a pause.
 * While `next` returns a packet, the frame's audio is not sent.
 */
export class EventSender {
  private readonly unitsPerMs: number;
  private readonly frameUnits: number;
  private readonly pauseMs: number;
  private readonly pending: PendingKey[] = [];
  private readonly payload = new Uint8Array(EVENT_BYTES);
  private current: PendingKey | undefined;
  private startedAt = 0;
  private elapsed = 0;
  private ends = 0;
  private pauseLeft = 0;

  /** @param clockRate of the telephone-event payload @param frameMs how often `next` is called */
  constructor(clockRate: number, frameMs = 20, pauseMs = 60) {
    this.unitsPerMs = clockRate / 1000;
    this.frameUnits = frameMs * this.unitsPerMs;
    this.pauseMs = pauseMs;
  }

  get isBusy(): boolean {
    return this.current !== undefined || this.pending.length > 0 || this.pauseLeft > 0;
  }

  /** Queues one key; false when it is none or too many wait. */
  press(key: string, durationMs: number): boolean {
    const event = eventOfKey(key);
    if (event === undefined || this.pending.length >= MAX_PENDING) return false;
    const units = Math.round(Math.max(40, durationMs) * this.unitsPerMs);
    this.pending.push({ event, units: Math.min(units, MAX_UNITS) });
    return true;
  }

  clear(): void {
    this.pending.length = 0;
  }

  /** @param timestamp of this frame. The payload returned is reused by the next call. */
  next(timestamp: number): EventPacket | undefined {
    if (this.pauseLeft > 0) {
      this.pauseLeft -= 1;
      return undefined;
    }
    const isFirst = this.current === undefined;
    const key = this.current ?? this.begin(timestamp);
    if (key === undefined) return undefined;
    this.elapsed = Math.min(this.elapsed + this.frameUnits, key.units);
    const isEnd = this.elapsed >= key.units;
    writeTelephoneEvent({ event: key.event, isEnd, volume: VOLUME, duration: this.elapsed }, this.payload);
    if (isEnd) this.countEnd();
    return { payload: this.payload, marker: isFirst, timestamp: this.startedAt };
  }

  private begin(timestamp: number): PendingKey | undefined {
    this.current = this.pending.shift();
    this.startedAt = timestamp;
    this.elapsed = 0;
    this.ends = 0;
    return this.current;
  }

  private countEnd(): void {
    this.ends += 1;
    if (this.ends < END_PACKETS) return;
    this.current = undefined;
    this.pauseLeft = Math.ceil((this.pauseMs * this.unitsPerMs) / this.frameUnits);
  }
}
