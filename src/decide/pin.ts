import type { Instant } from '../domain/instant.ts';

/** How often somebody was wrong in a row, and until when nobody listens to them any more. */
export interface PinTries {
  readonly wrongPins: number;
  readonly lockedUntil?: Instant;
}

/** How long no PIN is listened to any more; 0: it is. */
export function lockedSeconds({ lockedUntil }: PinTries, at: Instant): number {
  return lockedUntil === undefined ? 0 : Math.max(0, Math.ceil((lockedUntil - at) / 1_000));
}

const FREE_TRIES = 3;
const FIRST_LOCK_SECONDS = 60;
const LOCK_SECONDS_AT_MOST = 86_400;

/** From the third wrong PIN in a row on (or as many as are free), each locks twice as long as the one before: a minute at first, a day at most. */
export function afterWrongPin<T extends PinTries>(tries: T, at: Instant, freeTries = FREE_TRIES): T {
  const wrongPins = tries.wrongPins + 1;
  if (wrongPins < freeTries) return { ...tries, wrongPins };
  const seconds = Math.min(FIRST_LOCK_SECONDS * 2 ** Math.min(wrongPins - freeTries, 20), LOCK_SECONDS_AT_MOST);
  return { ...tries, wrongPins, lockedUntil: at + seconds * 1_000 };
}

export function afterRightPin<T extends PinTries>({ lockedUntil: _, ...tries }: T): Omit<T, 'lockedUntil'> {
  return { ...tries, wrongPins: 0 };
}

/** Do the digits fit? It takes the same time wherever they differ. */
export function samePin(keyed: string, pin: string): boolean {
  let differences = keyed.length ^ pin.length;
  for (let at = 0; at < keyed.length; at += 1) {
    differences |= keyed.charCodeAt(at) ^ pin.charCodeAt(pin.length === 0 ? 0 : at % pin.length);
  }
  return differences === 0;
}
