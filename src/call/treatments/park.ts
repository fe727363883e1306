import type { Park, Treatment } from '../../domain/call.ts';
import type { Outcome } from '../../domain/outcome.ts';
import type { PickUp } from '../ports.ts';
import { gone, isGone, refuse } from '../refuse.ts';
import type { Scene } from '../scene.ts';
import type { CarryOn } from '../transfers/converse.ts';
import { fetched, handOver } from './pick-up.ts';

/** How long whoever parks a call is told where; longer than any sentence. */
const tellSecondsAtMost = 6;

/**
 * The caller waits with music until somebody of the site fetches them, or the time is over. Who has parked them is told the place, where
 * their phone still listens.
 */
export async function park(step: Park, scene: Scene, carryOn: CarryOn): Promise<Outcome> {
  const { world, leg, config, record } = scene;
  let wake: (by: PickUp | undefined) => void = () => undefined;
  const taken = new Promise<PickUp | undefined>((over) => {
    wake = over;
  });
  const parked = world.parking.park(step.site, step.place, wake);
  if (parked === undefined) return refuse('busy', leg);
  const forget = world.after(step.seconds, () => wake(undefined));
  const left = (): void => wake(undefined);
  leg.gone.addEventListener('abort', left);
  try {
    await tellPlace(parked.place, scene);
    scene.voice ??= await world.hear(leg, 'answer', config);
    if (scene.voice === undefined) return leg.gone.aborted ? gone(scene) : refuse('unreachable', leg);
    scene.voice.loop('music');
    record.doing('queue');
    const by = await taken;
    record.doing(undefined);
    if (by !== undefined) return await handOver(by, scene, carryOn);
    return isGone(scene) ? gone(scene) : await recall(step.otherwise, scene, carryOn);
  } finally {
    forget();
    leg.gone.removeEventListener('abort', left);
    parked.leave();
  }
}

function recall(treatment: Treatment, scene: Scene, carryOn: CarryOn): Promise<Outcome> {
  return carryOn(treatment, scene);
}

async function tellPlace(place: number, { toTransferor, world, config }: Scene): Promise<void> {
  const voice = await toTransferor?.();
  const say = [{ prompt: 'park.at', values: { place: `70${place}` } }];
  await voice?.play(world.sounds(say, config), { secondsAtMost: tellSecondsAtMost });
}

/** Fetches a call that waits at the site: whoever dials the star code is answered by us, and joined with it. */
export function fetchParked({ by, site, place }: Extract<Treatment, { do: 'fetch' }>, scene: Scene): Promise<Outcome> {
  return fetched(scene, {
    from: (over) => scene.world.parking.fetch(site, place, { line: by, leg: scene.leg, over }),
    none: [{ prompt: 'park.empty' }],
    what: { some: 'fetched a parked call', none: 'no call is parked' },
  });
}
