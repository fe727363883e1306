import type { Target } from '../domain/call.ts';
import type { Leg } from './ports.ts';
import type { Scene } from './scene.ts';

/**
 * What is said to whoever answered, before the two are joined. False: they are gone again, or have not taken the call.
 * Whoever cannot be spoken to has taken it, unless the key alone shows that somebody is there.
 */
export async function speakFirst(leg: Leg, { first }: Target, scene: Scene): Promise<boolean> {
  if (first === undefined) return true;
  const voice = await scene.world.hearLeg(leg);
  if (voice === undefined) return first.key === undefined || first.orUnheard === true;
  const sounds = scene.world.sounds(first.say, scene.config);
  if (first.key === undefined) {
    const played = await voice.play(sounds);
    return played.ended !== 'gone';
  }
  const options = { digitsAtMost: 1, firstSeconds: first.waitSeconds ?? keySeconds, betweenSeconds: 1 };
  const got = await voice.collect(sounds, options);
  return got.ended === 'digits' && got.digits === first.key;
}

const keySeconds = 8;
