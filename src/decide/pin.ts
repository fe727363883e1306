import type { Instant } from '../domain/instant.ts';
import type { MailboxChoices } from '../domain/message.ts';

/** May this be somebody's PIN? 4 to 10 digits that are not all alike, no run, and not their own extension. */
export function isGoodPin(pin: string, extension?: string): boolean {
  if (!/^\d{4,10}$/.test(pin) || pin === extension) return false;
  const steps = new Set([...pin].slice(1).map((digit, index) => (Number(digit) - Number(pin[index]) + 10) % 10));
  const [only] = steps;
  return steps.size > 1 || (only !== 0 && only !== 1 && only !== 9);
}

/** How long no PIN is listened to any more; 0: it is. */
export function lockedSeconds({ lockedUntil }: MailboxChoices, at: Instant): number {
  return lockedUntil === undefined ? 0 : Math.max(0, Math.ceil((lockedUntil - at) / 1_000));
}

const FREE_TRIES = 3;
const FIRST_LOCK_SECONDS = 60;
const LOCK_SECONDS_AT_MOST = 86_400;

/** From the third wrong PIN in a row on, each locks twice as long as the one before: a minute at first, a day at most. */
export function afterWrongPin(choices: MailboxChoices, at: Instant): MailboxChoices {
  const wrongPins = choices.wrongPins + 1;
  if (wrongPins < FREE_TRIES) return { ...choices, wrongPins };
  const seconds = Math.min(FIRST_LOCK_SECONDS * 2 ** Math.min(wrongPins - FREE_TRIES, 20), LOCK_SECONDS_AT_MOST);
  return { ...choices, wrongPins, lockedUntil: at + seconds * 1_000 };
}

export function afterRightPin({ lockedUntil: _, ...choices }: MailboxChoices): MailboxChoices {
  return { ...choices, wrongPins: 0 };
}
