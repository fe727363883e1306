import type { Ring } from '../../domain/call.ts';
import type { Hears } from '../../domain/say.ts';
import { reach } from '../egress.ts';
import type { Found } from '../found.ts';
import type { Scene } from '../scene.ts';
import { beginWelcome, endWelcome, loopAfterWelcome } from './welcome.ts';

/** Rings, and lets a caller whom we have taken hear something meanwhile. Who answers during the announcement cuts it, or waits. */
export async function ring(step: Ring, scene: Scene): Promise<Found> {
  const { voice } = scene;
  if (voice === undefined) return reach(step, scene);
  if (step.meanwhile !== undefined) beginWelcome(step.meanwhile, scene);
  const over = new AbortController();
  loopAfterWelcome(scene, loopOf(step.hears), over.signal);
  try {
    const found = await reach(step, scene);
    if (found.ended !== 'answered' || (await endWelcome(scene))) return found;
    found.leg.stop('caller gone');
    return { ended: 'caller gone' };
  } finally {
    over.abort();
  }
}

/** A far end is not heard by a caller whom we took before: they hear us. */
export function loopOf(hears: Hears | undefined): 'ring-back' | 'music' | 'silence' {
  return hears === undefined || hears === 'far-end' ? 'ring-back' : hears;
}
