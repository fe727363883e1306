import type { Treatment } from '../../domain/call.ts';
import type { Outcome } from '../../domain/outcome.ts';
import type { Say } from '../../domain/say.ts';
import type { PickUp, Talk } from '../ports.ts';
import { gone, isGone, refuse } from '../refuse.ts';
import type { Scene } from '../scene.ts';
import { type CarryOn, converse } from '../transfers/converse.ts';
import { pairWith } from '../transfers/pair.ts';

/** Takes a call that rings elsewhere: whoever dials the star code is answered by us, and joined with that caller. */
export function pickUp({ by, from }: Extract<Treatment, { do: 'pick up' }>, scene: Scene): Promise<Outcome> {
  return fetched(scene, {
    from: (over) => scene.world.pickUps.pickUp(from, { line: by, leg: scene.leg, over }),
    what: {
      some: `picked up a call of ${from.length === 1 ? from[0] : 'the group'}`,
      none: 'no call to pick up',
    },
  });
}

interface Fetching {
  /** False: there is no such call. */
  readonly from: (over: (talk: Talk) => void) => boolean;
  /** Said then; the busy tone where it is absent. */
  readonly none?: readonly Say[];
  readonly what: { readonly some: string; readonly none: string };
}

/** Whoever dials a star code is answered by us, and joined with a caller who waits elsewhere. */
export async function fetched(scene: Scene, { from, none, what }: Fetching): Promise<Outcome> {
  const { world, leg, config, record } = scene;
  scene.voice ??= await world.hear(leg, 'answer', config);
  if (scene.voice === undefined) return leg.gone.aborted ? gone(scene) : refuse('unreachable', leg);
  record.preAnswered(world.now());
  const talked = new Promise<Talk | undefined>((over) => {
    if (!from(over)) over(undefined);
  });
  const talk = await talked;
  if (talk?.ended !== 'hung up') {
    if (isGone(scene)) return gone(scene);
    await scene.voice.play(none === undefined ? [{ tone: 'busy', seconds: 3 }] : world.sounds(none, config));
    leg.refuse('feature-done');
    return { is: 'told and released', what: what.none };
  }
  record.hungUp(talk.by === 'callee' ? 'caller' : talk.by === 'caller' ? 'callee' : talk.by, talk.at);
  return { is: 'feature done', what: what.some };
}

/** The caller goes to whoever picked the call up, and who waits for them; also when it comes to nothing. */
export async function handOver(by: PickUp, scene: Scene, carryOn: CarryOn): Promise<Outcome> {
  try {
    return await join(by, scene, carryOn);
  } catch (error) {
    by.over({ ended: 'never began', at: scene.world.now() });
    throw error;
  }
}

async function join(by: PickUp, scene: Scene, carryOn: CarryOn): Promise<Outcome> {
  const { world, leg, config, record } = scene;
  scene.voice ??= await world.hear(leg, 'answer', config);
  if (scene.voice === undefined || isGone(scene)) {
    by.over({ ended: 'never began', at: world.now() });
    return isGone(scene) ? gone(scene) : refuse('unreachable', leg);
  }
  record.answeredBy(world.now());
  scene.seats.line(by.line);
  const pair = pairWith(by.leg, by.line, scene);
  const { outcome, talk } = await converse(pair, () => world.joinCallers(leg, by.leg), scene, carryOn);
  by.over(talk);
  return outcome;
}
