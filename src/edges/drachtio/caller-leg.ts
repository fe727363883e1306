import type { GoneReason, Said } from '../../call/ports.ts';
import { type Gone, Leaving } from '../../domain/gone.ts';
import type { MediaQuality } from '../../domain/outcome.ts';
import { type Refusal, refusals } from '../../domain/refusals.ts';
import { CallerEnd } from './caller-end.ts';
import { type Answer, CallerMedia, type Taken } from './caller-media.ts';
import type { DialogOwner } from './dialogs.ts';
import { Half } from './half.ts';
import { allow, ofRefusal } from './headers.ts';
import { unsupported } from './incoming.ts';
import type { Legs } from './legs.ts';
import type { AnchoredParty } from './party.ts';
import { header } from './read.ts';
import type { SipRequest, SipResponse } from './srf.ts';
import { type Headers, respond } from './wire.ts';

const minute = 60;

/** The caller's end: an INVITE that came in, from its arrival to our final answer. After a 200 its `Half` takes over. */
export class IncomingLeg extends CallerEnd implements DialogOwner, Taken {
  readonly req: SipRequest;
  /** Why the caller gave up, in their words: the Reason of their CANCEL. */
  callersReason: string | undefined;
  readonly #res: SipResponse;
  readonly #id: string;
  readonly #legs: Legs;
  readonly #gone = new Leaving();
  #state: 'open' | 'answering' | 'over' = 'open';
  /** The leg whose early media the caller hears. The first one keeps it until it fails. */
  #heard: string | undefined;
  #lastStatus = 0;
  /** Takes them out of those who came in and are not answered. */
  #goes: () => void;
  #forgetTelling: () => void = () => {};
  /** Waits for the engine to say that our 200 went out. */
  #joined: ((half: Half | undefined) => void) | undefined;
  /** Ends the conversation, when there is one. */
  #hangUp: (() => void) | undefined;
  /** Their end on the media server. */
  readonly media: CallerMedia;

