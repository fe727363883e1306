import type { AskedTransfer, CallerLeg, Leg, Talk, Transferee, Voice } from '../../call/ports.ts';
import { AnchoredTalk } from './anchored-talk.ts';
import type { Answered } from './callee-leg.ts';
import { CallerEnd } from './caller-end.ts';
import { JoinedHalves } from './conversation.ts';
import type { Half } from './half.ts';
import type { Legs } from './legs.ts';
import type { LiveTalk, Referred, Side } from './live-talk.ts';
import { anchorHalf, reoffer } from './re-offer.ts';
import { header } from './read.ts';
import { dialogIds, type Replaces, readRefer } from './refer.ts';
import type { SipRequest, SipResponse } from './srf.ts';
import { TransfereeLeg } from './transferee-leg.ts';
import { Transferor } from './transferor.ts';
import { hangUpOn } from './waiting.ts';
import { respond } from './wire.ts';

/** Whom the call path knows the two sides of a talk by. */
export interface Ends {
  readonly caller: CallerLeg | Leg;
  readonly callee: CallerLeg | Leg;
}

interface Place {
  readonly talk: LiveTalk;
  readonly ends: Ends;
  readonly by: 'caller' | 'callee';
}

/** Follows a new talk to its end. */
export type Live = (talk: LiveTalk, ends: Ends, ended: (talk: Talk) => void) => void;

/** REFER in a call of ours: carried out here, between the dialogs; nobody else is ever sent one (RFC 5589 §6, §7; RFC 3725). */
export class Transfers {
  readonly #legs: Legs;
  readonly #live: Live;
  /** Who has sent a REFER before: the NOTIFYs of further ones say which (RFC 3515 §2.4.6). */
  readonly #hasAsked = new WeakSet<Half>();

  constructor(legs: Legs, live: Live) {
    this.#legs = legs;
    this.#live = live;
  }

  /** Remembers who talks to whom. */
  begun(talk: LiveTalk, ends: Ends): void {
    talk.caller.half.place = { talk, ends, by: 'caller' } satisfies Place;
    talk.callee.half.place = { talk, ends, by: 'callee' } satisfies Place;
  }

  readonly referred: Referred = (half, req, res) => {
    const place = placeOf(half);
    const refer = readRefer(req);
    if (place === undefined || refer === undefined) {
      respond(res, place === undefined ? 603 : 400);
      return;
    }
    const other = refer.replaces && this.#find(refer.replaces);
    const asked = this.#asked(place, req, res, refer.to, other?.talk === place.talk ? undefined : other);
    const at = this.#legs.now();
    if (!place.talk.interrupt({ ended: 'transfer asked', at, asked })) respond(res, 603);
  };

  /** Joins who is transferred with the leg that has answered for them. `undefined`: it could not be done. */
  async connect(transferee: TransfereeLeg, callee: Answered): Promise<LiveTalk | undefined> {
    const { heldAck, half, party, res } = callee;
    const { side } = transferee;
    if (heldAck === undefined || party !== undefined || side.party !== undefined)
      return this.#join(side, { half, party });
    // RFC 3725 §4.4: the offer of whoever answered goes to the transferee, whose answer stands in the ACK.
    const got = await reoffer(side.half, res.body, this.#legs);
    if (got === undefined) return undefined;
    got.ack();
    heldAck({ body: got.sdp });
    return this.#straight(side.half, half);
  }

  /** The other dialog, when it is a talk of ours. */
  #find(replaces: Replaces): Place | undefined {
    for (const id of dialogIds(replaces)) {
      const owner = this.#legs.dialogs.find(id);
      const place = owner && placeOf(owner as Half);
      if (place !== undefined) return place;
    }
    return undefined;
  }

  #asked(place: Place, req: SipRequest, res: SipResponse, to: string, other: Place | undefined): AskedTransfer {
    const { talk, by, ends } = place;
    let isAnswered = false;
    const answer = (status: number, headers = {}): void => {
      if (!isAnswered) respond(res, status, { headers });
      isAnswered = true;
    };
    return {
      by,
      to,
      ...(other && { other: { by: other.ends[other.by], stays: other.ends[opposite(other.by)] } }),
      decline: () => {
        answer(603);
        return new Promise((ended) => this.#live(talk, ends, ended));
      },
      begin: async () => {
        if (!talk.part()) {
          answer(500, { 'Retry-After': '2' });
          return undefined;
        }
        answer(202);
        return this.#begin(place, req, other);
      },
    };
  }

