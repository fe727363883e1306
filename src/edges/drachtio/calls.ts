import type { Leg, Order, World } from '../../call/ports.ts';
import { contactGroups } from '../../decide/registration.ts';
import type { Target } from '../../domain/call.ts';
import type { Config } from '../../domain/config.ts';
import type { Trunk } from '../../domain/trunk.ts';
import { OutgoingLeg, type Plan } from './callee-leg.ts';
import { CallerEnd } from './caller-end.ts';
import { Joining } from './joining.ts';
import type { Legs } from './legs.ts';
import { type Directory, plansFor } from './outgoing.ts';
import { probeContact } from './probe.ts';

export interface Calls
  extends Pick<World, 'groups' | 'dial' | 'talk' | 'answers' | 'hear' | 'hearLeg' | 'joinCallers'> {
  /** Hangs up whatever is talking, and has every call refused that is not answered. */
  endAll(): void;
}

/** What the call path asks of SIP. */
export function createCalls(
  legs: Legs,
  directory: Directory,
  probe: (trunk: Trunk, target: number) => Promise<boolean>,
): Calls {
  const joining = new Joining(legs);
  let count = 0;
  return {
    groups: (target) => (target.is === 'line' ? contactGroups(directory.contacts(target.line)).length : 1),

    dial(target: Target, order: Order): readonly Leg[] {
      return plansFor(target, order, directory).map((plan) => {
        count += 1;
        return new OutgoingLeg(String(count), target, anchored(plan, target, order), order, legs);
      });
    },

    async answers(target: Target, config: Config, group = 0): Promise<boolean> {
      if (target.is === 'line') {
        const phones = contactGroups(directory.contacts(target.line))[group] ?? [];
        const answers = await Promise.all(phones.map((one) => probeContact(legs, one, phoneAnswersSeconds)));
        return answers.includes(true);
      }
      const trunk = config.trunks.get(target.trunk);
      return trunk ? probe(trunk, target.target) : false;
    },

    talk: (caller, leg) => joining.talk(caller, leg),
    hear: async (caller, how) => (caller instanceof CallerEnd ? caller.media.hear(how) : undefined),
    hearLeg: async (leg) => (leg instanceof OutgoingLeg ? leg.answered?.party?.voice() : undefined),
    joinCallers: (caller, other) => joining.callers(caller, other),

    endAll() {
      for (const leg of legs.incoming.members()) leg.stopping();
      joining.hangUpAll({ Reason: stopped });
    },
  };
}

/** A phone that takes longer to say that it is there would keep the caller waiting for no one. */
const phoneAnswersSeconds = 1.5;

const stopped = 'Q.850;cause=41;text="The exchange is being stopped"';

/** A caller who hears us, and a leg that is to be spoken to, can only be joined over the media server. */
function anchored(plan: Plan, { first }: Target, { caller, heard }: Order): Plan {
  const { sound } = plan;
  const isTold = caller instanceof CallerEnd && caller.media.isTold;
  if (!isTold && heard !== true && first === undefined) return plan;
  const isNeeded = isTold || (sound.is === 'anchored' && sound.isNeeded);
  return { ...plan, sound: { is: 'anchored', offers: sound.offers, isNeeded, why: 'spoken to' } };
}
