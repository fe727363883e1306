/**
 * RFC 4733 §2.3:
 *
 *     |     event     |E|R| volume    |          duration             |
 *
 * Events 0 to 15 are the keys 0-9, *, #, A-D; 16 is a hook flash.
 */
export interface TelephoneEvent {
  readonly event: number;
  readonly isEnd: boolean;
  /** Power below 0 dBm0, 0 to 63. */
  readonly volume: number;
  /** In timestamp units. */
  readonly duration: number;
}

export const EVENT_BYTES = 4;
const KEYS = '0123456789*#ABCD';

export function readTelephoneEvent(payload: Uint8Array): TelephoneEvent | undefined {
  const [event, flags, high, low] = payload;
  if (event === undefined || flags === undefined || high === undefined || low === undefined) return undefined;
  return { event, isEnd: flags >= 0x80, volume: flags & 0x3f, duration: (high << 8) | low };
}

export function writeTelephoneEvent(event: TelephoneEvent, to: Uint8Array, at = 0): number {
  to[at] = event.event;
  to[at + 1] = (event.isEnd ? 0x80 : 0) | (event.volume & 0x3f);
  to[at + 2] = event.duration >> 8;
  to[at + 3] = event.duration;
  return EVENT_BYTES;
}

/** The key of an event, or undefined for events that are no key (flash, fax and modem tones). */
export function keyOfEvent(event: number): string | undefined {
  return KEYS[event];
}

export function eventOfKey(key: string): number | undefined {
  const event = key.length === 1 ? KEYS.indexOf(key.toUpperCase()) : -1;
  return event === -1 ? undefined : event;
}
