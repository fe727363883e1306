import type { Ring, Target, Treatment } from '../domain/call.ts';
import { accept, whyNotForwarded } from './forward-to.ts';
import type { Treated } from './treated.ts';
import type { Wishing } from './wishing.ts';

/** The second phone rings as well; or, in turn, once the line's own phones have not taken the call in any way. */
export function withTwin(ring: Ring, wishing: Wishing): Ring {
  const twin = twinRing(wishing);
  if (twin === undefined) return ring;
  if (wishing.wishes.twin?.inTurn !== true) {
    return { ...ring, targets: [...ring.targets, ...besides(twin, wishing)], how: 'together' };
  }
  const { silentSeconds: _, ...rest } = ring;
  const after: Ring = { ...rest, targets: twin.targets, how: twin.how };
  return { ...ring, when: { ...ring.when, busy: after, 'no answer': after, unreachable: after, failed: after } };
}

/** The line has no phone that is there: its second phone rings alone. */
export function twinAlone({ treatment }: Treated, wishing: Wishing): Treatment {
  const twin = twinRing(wishing);
  if (twin === undefined) return treatment;
  const { targets, how } = twin;
  return { do: 'ring', targets, how, seconds: wishing.config.exchange.ringSeconds, otherwise: treatment };
}

/** Together with others, one target of a trunk is rung and no more: which of them is alive has been decided already. */
function besides({ targets }: Pick<Ring, 'targets'>, { wishes }: Wishing): readonly Target[] {
  const afterSeconds = wishes.twin?.afterSeconds ?? 0;
  return targets.slice(0, 1).map((target) => (afterSeconds > 0 ? { ...target, afterSeconds } : target));
}

function twinRing(wishing: Wishing): Pick<Ring, 'targets' | 'how'> | undefined {
  const { twin } = wishing.wishes;
  if (twin === undefined) return undefined;
  const decision = wishing.dial(twin.to);
  const { treatment, destination } = decision;
  if (whyNotForwarded(decision, wishing) !== undefined || treatment.do !== 'ring') return undefined;
  const { targets, how } = treatment;
  return { how, targets: destination.is === 'line' ? targets : targets.map((one) => ({ ...one, first: accept })) };
}
