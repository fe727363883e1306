import { afterWrongPin, lockedSeconds, type PinTries } from '../decide/pin.ts';
import type { Instant } from '../domain/instant.ts';

export interface PinCaller {
  /** The same for the same person, as far as anybody can tell. */
  readonly name: string;
  readonly isOutside: boolean;
}

/**
 * Counts the wrong PINs of whoever calls, for each place where PINs are proved: from the third on nobody listens to them for a
 * while. Callers from outside, who may come with another number each time, are counted together as well. Kept in memory.
 */
export interface PinDoor {
  /** How long nobody listens to this caller there; 0: they are listened to. */
  lockedSeconds(place: string, caller: PinCaller): number;
  /** Counts one, and tells how long nobody listens to them now. */
  wrong(place: string, caller: PinCaller): number;
  right(place: string, caller: PinCaller): void;
}

const freeTriesOfAllOutside = 30;
const keptAtMost = 10_000;

export function createPinDoor(now: () => Instant): PinDoor {
  const tries = new Map<string, PinTries>();
  const triesOf = (key: string): PinTries => tries.get(key) ?? { wrongPins: 0 };
  /** The oldest is forgotten: a limit on what callers can make us keep. */
  const note = (key: string, tried: PinTries): void => {
    tries.delete(key);
    tries.set(key, tried);
    const [oldest] = tries.keys();
    if (tries.size > keptAtMost && oldest !== undefined) tries.delete(oldest);
  };
  const keysOf = (place: string, { name, isOutside }: PinCaller): readonly string[] => [
    `${place} ${name}`,
    ...(isOutside ? [place] : []),
  ];
  return {
    lockedSeconds: (place, caller) =>
      Math.max(...keysOf(place, caller).map((key) => lockedSeconds(triesOf(key), now()))),
    wrong(place, caller) {
      const [own = place, all] = keysOf(place, caller);
      note(own, afterWrongPin(triesOf(own), now()));
      if (all !== undefined) note(all, afterWrongPin(triesOf(all), now(), freeTriesOfAllOutside));
      return lockedSeconds(triesOf(own), now());
    },
    right(place, caller) {
      for (const key of keysOf(place, caller)) tries.delete(key);
    },
  };
}
