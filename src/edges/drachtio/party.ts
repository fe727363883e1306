import type { MediaEnd } from '../../call/media/ports.ts';
import type { GoneReason, Voice } from '../../call/ports.ts';
import { type KeysHint, takesKeysByInfo } from '../../decide/media-keys.ts';
import type { Conversation, Half, HungUp } from './half.ts';
import { ofAnswer } from './headers.ts';
import { header } from './read.ts';
import type { SipMessage, SipRequest, SipResponse } from './srf.ts';
import { type Headers, respond } from './wire.ts';

/** What a party tells whoever has it: the caller's leg, a leg that waits, a talk. */
export interface PartyEvents {
  hungUp(by: HungUp, reason: string | undefined): void;
  /** They hold the call, or take it back. */
  held?(isHeld: boolean): void;
  /** An INFO that is no key. */
  told?(req: SipRequest, res: SipResponse): void;
  /** They ask that the other be connected elsewhere. */
  referred?(req: SipRequest, res: SipResponse): void;
}

/**
 * A party that has answered, or was answered, and whose sound goes over a media server: what they offer is answered by their
 * end there, and never concerns anybody else (RFC 3264 §8).
 */
export class AnchoredParty implements Conversation {
  readonly half: Half;
  readonly end: MediaEnd;
  /** Settles once the party has described itself: at once, or with the ACK that brings the answer to our offer (RFC 3261 §13.2.1). */
  readonly described: Promise<void>;
  readonly #gone = new AbortController();
  #events: PartyEvents = { hungUp: () => undefined };
  #owesAnswer: boolean;
  #wasDescribed: () => void = () => undefined;
  #isHeld = false;
  #keys: KeysHint;

