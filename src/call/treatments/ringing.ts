import type { Ring } from '../../domain/call.ts';
import type { Hears } from '../../domain/say.ts';
import { reach } from '../egress.ts';
import type { Found } from '../found.ts';
import type { Scene } from '../scene.ts';

/** Rings, and lets a caller whom we have taken hear something meanwhile. Who answers during the announcement cuts it, or waits. */
export async function ring(step: Ring, scene: Scene): Promise<Found> {
  const { voice, world, config } = scene;
  if (voice === undefined) return reach(step, scene);
  const over = new AbortController();
  const { meanwhile } = step;
  const said = voice.play(meanwhile === undefined ? [] : world.sounds(meanwhile.say, config), { stop: over.signal });
  const heard = said.then(() => {
    if (!over.signal.aborted) voice.loop(loopOf(step.hears));
  });
  try {
    const found = await reach(step, scene);
    if (found.ended === 'answered' && meanwhile?.whenAnswered === 'finish') await heard;
    return found;
  } finally {
    over.abort();
  }
}

/** A far end is not heard by a caller whom we took before: they hear us. */
export function loopOf(hears: Hears | undefined): 'ring-back' | 'music' | 'silence' {
  return hears === undefined || hears === 'far-end' ? 'ring-back' : hears;
}
