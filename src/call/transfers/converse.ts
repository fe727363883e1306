import { mayTransfer } from '../../decide/transfer.ts';
import type { Treatment } from '../../domain/call.ts';
import type { Outcome } from '../../domain/outcome.ts';
import type { AskedTransfer, Party, Talk, Transferee } from '../ports.ts';
import { gone } from '../refuse.ts';
import type { Scene } from '../scene.ts';
import { decided, type Pair, sides } from './pair.ts';

/** Carries a treatment out, to its end: the path itself, which this is a part of. */
export type CarryOn = (treatment: Treatment, scene: Scene) => Promise<Outcome>;

/** A call may not be handed round for ever. */
const transfersAtMost = 10;

/** Two who talk, until one hangs up: with every transfer on the way. `pair` says who they are, `talk` that they talk. */
export async function converse(
  pair: Pair,
  talk: () => Promise<Talk>,
  scene: Scene,
  carryOn: CarryOn,
): Promise<{ readonly outcome: Outcome; readonly talk: Talk }> {
  const { world, record } = scene;
  world.parties.know(pair.caller);
  world.parties.know(pair.callee);
  for (const party of [pair.caller, pair.callee]) talks(party, scene);
  let ended = await talk();
  let transfers = scene.transferred ?? 0;
  while (ended.ended === 'transfer asked') {
    transfers += 1;
    const next = await transfer(ended.asked, pair, { ...scene, transferred: transfers }, carryOn);
    if ('is' in next) return { outcome: next, talk: ended };
    ended = next;
  }
  if (ended.ended === 'never began') {
    record.neverBegan();
    const outcome = transfers > (scene.transferred ?? 0) ? answeredBy(pair) : gone(scene);
    return { outcome, talk: ended };
  }
  if (ended.ended === 'hung up') record.hungUp(ended.by, ended.at);
  return { outcome: answeredBy(pair), talk: ended };
}

function answeredBy({ answered }: Pair): Outcome {
  return { is: 'answered', by: answered };
}

/** How the call goes on: with another talk, or it has come to its end. */
async function transfer(asked: AskedTransfer, pair: Pair, scene: Scene, carryOn: CarryOn): Promise<Talk | Outcome> {
  if ((scene.transferred ?? 0) > transfersAtMost) return asked.decline();
  return asked.other === undefined
    ? blind(asked, pair, scene, carryOn)
    : attended(asked, asked.other, pair, scene, carryOn);
}

/** RFC 5589 §6: what the transferor dialled is carried out for the transferee, like any call. */
async function blind(asked: AskedTransfer, pair: Pair, scene: Scene, carryOn: CarryOn): Promise<Talk | Outcome> {
  const { by, stays } = sides(asked.by, pair);
  const { record } = scene;
  const decision = decided(asked.to, asked.by, pair, scene);
  const entry = { by: by.label, who: stays.label, to: asked.to, how: 'blind' } as const;
  if (decision === undefined || decision.treatment.do === 'refuse') {
    const why = decision?.treatment.do === 'refuse' ? decision.treatment.why : 'stranger';
    record.transfer(entry, decision)(`refused: ${why}`);
    return asked.decline();
  }
  const transferee = await asked.begin();
  if (transferee === undefined) return asked.decline();
  const ended = record.transfer(entry, decision);
  await recordNoMore(scene);
  leaveSeat(by, scene);
  transferee.voice?.loop('ring-back');
  const next = { ...scene, call: decision.call, leg: transferee.leg, caller: stays.who, voice: undefined };
  const outcome = await carryOn(decision.treatment, { ...next, toTransferor: () => transferee.transferor() });
  if (isTaken(outcome)) {
    ended(outcome);
    return outcome;
  }
  const back = transferee.back();
  if (back !== undefined) {
    ended('back');
    takeSeat(by, scene);
    return back;
  }
  ended(outcome);
  return (
    (await recalled(transferee, asked, pair, { ...next, voice: undefined }, carryOn)) ?? released(transferee, pair)
  );
}

