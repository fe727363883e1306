import type { Instant } from '../../domain/instant.ts';

/** The wall clock and its timers, for the rooms that have none of their own. */
export interface Clock {
  now(): Instant;
  /** Runs `what` once when `seconds` have passed. The function given back forgets it. It does not keep the process alive. */
  after(seconds: number, what: () => void): () => void;
  /** Runs `what` every so often until the function given back is called. */
  every(seconds: number, what: () => void): () => void;
}

/** A throw of what is run is told to `alarm`. */
export function createClock(alarm: (error: unknown) => void): Clock {
  const shielded = (what: () => void) => () => {
    try {
      what();
    } catch (error) {
      alarm(error);
    }
  };
  return {
    now: Date.now,
    after(seconds, what) {
      const timer = setTimeout(shielded(what), seconds * 1_000);
      timer.unref();
      return () => clearTimeout(timer);
    },
    every(seconds, what) {
      const timer = setInterval(shielded(what), seconds * 1_000);
      timer.unref();
      return () => clearInterval(timer);
    },
  };
}
