import type { LineId } from '../domain/ids.ts';
import { Crowd } from '../domain/roster.ts';
import type { PickUp, PickUps } from './ports.ts';

/** Which lines ring, and how their calls are picked up. Kept in memory, like the ringing itself. */
export function createPickUps(): PickUps {
  /** In the order in which they began to ring. */
  const rings = new Crowd<{ readonly line: LineId; readonly take: (by: PickUp) => void; ends: () => void }>();
  return {
    ringing(line, take) {
      const ring = { line, take, ends: (): void => {} };
      ring.ends = rings.add(ring);
      return ring.ends;
    },
    pickUp(lines, by) {
      const asked = new Set(lines);
      for (const ring of rings.members()) {
        if (!asked.has(ring.line) || ring.line === by.line) continue;
        ring.ends();
        ring.take(by);
        return true;
      }
      return false;
    },
  };
}
