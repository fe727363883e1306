import type { CallerLeg, Leg, Talk } from '../../call/ports.ts';
import { keyingOf } from '../../decide/media-offer.ts';
import { Crowd } from '../../domain/roster.ts';
import { AnchoredTalk } from './anchored-talk.ts';
import { type Answered, OutgoingLeg } from './callee-leg.ts';
import { CallerEnd } from './caller-end.ts';
import { IncomingLeg } from './caller-leg.ts';
import { JoinedHalves } from './conversation.ts';
import type { Half } from './half.ts';
import { ofAnswer } from './headers.ts';
import { type Hold, holdOver } from './hold.ts';
import type { Legs } from './legs.ts';
import type { Held, LiveTalk } from './live-talk.ts';
import { AnchoredParty } from './party.ts';
import { TransfereeLeg } from './transferee-leg.ts';
import { type Ends, type Live, Transfers } from './transfers.ts';
import type { Headers } from './wire.ts';

/** `undefined`: it never began. */
type Ended = (talk: Talk | undefined) => void;

/** Joins two parties, straight or over the media server, and follows their talk to its end. */
export class Joining {
  readonly #legs: Legs;
  readonly #talking = new Crowd<LiveTalk>();
  readonly #transfers: Transfers;

  constructor(legs: Legs) {
    this.#legs = legs;
    this.#transfers = new Transfers(legs, this.#live);
  }

  /** Answers the caller with what the leg answered, and joins the two. */
  talk(caller: CallerLeg, leg: Leg): Promise<Talk> {
    return new Promise((settle) => {
      this.#begin(caller, leg, (talk) => {
        if (talk === undefined) leg.stop('caller gone');
        settle(talk ?? this.#neverBegan());
      });
    });
  }

  /** Joins two callers whom we have taken. */
  callers(caller: CallerLeg, other: CallerLeg): Promise<Talk> {
    const [one, two] = [takenBy(caller), takenBy(other)];
    if (one === undefined || two === undefined) return Promise.resolve(this.#neverBegan());
    return new Promise((ended) => {
      this.#live(this.#anchored(one.party, two.party), { caller: one.leg, callee: two.leg }, ended);
      for (const { leg } of [one, two]) if (leg instanceof TransfereeLeg) leg.done();
    });
  }

  hangUpAll(headers: Headers): void {
    for (const joined of this.#talking.members()) joined.hangUp(headers);
  }

  #begin(caller: CallerLeg, leg: Leg, ended: Ended): void {
    const callee = leg instanceof OutgoingLeg ? leg.answered : undefined;
    if (callee === undefined) ended(undefined);
    else if (caller instanceof TransfereeLeg) void this.#transfer(caller, leg, callee, ended);
    else if (!(caller instanceof IncomingLeg)) ended(undefined);
    else if (callee.party !== undefined) void this.#anchor(caller, leg, callee, callee.party, ended);
    else {
      caller.answer({ headers: ofAnswer(callee.res, caller.req), body: callee.res.body || undefined }, (half) => {
        if (half === undefined) ended(undefined);
        else this.#join(caller, half, leg, callee, ended);
      });
    }
  }

  #join(caller: IncomingLeg, half: Half, leg: Leg, callee: Answered, ended: Ended): void {
    // Opened for a leg that did not get the call.
    caller.media.close();
    half.keying = keyingOf(caller.req.body || callee.res.body);
    callee.half.keying = keyingOf(callee.res.body);
    const { heldAck } = callee;
    const { referred } = this.#transfers;
    const { now, after } = this.#legs;
    const ends = { caller, callee: leg };
    const held: Held = (holder, other, req, res) => {
      const byCaller = holder === half;
      if (!(leg instanceof OutgoingLeg) || !leg.playsMusicFor(byCaller ? 'caller' : 'callee')) return undefined;
      return this.#hold(leave, { half: holder, other, req, res, byCaller, referred }, ends, ended);
    };
    const talk = new JoinedHalves({ caller: half, callee: callee.half, heldAck, referred, held, now, after });
    const leave = this.#follow(talk, ends, ended);
  }

  /** From the first hold on the talk runs over the media server. False: it stays as it is. */
  async #hold(leave: () => void, hold: Hold, ends: Ends, ended: Ended): Promise<boolean> {
    const over = await holdOver(hold, this.#legs);
    if (over === undefined) return false;
    if (over !== 'over') {
      leave();
      this.#live(over, ends, ended);
    }
    return true;
  }

  /** Over the media server: whoever was answered by us already is joined at once. */
  async #anchor(caller: IncomingLeg, leg: Leg, callee: Answered, party: AnchoredParty, ended: Ended): Promise<void> {
    const end = await caller.media.end();
    if (end === undefined) {
      ended(undefined);
      return;
    }
    const begin = (own: AnchoredParty | undefined): void => {
      if (own === undefined) ended(undefined);
      else this.#live(this.#anchored(own, party), { caller, callee: leg }, ended);
    };
    if (caller.media.party !== undefined) {
      begin(caller.media.party);
      return;
    }
    const headers = { ...ofAnswer(callee.res, caller.req), 'Content-Type': 'application/sdp' };
    caller.answer({ headers, body: end.sdp }, (half) =>
      begin(half && new AnchoredParty(half, end, !caller.req.body, caller.req)),
    );
  }

  /** Whoever is transferred: the talk with them becomes another one. */
  async #transfer(caller: TransfereeLeg, leg: Leg, callee: Answered, ended: Ended): Promise<void> {
    const talk = await this.#transfers.connect(caller, callee);
    if (talk === undefined) {
      ended(undefined);
      return;
    }
    caller.done();
    this.#live(talk, { caller, callee: leg }, ended);
  }

  #anchored(caller: AnchoredParty, callee: AnchoredParty): AnchoredTalk {
    return new AnchoredTalk({ caller, callee, referred: this.#transfers.referred, now: this.#legs.now });
  }

  readonly #live: Live = (talk, ends, ended) => void this.#follow(talk, ends, ended);

  /** The function given back takes the talk out before its end. */
  #follow(talk: LiveTalk, ends: Ends, ended: (talk: Talk) => void): () => void {
    const leave = this.#talking.add(talk);
    this.#transfers.begun(talk, ends);
    for (const end of [ends.caller, ends.callee]) if (end instanceof CallerEnd) end.talking(() => talk.hangUp());
    talk.whenEnded((over) => {
      leave();
      ended(over);
    });
    return leave;
  }

  #neverBegan(): Talk {
    return { ended: 'never began', at: this.#legs.now() };
  }
}

/** A caller whom we have answered ourselves. */
function takenBy(leg: CallerLeg): { readonly leg: CallerEnd; readonly party: AnchoredParty } | undefined {
  const party = leg instanceof CallerEnd ? leg.media.party : undefined;
  return leg instanceof CallerEnd && party !== undefined ? { leg, party } : undefined;
}
