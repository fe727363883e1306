import { passedOn } from '../decide/failure.ts';
import type { Treatment } from '../domain/call.ts';
import type { Outcome } from '../domain/outcome.ts';
import { reach } from './egress.ts';
import type { NotFound } from './found.ts';
import type { CallerLeg } from './ports.ts';
import { gone, isGone, refuse } from './refuse.ts';
import type { Scene } from './scene.ts';
import { preAnswer, sayGoodbye, tell } from './treatments/tell.ts';

/** Carries a treatment out, to its end. All the branching is here. `last`: how the ring before this step ended. */
export async function carryOut(treatment: Treatment, scene: Scene, last?: NotFound): Promise<Outcome> {
  const { leg, record, world } = scene;
  if (isGone(scene)) return gone(scene);
  switch (treatment.do) {
    case 'refuse':
      return refuse(treatment.why, leg);
    case 'pass the refusal on':
      return passOn(last, leg);
    case 'pre-answer':
      await preAnswer(treatment, scene);
      return carryOut(treatment.next, scene, last);
    case 'tell':
      return carryOut(await tell(treatment, scene), scene, last);
    case 'say goodbye':
      return sayGoodbye(treatment.say, scene);
    case 'queue':
    case 'mailbox':
    case 'read mailbox':
    case 'call back':
      return refuse('unreachable', leg);
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

/** What the far end said, as `decide/failure` maps it for the caller. */
function passOn(last: NotFound | undefined, leg: CallerLeg): Outcome {
  if (last === undefined) return refuse('unreachable', leg);
  const { why, sip, q850 } = passedOn(last);
  return refuse(why, leg, { ...last.said, sip, q850 });
}
