import { receivedE164 } from '../../decide/caller-number.ts';
import { numberingOf } from '../../decide/numbering.ts';
import { sayLabel } from '../../decide/summary.ts';
import type { Treatment } from '../../domain/call.ts';
import type { Outcome } from '../../domain/outcome.ts';
import { owed } from '../last-resort.ts';
import type { Voice } from '../ports.ts';
import { gone, refuse } from '../refuse.ts';
import type { Scene } from '../scene.ts';

const triesAtMost = 3;
const firstKeySeconds = 10;

/**
 * Notes that the caller is to be called back, at the number they called from; who withheld it keys one. The task itself is made
 * from the record when the call has ended, so it is there also when they hang up before the last word.
 */
export async function askCallBack(
  { service, say }: Extract<Treatment, { do: 'call back' }>,
  scene: Scene,
): Promise<Outcome> {
  const { world, leg, config, record } = scene;
  scene.voice ??= await world.hear(leg, 'answer', config);
  const { voice } = scene;
  if (voice === undefined) {
    return leg.gone.aborted
      ? gone(scene)
      : owed('no call-back could be promised', { is: 'service', service }, scene, refuse('unreachable', leg));
  }
  record.preAnswered(world.now());
  record.doing('announcement');
  const known = record.callerNumber();
  const number = known ?? (await keyed(voice, scene));
  if (number === undefined) {
    if (voice.gone.aborted) return gone(scene);
    await voice.play(world.sounds([{ prompt: 'hotline.goodbye' }], config));
    leg.refuse('feature-done');
    return { is: 'told and released', what: sayLabel(say) };
  }
  await voice.play(world.sounds(say.length === 0 ? usual(number) : say, config));
  leg.refuse('feature-done');
  return { is: 'call-back asked', service, ...(known === undefined && { number }) };
}

function usual(number: string) {
  return [{ prompt: 'callback.number', values: { number } }, { prompt: 'callback.done' }];
}

/** A number of the public network, as people of the country write it. */
async function keyed(voice: Voice, { world, config }: Scene): Promise<string | undefined> {
  for (let tries = 0; tries < triesAtMost; tries += 1) {
    const sounds = world.sounds([{ prompt: 'callback.enter-number' }], config);
    const options = { digitsAtMost: 15, endKey: '#', firstSeconds: firstKeySeconds, betweenSeconds: 4 } as const;
    const got = await voice.collect(sounds, options);
    if (got.ended === 'gone') return undefined;
    const number = receivedE164(got.digits, 'national', numberingOf(config));
    if (number !== undefined) return number;
  }
  return undefined;
}
