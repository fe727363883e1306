import type { Meanwhile } from '../../domain/call.ts';
import type { Gone } from '../../domain/gone.ts';
import { isGone } from '../refuse.ts';
import type { Scene } from '../scene.ts';

/** Begins what is said while somebody is rung already. Whatever is said later stops it. */
export function beginWelcome({ say, whenAnswered, secondsAtMost }: Meanwhile, scene: Scene): void {
  const { voice, world, config } = scene;
  if (voice === undefined) return;
  const over = new AbortController();
  const limit = secondsAtMost === undefined ? {} : { secondsAtMost };
  const heard = voice.play(world.sounds(say, config), { stop: over.signal, ...limit });
  scene.welcome = { heard, whenAnswered, cut: () => over.abort() };
}

/** Somebody has answered: it is cut, or heard to its end. False: the caller is gone by then. */
export async function endWelcome(scene: Scene): Promise<boolean> {
  const { welcome } = scene;
  if (welcome?.whenAnswered === 'finish') await welcome.heard;
  else welcome?.cut();
  return !isGone(scene);
}

/** As soon as nothing is said any more, unless `over` fires before. */
export function loopAfterWelcome({ welcome, voice }: Scene, what: 'ring-back' | 'music' | 'silence', over: Gone) {
  if (welcome === undefined) return voice?.loop(what);
  void welcome.heard.then(() => {
    if (!over.aborted) voice?.loop(what);
  });
}
