import { decide } from '../decide/decide-call.ts';
import type { Destination, IncomingCall } from '../domain/call.ts';
import type { Config } from '../domain/config.ts';
import { admit } from './admit.ts';
import { carryOut } from './carry-out.ts';
import { guard, whatever } from './guard.ts';
import { tellMissed } from './missed.ts';
import type { CallerLeg, World } from './ports.ts';
import { openRecord } from './record.ts';
import { refuse } from './refuse.ts';
import type { Scene } from './scene.ts';

/**
 * One call, from the door to the ledger. Read this file first.
 *
 *   ingress ─▶ who is calling ─▶ dial plan ─▶ treatment ─▶ admitted? ─▶ egress ─▶ talk ─▶ ledger
 *             ╰──────────── decide: pure ─────────────╯        │ 503        │ 4xx        ▲
 *                                                              ╰────────────┴────────────╯
 *
 * `config` is the one the call arrived under: a reload never changes a call in flight.
 * Settles when the call has ended and stands in the ledger, with exactly one outcome. Never rejects.
 */
export async function takeCall(call: IncomingCall, leg: CallerLeg, config: Config, world: World): Promise<void> {
  const record = openRecord(call, config, world);
  const seats = world.seats.open();
  let destination: Destination | undefined;
  const outcome = await guard(call, leg, world, async () => {
    const decision = decide(call, config, (about) => world.facts(about, call, config));
    record.decided(decision);
    destination = decision.destination;
    const refused = call.unfit ?? admit(decision, config, world);
    if (refused !== undefined) return refuse(refused, leg);

    seats.sit(decision.caller);
    if (decision.caller?.is === 'line') {
      world.presence.set(decision.caller.line.id, { call: call.id, direction: 'initiator', state: 'early' });
    }
    if (destination.is === 'service') seats.waitsFor(destination.service.id);
    const { caller, treatment } = decision;
    const scene: Scene = { call, leg, config, world, record, seats, caller };
    const ended = await carryOut(treatment, scene);
    // Who was being spoken to by a media server that is lost still holds the line.
    if (scene.voice?.gone.reason === 'media lost') leg.refuse('our-fault');
    return ended;
  });
  await whatever(call, world, [
    () => seats.close(),
    () => world.presence.ended(call.id),
    async () => record.heard(await leg.quality()),
  ]);
  record.close(outcome);
  await tellMissed(destination, outcome, { call, config, world, record });
}
