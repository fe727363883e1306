import { passedOn } from '../decide/failure.ts';
import type { Treatment } from '../domain/call.ts';
import type { Outcome } from '../domain/outcome.ts';
import { type Refusal, refusals } from '../domain/refusals.ts';
import { reach } from './egress.ts';
import type { NotFound } from './found.ts';
import type { CallerLeg, GoneReason, Said } from './ports.ts';
import type { Scene } from './scene.ts';

/** Carries a treatment out, to its end. All the branching is here. `last`: how the ring before this step ended. */
export async function carryOut(treatment: Treatment, scene: Scene, last?: NotFound): Promise<Outcome> {
  const { leg, record, world } = scene;
  if (leg.gone.aborted) return gone(scene);
  switch (treatment.do) {
    case 'refuse':
      return refuse(treatment.why, leg);
    case 'pass the refusal on':
      return passOn(last, leg);
    case 'ring': {
      const found = await reach(treatment, scene);
      if (found.ended === 'caller gone') return gone(scene);
      if (found.ended === 'not reached') {
        return carryOut(treatment.when?.[found.why] ?? treatment.otherwise, scene, found);
      }
      record.answered(found.leg, found.at);
      const talk = await world.talk(leg, found.leg);
      if (talk.ended === 'never began') {
        record.neverBegan();
        return gone(scene);
      }
      record.hungUp(talk.by, talk.at);
      return { is: 'answered', by: record.nameOf(found.leg) };
    }
  }
}

export function refuse(why: Refusal, leg: CallerLeg, as?: Said): Outcome {
  const { sip, q850 } = refusals[why];
  leg.refuse(why, as);
  return { is: 'refused', why, sip: as?.sip ?? sip, q850: as?.q850 ?? q850 };
}

/** The caller is not there any more; or the exchange is not, and that is no doing of theirs. */
function gone({ leg, record }: Scene): Outcome {
  const reason: GoneReason | undefined = leg.gone.reason;
  if (reason === 'exchange stops') return refuse('draining', leg);
  if (reason === 'engine lost') return { is: 'our fault', what: 'the signalling engine was lost' };
  return { is: 'caller gone', during: record.during() };
}

/** What the far end said, as `decide/failure` maps it for the caller. */
function passOn(last: NotFound | undefined, leg: CallerLeg): Outcome {
  if (last === undefined) return refuse('unreachable', leg);
  const { why, sip, q850 } = passedOn(last);
  return refuse(why, leg, { ...last.said, sip, q850 });
}
