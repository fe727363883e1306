import { standingSentence } from '../../decide/service-standing.ts';
import type { Treatment } from '../../domain/call.ts';
import type { Outcome } from '../../domain/outcome.ts';
import type { Say } from '../../domain/say.ts';
import type { Scene } from '../scene.ts';

/** Switches it first, so that whoever hangs up early has been obeyed, and says how it stands then. */
export async function switchService(
  { service: id, mode, by }: Extract<Treatment, { do: 'switch service' }>,
  scene: Scene,
): Promise<Outcome> {
  const { world, leg, config, record } = scene;
  const switched = await world.switchService(id, mode, `line ${by}`);
  scene.voice ??= await world.hear(leg, 'answer', config);
  if (scene.voice !== undefined) {
    record.preAnswered(world.now());
    record.doing('menu');
    await scene.voice.play(world.sounds([sentence()], config));
  }
  leg.refuse('feature-done');
  if (typeof switched === 'string') return { is: 'told and released', what: switched };
  return { is: 'feature done', what: mode === undefined ? `${id} was asked for` : `${id} switched to ${mode}` };

  function sentence(): Say {
    const service = config.services.get(id);
    if (typeof switched === 'string' || service === undefined) return { prompt: 'refused.fault' };
    return standingSentence(service, world.now(), switched.mode);
  }
}