/** Nobody has taken the call, and the transferor has hung up already: they are rung again, so that it is not lost. */
async function recalled(
  { leg, voice }: Transferee,
  asked: AskedTransfer,
  pair: Pair,
  scene: Scene,
  carryOn: CarryOn,
): Promise<Outcome | undefined> {
  const { by, stays } = sides(asked.by, pair);
  if (leg.gone.aborted || by.who?.is !== 'line' || !scene.config.exchange.transfers.recall) return undefined;
  const to = by.who.line.extension;
  const decision = decided(to, asked.by, pair, scene);
  if (decision === undefined || decision.treatment.do === 'refuse') return undefined;
  const ended = scene.record.transfer({ by: by.label, who: stays.label, to, how: 'blind' }, decision);
  voice?.loop('ring-back');
  const outcome = await carryOn(decision.treatment, scene);
  ended(isTaken(outcome) ? 'recalled' : outcome);
  return isTaken(outcome) ? outcome : undefined;
}

function released(transferee: Transferee, pair: Pair): Outcome {
  transferee.release();
  return answeredBy(pair);
}

/** RFC 5589 §7: the far parties of two calls of the transferor talk to each other. The other call ends, this one goes on. */
async function attended(
  asked: AskedTransfer,
  other: NonNullable<AskedTransfer['other']>,
  pair: Pair,
  scene: Scene,
  carryOn: CarryOn,
): Promise<Talk | Outcome> {
  const { world, record, config, seats } = scene;
  const { by, stays } = sides(asked.by, pair);
  const [theirs, same] = [world.parties.of(other.stays), world.parties.of(other.by)];
  const isTheirs = same !== undefined && same.label === by.label && same.call !== by.call;
  if (theirs === undefined || !isTheirs || !mayTransfer(by.who, config)) return asked.decline();
  const transferee = await asked.begin();
  if (transferee === undefined) return asked.decline();
  const ended = record.transfer({
    by: by.label,
    who: stays.label,
    to: theirs.label,
    how: 'attended',
    call: theirs.call,
  });
  await recordNoMore(scene);
  leaveSeat(by, scene);
  const callee = { ...theirs, call: scene.call.id };
  takeSeat(callee, scene);
  if (theirs.who !== undefined && theirs.who.is !== 'line') seats.channel(theirs.who.trunk.id);
  const next = { ...scene, leg: transferee.leg, caller: stays.who, voice: undefined };
  const now = { caller: { ...stays, end: transferee.leg }, callee, answered: theirs.label };
  const { outcome } = await converse(now, () => transferee.join(), next, carryOn);
  ended(outcome);
  return outcome.is === 'caller gone' ? answeredBy(pair) : outcome;
}

/** Who was told of the recording was told by a service; what comes after a transfer is another talk. */
async function recordNoMore(scene: Scene): Promise<void> {
  const { recorder } = scene;
  scene.recorder = undefined;
  await recorder?.over();
}

/** The call is with somebody, or has left something behind; else it goes back. */
function isTaken({ is }: Outcome): boolean {
  return is === 'answered' || is === 'message left' || is === 'call-back asked' || is === 'feature done';
}

function leaveSeat({ who }: Party, { seats, world, call }: Scene): void {
  if (who?.is !== 'line') return;
  seats.leave(who.line.id);
  world.presence.drop(who.line.id, call.id);
}

function takeSeat(party: Party, scene: Scene): void {
  if (party.who?.is === 'line') scene.seats.line(party.who.line.id);
  talks(party, scene);
}

/** What a busy lamp shows of them. */
function talks({ who }: Party, { world, call }: Scene): void {
  if (who?.is === 'line') {
    world.presence.set(who.line.id, { call: call.id, direction: 'recipient', state: 'confirmed' });
  }
}
