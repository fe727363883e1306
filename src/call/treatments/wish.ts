import type { Treatment } from '../../domain/call.ts';
import type { Outcome } from '../../domain/outcome.ts';
import { gone } from '../refuse.ts';
import type { Scene } from '../scene.ts';

/** Changes the wish first, and says so: whoever hangs up early has been obeyed. What could not be stored is told as a fault. */
export async function carryWish(
  { of, change, say }: Extract<Treatment, { do: 'wish' }>,
  scene: Scene,
): Promise<Outcome> {
  const { world, leg, config, record } = scene;
  let sentence = say;
  try {
    if (change !== undefined) await world.changeWish(of, change);
  } catch (error) {
    world.alarm({ call: scene.call.id, what: 'a wish could not be stored', error });
    sentence = [{ prompt: 'refused.fault' }];
  }
  scene.voice ??= await world.hear(leg, 'answer', config);
  if (scene.voice !== undefined) {
    record.preAnswered(world.now());
    record.doing('menu');
    await scene.voice.play(world.sounds(sentence, config));
  }
  if (sentence !== say) {
    leg.refuse('our-fault');
    return { is: 'our fault', what: 'a wish could not be stored' };
  }
  if (change === undefined && scene.voice?.gone.aborted) return gone(scene);
  leg.refuse('feature-done');
  return { is: 'feature done', what: change === undefined ? 'a wish was asked for' : whatOf(change) };
}

function whatOf(change: NonNullable<Extract<Treatment, { do: 'wish' }>['change']>): string {
  return 'set' in change ? `set ${change.set}` : `clear ${change.clear}`;
}
