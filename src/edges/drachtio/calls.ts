import type { CallerLeg, Leg, Order, Talk, World } from '../../call/ports.ts';
import { contactGroups } from '../../decide/registration.ts';
import type { Target } from '../../domain/call.ts';
import type { Config } from '../../domain/config.ts';
import type { Trunk } from '../../domain/trunk.ts';
import { AnchoredTalk } from './anchored-talk.ts';
import { type Answered, OutgoingLeg, type Plan } from './callee-leg.ts';
import { IncomingLeg } from './caller-leg.ts';
import { JoinedHalves } from './conversation.ts';
import type { Half } from './half.ts';
import { ofAnswer } from './headers.ts';
import type { Legs } from './legs.ts';
import { type Directory, plansFor } from './outgoing.ts';
import { AnchoredParty } from './party.ts';

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
  const talking = new Set<JoinedHalves | AnchoredTalk>();
  let count = 0;
  const join = (caller: IncomingLeg, half: Half, callee: Answered, ended: (talk: Talk) => void): void => {
    // Opened for a leg that did not get the call.
    caller.media.close();
    follow(caller, new JoinedHalves({ ...legs, caller: half, callee: callee.half, heldAck: callee.heldAck }), ended);
  };
  const follow = (caller: IncomingLeg, talk: JoinedHalves | AnchoredTalk, ended: (talk: Talk) => void): void => {
    talking.add(talk);
    caller.talking(() => talk.hangUp());
    talk.whenEnded((over) => {
      talking.delete(talk);
      ended(over);
    });
  };
  /** Over the media server: whoever was answered by us already is joined at once. */
  const anchor = async (caller: IncomingLeg, callee: Answered, party: AnchoredParty, ended: Ended): Promise<void> => {
    const end = await caller.media.end();
    if (end === undefined) {
      ended(undefined);
      return;
    }
    const begin = (half: Half | undefined): void => {
      const own = half === undefined ? caller.media.party : new AnchoredParty(half, end, !caller.req.body);
      if (own === undefined) ended(undefined);
      else follow(caller, new AnchoredTalk({ caller: own, callee: party, now: legs.now }), ended);
    };
    if (caller.media.party !== undefined) begin(undefined);
    else {
      const headers = { ...ofAnswer(callee.res, caller.req), 'Content-Type': 'application/sdp' };
      caller.answer({ headers, body: end.sdp }, (half) => (half === undefined ? ended(undefined) : begin(half)));
    }
  };
  return {
    groups: (target) => (target.is === 'line' ? contactGroups(directory.contacts(target.line)).length : 1),

    dial(target: Target, order: Order): readonly Leg[] {
      return plansFor(target, order, directory).map((plan) => {
        count += 1;
        return new OutgoingLeg(String(count), target, anchored(plan, target, order), order, legs);
      });
    },

    async answers(target: Target, config: Config): Promise<boolean> {
      const trunk = target.is === 'trunk' && config.trunks.get(target.trunk);
      return trunk ? probe(trunk, target.target) : false;
    },

    talk(caller, leg): Promise<Talk> {
      return new Promise((settle) => {
        const ended: Ended = (talk) => {
          if (talk === undefined) leg.stop('caller gone');
          settle(talk ?? { ended: 'never began', at: legs.now() });
        };
        const callee = leg instanceof OutgoingLeg ? leg.answered : undefined;
        if (!(caller instanceof IncomingLeg) || callee === undefined) {
          ended(undefined);
          return;
        }
        if (callee.party !== undefined) {
          void anchor(caller, callee, callee.party, ended);
          return;
        }
        caller.answer({ headers: ofAnswer(callee.res, caller.req), body: callee.res.body || undefined }, (half) => {
          if (half === undefined) ended(undefined);
          else join(caller, half, callee, ended);
        });
      });
    },

    hear: async (caller, how) => (caller instanceof IncomingLeg ? caller.media.hear(how) : undefined),
    hearLeg: async (leg) => (leg instanceof OutgoingLeg ? leg.answered?.party?.voice() : undefined),

    joinCallers(caller, other) {
      const [one, two] = [takenBy(caller), takenBy(other)];
      if (one === undefined || two === undefined) return Promise.resolve({ ended: 'never began', at: legs.now() });
      return new Promise((ended) => {
        const talk = new AnchoredTalk({ caller: one.party, callee: two.party, now: legs.now });
        two.leg.talking(() => talk.hangUp());
        follow(one.leg, talk, ended);
      });
    },

    endAll() {
      for (const leg of [...legs.incoming]) leg.stopping();
      for (const joined of [...talking]) joined.hangUp({ Reason: stopped });
    },
  };
}

/** A caller whom we have answered ourselves. */
function takenBy(leg: CallerLeg): { readonly leg: IncomingLeg; readonly party: AnchoredParty } | undefined {
  const party = leg instanceof IncomingLeg ? leg.media.party : undefined;
  return leg instanceof IncomingLeg && party !== undefined ? { leg, party } : undefined;
}

/** `undefined`: it never began. */
type Ended = (talk: Talk | undefined) => void;

const stopped = 'Q.850;cause=41;text="The exchange is being stopped"';

/** A caller who hears us, and a leg that is to be spoken to, can only be joined over the media server. */
function anchored(plan: Plan, { first }: Target, { caller, heard }: Order): Plan {
  const { sound } = plan;
  const isTold = caller instanceof IncomingLeg && caller.media.isTold;
  if (!isTold && heard !== true && first === undefined) return plan;
  const isNeeded = isTold || (sound.is === 'anchored' && sound.isNeeded);
  return { ...plan, sound: { is: 'anchored', offers: sound.offers, isNeeded, why: 'spoken to' } };
}
