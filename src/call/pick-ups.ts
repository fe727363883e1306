import type { LineId } from '../domain/ids.ts';
import type { PickUp, PickUps } from './ports.ts';

/** Which lines ring, and how their calls are picked up. Kept in memory, like the ringing itself. */
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