  /** `said`: the INVITE or 200 in which they told of themselves. */
  constructor(half: Half, end: MediaEnd, owesAnswer: boolean, said: Pick<SipMessage, 'body' | 'header'>) {
    this.half = half;
    this.end = end;
    this.#owesAnswer = owesAnswer;
    this.#keys = {
      description: said.body || undefined,
      allow: header(said, 'allow'),
      accept: header(said, 'accept'),
      hasToldOne: false,
    };
    end.answered();
    if (this.takesKeysByInfo) end.keysAreTold();
    this.described = owesAnswer
      ? new Promise((done) => {
          this.#wasDescribed = done;
        })
      : Promise.resolve();
    half.join(this);
    if (half.over === 'far end' || half.over === 'engine') this.hungUp(half, half.over);
  }

  /** From now on it is told there; that they are gone already is told at once. */
  tell(events: PartyEvents): void {
    this.#events = events;
    if (this.half.over === 'far end' || this.half.over === 'engine') events.hungUp(this.half.over, undefined);
  }

  get isHeld(): boolean {
    return this.#isHeld;
  }

  /** Talks to them. */
  voice(): Voice {
    return this.end.voice({ gone: this.#gone.signal, hangUp: () => this.hangUp() });
  }

  /** Do they want keys of the other side by INFO? */
  get takesKeysByInfo(): boolean {
    return takesKeysByInfo(this.#keys);
  }

  /** The other side pressed a key. */
  tellKey(key: string): void {
    const headers = { 'Content-Type': 'application/dtmf-relay' };
    const nothing = { failed: () => undefined, response: () => undefined };
    if (this.half.over === undefined)
      this.half.request('INFO', headers, `Signal=${key}\r\nDuration=${keyMs}\r\n`, nothing);
  }

  /** We hang up, and the end is closed. Harmless when it is over. */
  hangUp(headers: Headers = {}): void {
    this.#leave('hung up');
    this.half.bye(headers);
  }

  hungUp(_half: Half, by: HungUp, reason?: string): void {
    this.#leave(by === 'engine' ? 'engine lost' : 'hung up');
    this.#events.hungUp(by, reason);
  }

  acknowledged(_half: Half, body: string | undefined): void {
    if (!this.#owesAnswer) return;
    this.#owesAnswer = false;
    this.#learn({ description: body });
    if (body === undefined) this.hangUp();
    else void this.end.take(body).then(() => this.#wasDescribed());
  }

  offered(half: Half, req: SipRequest, res: SipResponse): void {
    // RFC 3261 §14.2: an offer while another is being served, or before the ACK.
    if (half.serving || !half.acknowledged) {
      respond(res, 500, { headers: { 'Retry-After': '2' } });
      return;
    }
    if (req.method === 'UPDATE' && !req.body) {
      respond(res, 200, { headers: ofAnswer(req, req) });
      return;
    }
    half.serving = true;
    if (req.body) void this.#serve(req, res, req.body);
    else this.#offer(req, res);
  }

  told(_half: Half, req: SipRequest, res: SipResponse): void {
    const key = keyIn(req);
    if (key !== undefined) {
      this.#learn({ hasToldOne: true });
      this.end.pressed(key.key, key.ms);
      respond(res, 200);
    } else if (this.#events.told !== undefined) this.#events.told(req, res);
    else respond(res, 415, { headers: { Accept: 'application/dtmf-relay, application/dtmf' } });
  }

  referred(_half: Half, req: SipRequest, res: SipResponse): void {
    if (this.#events.referred === undefined) respond(res, 603);
    else this.#events.referred(req, res);
  }

  async #serve(req: SipRequest, res: SipResponse, offer: string): Promise<void> {
    const { half } = this;
    const answer = await this.end.take(offer);
    if (answer === undefined) {
      half.serving = false;
      respond(res, half.over === undefined ? 488 : 481);
      return;
    }
    this.answer(req, res, offer);
  }

  /** Answers an offer of theirs with what their end says to it. */
  answer(req: SipRequest, res: SipResponse, offer: string): void {
    const { half, end } = this;
    if (req.method === 'INVITE') {
      half.whenAcknowledged(() => {
        half.serving = false;
      });
    } else half.serving = false;
    respond(res, 200, { headers: { ...ofAnswer(req, req), 'Content-Type': 'application/sdp' }, body: end.sdp });
    this.#learn({ description: offer });
    this.#hold(holds(offer));
  }

  /** RFC 3261 §14.2: an INVITE without an offer is answered with ours: the description as it stands. */
  #offer(req: SipRequest, res: SipResponse): void {
    const { half, end } = this;
    half.whenAcknowledged((body) => {
      half.serving = false;
      if (body === undefined) return;
      void end.take(body);
      this.#learn({ description: body });
      this.#hold(holds(body));
    });
    const headers = { ...ofAnswer(req, req), 'Content-Type': 'application/sdp' };
    respond(res, 200, { headers, body: end.sdp });
  }

  #learn(more: Partial<KeysHint>): void {
    const before = this.takesKeysByInfo;
    this.#keys = { ...this.#keys, ...more };
    if (!before && this.takesKeysByInfo) this.end.keysAreTold();
  }

  #hold(isHeld: boolean): void {
    if (isHeld === this.#isHeld) return;
    this.#isHeld = isHeld;
    this.#events.held?.(isHeld);
  }

  #leave(why: GoneReason): void {
    if (this.#gone.signal.aborted) return;
    this.#gone.abort(why);
    this.#wasDescribed();
    this.end.close();
  }
}

/** RFC 3264 §8.4, and the older way of RFC 2543: the address of nobody. */
export function holds(sdp: string): boolean {
  return (
    /^a=(sendonly|inactive)\s*$/m.test(sdp) || (/^c=IN IP4 0\.0\.0\.0\s*$/m.test(sdp) && !sdp.includes('a=ice-ufrag'))
  );
}

const keyMs = 160;

/** The key of an INFO with `application/dtmf-relay` or `application/dtmf`. */
function keyIn(req: SipRequest): { readonly key: string; readonly ms: number } | undefined {
  const type = header(req, 'content-type')?.toLowerCase() ?? '';
  const body = req.body ?? '';
  if (!type.startsWith('application/dtmf') || body.length > 200) return undefined;
  const key = /Signal\s*=\s*([0-9A-Da-d*#])/i.exec(body)?.[1] ?? /^\s*([0-9A-Da-d*#])\s*$/.exec(body)?.[1];
  const ms = Number(/Duration\s*=\s*(\d{1,5})/i.exec(body)?.[1] ?? keyMs);
  return key === undefined ? undefined : { key: key.toUpperCase(), ms };
}
