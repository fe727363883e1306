import { passedOn } from '../decide/failure.ts';
import type { Queue, Treatment } from '../domain/call.ts';
import type { Outcome } from '../domain/outcome.ts';
import type { Found, NotFound } from './found.ts';
import type { CallerLeg } from './ports.ts';
import { gone, isGone, refuse } from './refuse.ts';
import type { Scene } from './scene.ts';
import { converse } from './transfers/converse.ts';
import { pairOf } from './transfers/pair.ts';
import { askCallBack } from './treatments/call-back.ts';
import { confer } from './treatments/confer.ts';
import { leaveMessage } from './treatments/deposit.ts';
import { type Listened, listen } from './treatments/mailbox-menu.ts';
import { meet } from './treatments/meeting.ts';
import { fetchParked, park } from './treatments/park.ts';
import { handOver, pickUp } from './treatments/pick-up.ts';
import { waitInLine } from './treatments/queue.ts';
import { recorderOf } from './treatments/record.ts';
import { ring } from './treatments/ringing.ts';
import { switchService } from './treatments/switch-service.ts';
import { preAnswer, sayGoodbye, tell } from './treatments/tell.ts';
import { carryWish } from './treatments/wish.ts';

/** Carries a treatment out, to its end. All the branching is here. `last`: how the ring before this step ended. */
export async function carryOut(treatment: Treatment, scene: Scene, last?: NotFound): Promise<Outcome> {
  const { leg } = scene;
  if ('enters' in treatment && treatment.enters !== undefined) scene.record.entered(treatment.enters);
  if (isGone(scene)) return gone(scene);
  if (looksAfter.has(treatment.do)) scene.seats.waitsNoMore();
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
      return sayGoodbye(treatment.say, scene, () => passOn(last, leg));
    case 'queue':
      return wait(treatment, scene, last);
    case 'pick up':
      return pickUp(treatment, scene);
    case 'record':
      scene.recorder ??= recorderOf(treatment, scene);
      return carryOut(treatment.next, scene, last);
    case 'park':
      return park(treatment, scene, carryOut);
    case 'fetch':
      return fetchParked(treatment, scene);
    case 'confer':
      return confer(treatment, scene, carryOut);
    case 'meet':
      return meet(treatment, scene);
    case 'switch service':
      return switchService(treatment, scene);
    case 'wish':
      return carryWish(treatment, scene);
    case 'mailbox':
      return afterMenu(await leaveMessage(treatment, scene), scene);
    case 'read mailbox':
      return afterMenu(await listen(treatment, scene), scene);
    case 'call back':
      return askCallBack(treatment, scene);
    case 'ring': {
      const found = await ring(treatment, scene);
      if (found.ended === 'caller gone') return gone(scene);
      if (found.ended === 'answered') return talk(found, scene);
      if (found.ended === 'picked up') return pickedUp(found, scene);
      return carryOut(treatment.when?.[found.why] ?? treatment.otherwise, scene, found);
    }
  }
}

/** Who comes here waits for nobody any more. */
const looksAfter: ReadonlySet<Treatment['do']> = new Set(['mailbox', 'call back', 'say goodbye', 'meet']);

async function wait(queue: Queue, scene: Scene, last?: NotFound): Promise<Outcome> {
  const { world } = scene;
  const waited = await waitInLine(queue, scene);
  if (waited.ended === 'goes on') return carryOut(waited.next, scene, last);
  const { found } = waited;
  const began = world.now();
  let seconds: number | undefined;
  try {
    const outcome = found.ended === 'picked up' ? await pickedUp(found, scene) : await talk(found, scene);
    if (outcome.is === 'answered') seconds = (world.now() - began) / 1_000;
    return outcome;
  } finally {
    waited.over(seconds);
  }
}

/** Who listened to a mailbox may have wished to call somebody back from there. */
function afterMenu(listened: Listened, scene: Scene): Promise<Outcome> {
  return 'callsBack' in listened ? carryOut(listened.callsBack.treatment, scene) : Promise.resolve(listened);
}

function pickedUp({ by }: Found & { readonly ended: 'picked up' }, scene: Scene): Promise<Outcome> {
  scene.seats.waitsNoMore();
  return handOver(by, scene, carryOut);
}

/** Joins the two. */
async function talk(found: Found & { readonly ended: 'answered' }, scene: Scene): Promise<Outcome> {
  const { leg, record, world, seats } = scene;
  const { target } = found.leg;
  record.answered(found.leg, found.at);
  seats.waitsNoMore();
  if (target.is === 'line') seats.line(target.line);
  const recording = scene.recorder?.began(found.leg);
  const { outcome, talk: ended } = await converse(
    pairOf(found.leg, scene),
    () => world.talk(leg, found.leg),
    scene,
    carryOut,
  );
  await recording;
  await scene.recorder?.over();
  if (ended.ended === 'hung up') record.heard(ended.calleeMedia, found.leg);
  return outcome;
}

/** What the far end said, as `decide/failure` maps it for the caller. */
function passOn(last: NotFound | undefined, leg: CallerLeg): Outcome {
  if (last === undefined) return refuse('unreachable', leg);
  if (last.refusal !== undefined) return refuse(last.refusal, leg);
  const { why, sip, q850 } = passedOn(last);
  return refuse(why, leg, { ...last.said, sip, q850 });
}
