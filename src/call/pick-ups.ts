import type { LineId } from '../domain/ids.ts';
import type { CallerLeg, Talk } from './ports.ts';

/** Whoever picks up a call that rings elsewhere. */
export interface PickUp {
  readonly line: LineId;
  /** Their own call, which is joined with the one they picked up. */
  readonly leg: CallerLeg;
  /** Told how the conversation ended. */
  over(talk: Talk): void;
}

/** Which lines ring, and how their calls are picked up. Kept in memory, like the ringing itself. */
export interface PickUps {
  /** The line rings: `take` gives the call to whoever picks it up. The function given back takes it off the list. */
  ringing(line: LineId, take: (by: PickUp) => void): () => void;
  /** Picks up the call that has rung longest at one of these lines. False: none of them rings. */
  pickUp(lines: Iterable<LineId>, by: PickUp): boolean;
}

export function createPickUps(): PickUps {
  /** In the order in which they began to ring. */
  const rings = new Set<{ readonly line: LineId; readonly take: (by: PickUp) => void }>();
  return {
    ringing(line, take) {
      const ring = { line, take };
      rings.add(ring);
      return () => rings.delete(ring);
    },
    pickUp(lines, by) {
      const asked = new Set(lines);
      for (const ring of rings) {
        if (!asked.has(ring.line) || ring.line === by.line) continue;
        rings.delete(ring);
        ring.take(by);
        return true;
      }
      return false;
    },
  };
}
