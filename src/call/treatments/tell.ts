import { sayLabel } from '../../decide/summary.ts';
import type { PreAnswer, Tell, Treatment } from '../../domain/call.ts';
import type { Outcome } from '../../domain/outcome.ts';
import type { Key, Say } from '../../domain/say.ts';
import { gone, isGone } from '../refuse.ts';
import type { Scene } from '../scene.ts';

/**
 * Takes the call ourselves; a 200 may come after a 183, and keeps its sound. Without a media server the call goes on as if nothing was to
 * be heard.
 */
export async function preAnswer({ how }: PreAnswer, scene: Scene): Promise<void> {
  const { world, leg, config, record } = scene;
  const voice = await world.hear(leg, how, config);
  if (voice === undefined) return;
  scene.voice = voice;
  if (how === 'answer') record.preAnswered(world.now());
  else record.hearsUs(world.now());
}

/** Says it, and gives back what comes next: what a key asks for, or what follows the last word. */
export async function tell(step: Tell, scene: Scene): Promise<Treatment> {
  const { voice, record } = scene;
  if (voice === undefined) return step.next;
  record.doing('announcement');
  const key = await heard(step, scene);
  if (!isGone(scene)) record.doing(undefined);
  return (key !== undefined && step.keys?.[key]) || step.next;
}

async function heard(step: Tell, { voice, world, config }: Scene): Promise<Key | undefined> {
  const sounds = world.sounds(step.say, config);
  if (voice === undefined) return undefined;
  if (step.keys === undefined) {
    await voice.play(sounds, step.secondsAtMost === undefined ? {} : { secondsAtMost: step.secondsAtMost });
    return undefined;
  }
  const { waitSeconds = 0 } = step;
  const got = await voice.collect(sounds, { digitsAtMost: 1, firstSeconds: waitSeconds, betweenSeconds: 1 });
  return got.ended === 'digits' ? (got.digits as Key) : undefined;
}

/**
 * A last sentence, and the call is released as the ring before it ended: nobody answered (Q.850 cause 19) is not the same as nobody there
 * (20). Unheard, where there is no media server: then it is a refusal like any other.
 */
export async function sayGoodbye(say: readonly Say[], scene: Scene, release: () => Outcome): Promise<Outcome> {
  const { world, leg, config, record } = scene;
  scene.voice ??= await world.hear(leg, 'early media', config);
  const { voice } = scene;
  if (voice === undefined) return leg.gone.aborted ? gone(scene) : release();
  record.hearsUs(world.now());
  record.doing('announcement');
  const played = await voice.play(world.sounds(say, config));
  if (played.ended === 'gone') return gone(scene);
  release();
  return { is: 'told and released', what: sayLabel(say) };
}
