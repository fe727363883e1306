import { movesOn } from '../decide/trunk-choice.ts';
import type { Ring } from '../domain/call.ts';
import { best, type Found, type NotFound } from './found.ts';
import { ringRound } from './round.ts';
import type { Scene } from './scene.ts';

/**
 * Rings the targets: together, all contacts of all of them at once, and the first answer has the call;
 * or in turn, the next one when one fails in a way that moves on. `seconds` is how long each round rings.
 */
export async function reach(ring: Ring, scene: Scene): Promise<Found> {
  const { silentSeconds } = ring;
  if (ring.how === 'together') return ringRound(ring.targets, ring.seconds, scene, { silentSeconds });
  const failures: NotFound[] = [];
  for (const target of ring.targets) {
    const found = await ringRound([target], ring.seconds, scene, { silentSeconds });
    if (found.ended !== 'not reached' || found.why === 'no answer') return found;
    if (!movesOn(found.said.sip, target.is === 'trunk' && target.emergency)) return found;
    failures.push(found);
  }
  return best(failures);
}