  constructor(req: SipRequest, res: SipResponse, id: string, legs: Legs) {
    super();
    this.req = req;
    this.#res = res;
    this.#id = id;
    this.#legs = legs;
    this.media = new CallerMedia(this, legs);
    legs.dialogs.set(id, this);
    this.#goes = legs.incoming.add(this);
    req.whenCancelled((cancel) => this.#leave('hung up', header(cancel, 'reason')));
    // RFC 3311 §5.2: an offer of theirs stands unanswered; without one it is a mere refresh.
    req.whenUpdated((update, answer) => respond(answer, update.body ? 491 : 200));
  }

  get gone(): Gone {
    return this.#gone;
  }

  /** A ringing or early media of one leg, passed on. The same news of a second phone is no news. */
  progress(leg: string, status: number, sdp: string | undefined): void {
    if (!this.mayHear(leg)) return;
    const media = sdp !== undefined;
    if (media) this.#heard = leg;
    else if (status === this.#lastStatus && this.#heard !== leg) return;
    this.#lastStatus = status;
    this.#tell(media || status !== 183 ? status : 180, media ? sdp : undefined);
  }

  /** May they hear this leg before it answers? The first that has something to be heard keeps it. */
  mayHear(leg: string): boolean {
    return this.#state === 'open' && !this.media.isTold && (this.#heard === undefined || this.#heard === leg);
  }

  /** Sends them a description of ours, by a 183: nothing is charged. */
  describe(sdp: string): void {
    if (this.#state !== 'open') return;
    this.#tell(183, sdp);
  }

  /** RFC 3261 §13.3.1.1: proxies give a call up after three minutes without news of it, so the last is told again every minute. */
  #tell(status: number, sdp: string | undefined): void {
    this.#forgetTelling();
    respond(this.#res, status, { headers: sdp === undefined ? {} : { 'Content-Type': 'application/sdp' }, body: sdp });
    this.#forgetTelling = this.#legs.after(minute, () => {
      if (this.#state === 'open') this.#tell(status, sdp);
    });
  }

  /** We have answered them ourselves, and nobody else has: they may still leave, and be refused. */
  taken(party: AnchoredParty): void {
    this.#hangUp = () => party.hangUp();
    this.#goes();
    this.#goes = this.#legs.incoming.add(this);
    party.tell({
      hungUp: (by) => {
        this.#goes();
        this.#gone.leave(by === 'engine' ? 'engine lost' : 'hung up');
      },
    });
  }

  /** A leg failed: if it was the one heard, another may be heard now. */
  silenced(leg: string): void {
    if (this.#heard === leg) this.#heard = undefined;
  }

  /**
   * Answers with what the callee answered, or with a description of ours. `joined` gets the caller's half when the 200 was sent, undefined when the
   * caller was gone before it.
   */
  answer(answer: Answer, joined: (half: Half | undefined) => void): void {
    if (this.#state !== 'open') {
      joined(undefined);
      return;
    }
    this.#state = 'answering';
    this.#forgetTelling();
    this.#joined = joined;
    try {
      const { headers, body } = answer;
      respond(this.#res, 200, { headers, body, sent: (error) => this.#answered(error) });
    } catch (error) {
      this.#state = 'open';
      throw error;
    }
  }

  /** From now on `refuse` hangs up. */
  talking(hangUp: () => void): void {
    this.#goes();
    this.#hangUp = hangUp;
  }

  refuse(why: Refusal, as?: Said): void {
    if (this.#hangUp !== undefined) {
      this.#hangUp();
      return;
    }
    if (this.#state !== 'open') return;
    this.#close();
    this.media.close();
    const sip = as?.sip ?? refusals[why].sip;
    respond(this.#res, sip, {
      ...(sip === refusals[why].sip && { reason: refusals[why].says }),
      headers: { ...ofRefusal(why, as?.q850), ...this.#companions(sip, as) },
    });
  }

  quality(): Promise<MediaQuality | undefined> | undefined {
    return this.media.quality();
  }

  /** Requests inside the dialog that the 18x began: nothing but housekeeping is served before the answer. */
  handle(req: SipRequest, res: SipResponse): void {
    switch (req.method) {
      case 'PRACK':
        respond(res, 200);
        return;
      case 'BYE':
        // RFC 3261 §15.1.2: a caller may end an early dialog with BYE; the INVITE is still answered.
        respond(res, 200);
        if (this.#state === 'open') respond(this.#res, 487);
        this.#leave('hung up', header(req, 'reason'));
        return;
      case 'ACK':
        return;
      case 'OPTIONS':
        respond(res, 200, { headers: { Allow: allow } });
        return;
      case 'INFO':
        tellNobody(req, res);
        return;
      default:
        respond(res, 500, { headers: { 'Retry-After': '2' } });
        return;
    }
  }

  lost(): void {
    this.#leave('engine lost');
  }

  /** The exchange is being stopped: whoever carries the call out refuses it. */
  stopping(): void {
    if (this.#state === 'open' || this.media.party !== undefined) this.#gone.leave('exchange stops');
  }

  #answered(error: unknown): void {
    const joined = this.#joined;
    this.#joined = undefined;
    if (joined === undefined) return;
    this.#close();
    if (error) {
      this.media.close();
      this.#gone.leave('hung up');
      joined(undefined);
      return;
    }
    const { srf, dialogs, now } = this.#legs;
    const { socket } = this.req;
    joined(new Half({ id: this.#id, srf, dialogs, socket, remote: 'sip:placeholder', acknowledged: false, now }));
  }

  #leave(why: GoneReason, reason?: string): void {
    if (this.#state === 'over') return;
    this.callersReason = reason;
    this.#close();
    this.media.close();
    this.#gone.leave(why);
    this.#answered(new Error('the caller is gone'));
  }

  #close(): void {
    this.#state = 'over';
    this.#forgetTelling();
    this.#legs.dialogs.remove(this.#id, this);
    this.#goes();
  }

  /** Headers that some refusals must bring along. */
  #companions(sip: number, as: Said | undefined): Headers {
    if (sip === 420) return { Unsupported: unsupported(this.req).join(', ') };
    if (sip === 415) return { Accept: 'application/sdp' };
    if (sip === 422 && as?.minSeSeconds !== undefined) return { 'Min-SE': String(as.minSeSeconds) };
    const retryAfter = as?.retryAfterSeconds ?? (sip === 503 ? 5 : undefined);
    return retryAfter === undefined ? {} : { 'Retry-After': String(retryAfter) };
  }
}

/**
 * INFO while it rings: there is nobody yet whom it could be passed on to. A key is in a body that we do not take (RFC 2976 §2.2, and
 * RFC 3261 §8.2.3 for Accept), a package was never agreed on (RFC 6086 §4.2.2). None of these ends the dialog, as 481 would.
 */
function tellNobody(req: SipRequest, res: SipResponse): void {
  if (header(req, 'info-package') !== undefined) respond(res, 469, { headers: { 'Recv-Info': '' } });
  else if (req.body) respond(res, 415, { headers: { Accept: 'application/sdp' } });
  else respond(res, 200);
}
