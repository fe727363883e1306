import type { Leg, Order, Talk, World } from '../../call/ports.ts';
import { contactGroups } from '../../decide/registration.ts';
import type { Target } from '../../domain/call.ts';
import type { Config } from '../../domain/config.ts';
import type { Trunk } from '../../domain/trunk.ts';
import { type Answered, OutgoingLeg } from './callee-leg.ts';
import { IncomingLeg } from './caller-leg.ts';
import { JoinedHalves } from './conversation.ts';
import type { Half } from './half.ts';
import type { Legs } from './legs.ts';
import { type Directory, plansFor } from './outgoing.ts';

export interface Calls extends Pick<World, 'groups' | 'dial' | 'talk' | 'answers'> {
  /** Hangs up whatever is talking, and has every call refused that is not answered. */
  endAll(): void;
}

/** What the call path asks of SIP. */
export function createCalls(
  legs: Legs,
  directory: Directory,
  probe: (trunk: Trunk, target: number) => Promise<boolean>,
): Calls {
  const talking = new Set<JoinedHalves>();
  let count = 0;
  const join = (caller: IncomingLeg, half: Half, callee: Answered, ended: (talk: Talk) => void): void => {
    const { now, after } = legs;
    const joined = new JoinedHalves({ caller: half, callee: callee.half, heldAck: callee.heldAck, now, after });
    talking.add(joined);
    caller.talking(() => joined.hangUp());
    joined.whenEnded((talk) => {
      talking.delete(joined);
      ended(talk);
    });
  };
  return {
    groups: (target) => (target.is === 'line' ? contactGroups(directory.contacts(target.line)).length : 1),

    dial(target: Target, order: Order): readonly Leg[] {
      return plansFor(target, order, directory).map((plan) => {
        count += 1;
        return new OutgoingLeg(String(count), target, plan, order, legs);
      });
    },

    answers(target: Target, config: Config): Promise<boolean> {
      const trunk = target.is === 'trunk' ? config.trunks.get(target.trunk) : undefined;
      return trunk === undefined || target.is !== 'trunk' ? Promise.resolve(false) : probe(trunk, target.target);
    },

    talk(caller, leg): Promise<Talk> {
      return new Promise((ended) => {
        const never = (): void => {
          leg.stop('caller gone');
          ended({ ended: 'never began', at: legs.now() });
        };
        const callee = leg instanceof OutgoingLeg ? leg.answered : undefined;
        if (!(caller instanceof IncomingLeg) || callee === undefined) {
          never();
          return;
        }
        caller.answer(callee.res, (half) => {
          if (half === undefined) never();
          else join(caller, half, callee, ended);
        });
      });
    },

    endAll() {
      for (const leg of [...legs.incoming]) leg.stopping();
      for (const joined of [...talking]) joined.hangUp({ Reason: stopped });
    },
  };
}

const stopped = 'Q.850;cause=41;text="The exchange is being stopped"';