  async #begin({ talk, by, ends }: Place, req: SipRequest, other: Place | undefined): Promise<Transferee> {
    const [mine, theirs] = [talk[by], talk[opposite(by)]];
    const transferor = new Transferor(mine, this.#idOf(mine.half, req));
    const leg = new TransfereeLeg(theirs, transferor, this.#legs);
    for (const end of [ends.caller, ends.callee]) if (end instanceof CallerEnd) end.talking(() => leg.hangUp());
    transferor.told(100);
    if (other === undefined) await leg.anchor();
    return {
      leg,
      voice: leg.side.party?.voice(),
      transferor: () => this.#voiceOf(transferor),
      join: async () => (other === undefined ? this.#never() : this.#attended(leg, other)),
      back: () => {
        if (leg.isDone || leg.gone.aborted || !transferor.isThere) return undefined;
        transferor.told(503);
        leg.returned();
        const { side } = transferor;
        const sides = by === 'caller' ? ([side, leg.side] as const) : ([leg.side, side] as const);
        return this.#again(sides, ends);
      },
      release: () => leg.hangUp(),
    };
  }

  async #voiceOf(transferor: Transferor): Promise<Voice | undefined> {
    if (!transferor.isThere) return undefined;
    const { half, party } = transferor.side;
    const taken = party ?? (await anchorHalf(half, this.#legs));
    if (taken === undefined || taken.isHeld) return undefined;
    if (taken === party) await party.end.part();
    else transferor.anchored(taken);
    return taken.voice();
  }

  /** The far party of the transferor's other call is joined with the transferee: both calls become one. */
  async #attended(leg: TransfereeLeg, other: Place): Promise<Talk> {
    const at = this.#legs.now();
    const { talk, by, ends } = other;
    const [mine, theirs] = [talk[by], talk[opposite(by)]];
    if (!talk.part()) return this.#failed(leg, []);
    talk.interrupt({ ended: 'taken over', by, at });
    const joined = await this.#join(leg.side, theirs);
    if (joined === undefined) return this.#failed(leg, [mine, theirs]);
    leg.done();
    hangUpOn(mine);
    return new Promise((ended) => this.#live(joined, { caller: leg, callee: ends[opposite(by)] }, ended));
  }

  async #failed(leg: TransfereeLeg, sides: readonly Side[]): Promise<Talk> {
    leg.refuse('not-acceptable');
    for (const side of sides) hangUpOn(side);
    return this.#never();
  }

  /** The two who talked before talk again. */
  async #again([caller, callee]: readonly [Side, Side], ends: Ends): Promise<Talk> {
    const joined = await this.#join(caller, callee);
    if (joined !== undefined) return new Promise((ended) => this.#live(joined, ends, ended));
    hangUpOn(caller);
    hangUpOn(callee);
    return this.#never();
  }

  #never(): Talk {
    return { ended: 'never began', at: this.#legs.now() };
  }

  async #join(caller: Side, callee: Side): Promise<LiveTalk | undefined> {
    if (caller.party === undefined && callee.party === undefined) return this.#rejoin(caller.half, callee.half);
    const [one, two] = await Promise.all(
      [caller, callee].map(({ half, party }) => party ?? anchorHalf(half, this.#legs)),
    );
    if (one === undefined || two === undefined) return undefined;
    return new AnchoredTalk({ caller: one, callee: two, referred: this.referred, now: this.#legs.now });
  }

  /** RFC 3725 §4.1, inside dialogs that stand: the caller makes an offer, the callee answers it. */
  async #rejoin(caller: Half, callee: Half): Promise<LiveTalk | undefined> {
    const offer = await reoffer(caller, undefined, this.#legs);
    if (offer === undefined) return undefined;
    const answer = await reoffer(callee, offer.sdp, this.#legs);
    answer?.ack();
    offer.ack(answer && { body: answer.sdp });
    return answer && this.#straight(caller, callee);
  }

  #straight(caller: Half, callee: Half): LiveTalk {
    const { now, after } = this.#legs;
    return new JoinedHalves({ caller, callee, referred: this.referred, now, after });
  }

  #idOf(half: Half, req: SipRequest): string | undefined {
    const isFirst = !this.#hasAsked.has(half);
    this.#hasAsked.add(half);
    return isFirst ? undefined : header(req, 'cseq')?.split(' ', 1)[0];
  }
}

function opposite(by: 'caller' | 'callee'): 'caller' | 'callee' {
  return by === 'caller' ? 'callee' : 'caller';
}

/** Where it was put when its talk began. */
function placeOf(half: Half): Place | undefined {
  return half.place as Place | undefined;
}
