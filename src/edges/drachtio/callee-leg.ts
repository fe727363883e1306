import type { MediaEnd } from '../../call/media/ports.ts';
import type { DialResult, Leg, Order, Party, StopReason } from '../../call/ports.ts';
import { addressIn, isBehindNat } from '../../decide/media-offer.ts';
import type { MediaPath } from '../../decide/media-path.ts';
import type { Target } from '../../domain/call.ts';
import type { AnchorReason } from '../../domain/media.ts';
import { splitList } from '../../protocol/sip/headers/list.ts';
import { parseNameAddr } from '../../protocol/sip/headers/name-addr.ts';
import { CallerEnd } from './caller-end.ts';
import type { Credentials } from './credentials.ts';
import type { Losable } from './dialogs.ts';
import { isMeantToBeHeard } from './early-media.ts';
import { Half } from './half.ts';
import { ofStop } from './headers.ts';
import type { Legs } from './legs.ts';
import { AnchoredParty } from './party.ts';
import { reoffer } from './re-offer.ts';
import { header, leadingNumber, q850Of } from './read.ts';
import type { Ack, SentRequest, SipResponse } from './srf.ts';
import { cancelRequest, type Headers, respond, sendRequest } from './wire.ts';

/** One INVITE of ours, written and addressed. */
export interface Plan {
  readonly uri: string;
  readonly proxy?: string | undefined;
  readonly headers: Headers;
  readonly body?: string | undefined;
  readonly credentials?: Credentials | undefined;
  /** How their sound runs. Over a media server it is by an offer of its own. */
  readonly sound: MediaPath;
}

type Anchored = MediaPath & { readonly is: 'anchored' };

/** What a leg that answered is joined with. */
export interface Answered {
  readonly half: Half;
  readonly res: SipResponse;
  /** Held back: the INVITE had no offer, so the ACK must bring the answer. */
  readonly heldAck: Ack | undefined;
  /** Set where the sound goes over a media server. */
  readonly party?: AnchoredParty;
}

/** The callee's end: an INVITE that goes out, from its sending to the final response. After a 200 its `Half` takes over. */
export class OutgoingLeg implements Leg, Losable {
  readonly id: string;
  readonly target: Target;
  readonly result: Promise<DialResult>;
  /** Set once it has answered. */
  answered: Answered | undefined;
  #plan: Plan;
  /** Their end on the media server, and what they said of themselves until now. */
  #end: MediaEnd | undefined;
  who: Party | undefined;
  #described: Promise<boolean> = Promise.resolve(true);
  #description: string | undefined;
  readonly #order: Order;
  readonly #legs: Legs;
  #settle!: (result: DialResult) => void;
  readonly #born: () => void;
  #state: 'sending' | 'calling' | 'over' = 'sending';
  #stopped: StopReason | undefined;
  #req: SentRequest | undefined;
  /** How often we have proved who we are. */
  #proved = 0;

  constructor(id: string, target: Target, plan: Plan, order: Order, legs: Legs) {
    this.id = id;
    this.target = target;
    this.#plan = plan;
    this.#order = order;
    this.#legs = legs;
    this.result = new Promise((settle) => {
      this.#settle = settle;
    });
    this.#born = legs.dialogs.expect(this);
    // Where there are no media servers at all, whoever cannot understand the other is left to find that out.
    if (plan.sound.is === 'direct' || legs.media === undefined) this.#send({});
    else void this.#anchor(plan.sound);
  }

  get anchored(): AnchorReason | undefined {
    const { sound } = this.#plan;
    return this.answered?.party !== undefined && sound.is === 'anchored' ? sound.why : undefined;
  }

  /**
   * Does the one whom this side of the talk puts on hold hear music of ours? Of lines alone: behind a trunk somebody else plays it, or the IPBX.
   * Two browsers that talk straight, as they are set to or for want of a media server, shake hands with each other and with nobody else.
   */
  playsMusicFor(by: 'caller' | 'callee'): boolean {
    const { sound } = this.#plan;
    const isLine = by === 'callee' ? this.target.is === 'line' : this.#order.call.claims.proved !== undefined;
    const maySwitch = sound.is === 'direct' && sound.maySwitch && sound.offers !== 'handshake';
    return isLine && maySwitch && this.#legs.media?.connected === true;
  }

  stop(reason: StopReason): void {
    if (this.#stopped !== undefined) return;
    if (this.answered !== undefined) {
      this.#drop(reason);
      return;
    }
    if (this.#state === 'over') return;
    this.#stopped = reason;
    this.#settle({ ended: 'cancelled', at: this.#legs.now() });
    this.#end?.close();
    if (this.#req !== undefined) this.#cancel(this.#req);
  }

  lost(): void {
    this.#fail({ sip: 503 });
  }

  /**
   * Both ends are opened before anything is sent: who answers at once shall be heard at once. `refusal`: what they said to the
   * caller's own description, which stands when we have no other, and the headers of a second try.
   */
  async #anchor(sound: Anchored, refusal?: { readonly failure: Failure; readonly next: Headers }): Promise<void> {
    const { pathTaken } = this.#legs;
    const end = await this.#open(sound);
    if (this.#stopped !== undefined || this.#state === 'over') {
      end?.close();
      this.#over();
      return;
    }
    if (end === undefined && (refusal !== undefined || sound.isNeeded)) {
      pathTaken?.('refused', sound.why);
      this.#fail(refusal?.failure ?? { sip: 503, q850: 47 });
      return;
    }
    pathTaken?.(end === undefined ? 'direct' : 'anchored', sound.why);
    this.#end = end;
    if (end !== undefined) {
      const headers = { ...this.#plan.headers, 'Content-Type': 'application/sdp' };
      this.#plan = { ...this.#plan, headers, body: end.sdp, sound };
    }
    this.#send(refusal?.next ?? {});
  }

  /**
   * Their end, and the caller's beside it: one alone is of no use. A browser shakes hands once it was answered, and would be waited for in
   * vain until then.
   */
  async #open({ offers }: MediaPath): Promise<MediaEnd | undefined> {
    const { caller } = this.#order;
    const opensLater = !(caller instanceof CallerEnd) || shakesHands(caller.req);
    const callers = opensLater ? undefined : caller.media.end();
    const [end, other] = await Promise.all([this.#legs.media?.open({ offers }), callers]);
    if (opensLater || other !== undefined) return end;
    end?.close();
    return undefined;
  }

  /** RFC 3261 §8.1.3.5: what they cannot take is what the caller offers, and we may have something that they can. Once. */
  #offersOurs(res: SipResponse, failure: Failure): boolean {
    const { sound, body } = this.#plan;
    if (!refusesSound.has(res.status) || sound.is === 'anchored' || !sound.maySwitch || body === undefined)
      return false;
    if (this.#stopped !== undefined || this.#legs.media?.connected !== true) return false;
    const ours: Anchored = { is: 'anchored', offers: sound.offers, isNeeded: false, why: 'refused' };
    this.#plan = { ...this.#plan, sound: ours };
    this.#state = 'sending';
    this.#req = undefined;
    this.#proved = 0;
    void this.#anchor(ours, { failure, next: again(res) });
    return true;
  }

  /** An address that nobody else can send to: the phone is behind a NAT and did not look it. */
  #turnsOutHidden({ body, source_address }: SipResponse): boolean {
    const { sound } = this.#plan;
    if (this.target.is !== 'line' || sound.is === 'anchored' || !sound.maySwitch) return false;
    return this.#legs.media?.connected === true && isBehindNat([addressIn(body)], source_address);
  }

  /** They have answered the caller's own description, and are asked to talk to the media server instead; who will not stays as they are. */
  async #moveOver(half: Half, answered: Answered): Promise<void> {
    this.answered = answered;
    const at = this.#legs.now();
    const ours: Anchored = { is: 'anchored', offers: this.#plan.sound.offers, isNeeded: false, why: 'nat' };
    const end = await this.#open(ours);
    const asked = end && this.#stopped === undefined ? await reoffer(half, end.sdp, this.#legs) : undefined;
    asked?.ack();
    if (this.#stopped === undefined && end !== undefined && asked !== undefined) {
      this.#legs.pathTaken?.('anchored', ours.why);
      this.#plan = { ...this.#plan, sound: ours };
      await this.#anchored(half, { ...answered, party: new AnchoredParty(half, end, false, answered.res) }, asked.sdp);
      return;
    }
    end?.close();
    if (this.#stopped === undefined) this.#settle({ ended: 'answered', at });
  }

  /** Hands what they say of themselves to their end, one after the other. False: it cannot be heard. */
  #describe(end: MediaEnd, sdp: string): Promise<boolean> {
    if (sdp !== this.#description) {
      this.#description = sdp;
      this.#described = this.#described.then(async () => (await end.take(sdp)) !== undefined);
    }
    return this.#described;
  }

  /** What they let the caller hear before they answer. */
  async #letHear(end: MediaEnd, status: number, sdp: string): Promise<void> {
    const { caller } = this.#order;
    if (!(caller instanceof CallerEnd) || !caller.mayHear(this.id)) return;
    const [isDescribed, callers] = await Promise.all([this.#describe(end, sdp), caller.media.end()]);
    if (!isDescribed || callers === undefined || this.#state === 'over' || !caller.mayHear(this.id)) return;
    caller.progress(this.id, status, callers.sdp);
    void callers.join(end);
  }

  #send(more: Headers): void {
    const { uri, proxy, headers, body } = this.#plan;
    sendRequest(
      this.#legs.srf,
      { method: 'INVITE', uri, proxy, headers: { ...headers, ...more }, body },
      {
        sent: (req) => this.#sent(req),
        failed: () => this.#fail({ sip: 503 }),
        response: (res, ack) => this.#responded(res, ack),
        // RFC 3311 §5.2: an offer while ours stands unanswered.
        update: (update, res) => respond(res, update.body ? 491 : 200),
      },
    );
  }

  #sent(req: SentRequest): void {
    this.#req = req;
    if (this.#state === 'sending') this.#state = 'calling';
    if (this.#stopped !== undefined) this.#cancel(req);
  }

  #cancel(req: SentRequest): void {
    cancelRequest(req, this.#stopHeaders(this.#stopped ?? 'no answer'));
  }

  #stopHeaders(reason: StopReason): Headers {
    const { caller } = this.#order;
    return ofStop(reason, caller instanceof CallerEnd ? caller.callersReason : undefined);
  }

  #responded(res: SipResponse, ack: Ack): void {
    if (res.status < 200) {
      this.#provisional(res, ack);
      return;
    }
    if (res.status < 300) {
      this.#answer(res, ack);
      return;
    }
    if (this.#prove(res)) return;
    const retryAfterSeconds = leadingNumber(header(res, 'retry-after'));
    const minSeSeconds = res.status === 422 ? leadingNumber(header(res, 'min-se')) : undefined;
    const q850 = q850Of(header(res, 'reason'));
    // The engine's own word for a phone whose connection has ended: nobody is there, but the number has not moved.
    const isGone = res.status === 410 && this.target.is === 'line';
    const failure = {
      sip: isGone ? 480 : res.status,
      ...(q850 !== undefined && { q850 }),
      ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
      ...(minSeSeconds !== undefined && { minSeSeconds }),
    };
    if (!this.#offersOurs(res, failure)) this.#fail(failure);
  }

  #provisional(res: SipResponse, ack: Ack): void {
    if (header(res, 'rseq') !== undefined) ack();
    if (this.#stopped !== undefined || this.#state === 'over') return;
    const { status } = res;
    if (status < 180 || status > 183) return;
    const heard = this.target.is !== 'trunk' || isMeantToBeHeard(res);
    const sdp = (heard && res.body) || undefined;
    this.#order.news({ is: sdp === undefined ? 'ringing' : 'early media', leg: this.id, at: this.#legs.now() });
    const { caller } = this.#order;
    if (this.#end !== undefined && sdp !== undefined) void this.#letHear(this.#end, status, sdp);
    else if (caller instanceof CallerEnd) caller.progress(this.id, status, sdp);
  }

  /** RFC 3261 §13.2.2.4: a 200 is acknowledged, also when nobody waits for it any more; then the call is hung up. */
  #answer(res: SipResponse, ack: Ack): void {
    const { srf, dialogs, now } = this.#legs;
    const id = res.stackDialogId;
    if (this.#state === 'over' || id === undefined) {
      ack();
      return;
    }
    const offered = this.#plan.body !== undefined;
    if (offered || this.#stopped !== undefined) ack();
    this.#over();
    const remote = contactOf(res) ?? 'sip:placeholder';
    const credentials = this.#plan.credentials?.answer;
    const half = new Half({ id, srf, dialogs, socket: res.socket, remote, acknowledged: true, credentials, now });
    if (this.#stopped !== undefined) {
      half.bye(this.#stopHeaders(this.#stopped));
      this.#end?.close();
      return;
    }
    if (this.#end !== undefined) {
      const party = new AnchoredParty(half, this.#end, false, res);
      void this.#anchored(half, { half, res, heldAck: undefined, party }, res.body);
      return;
    }
    const answered = { half, res, heldAck: offered ? undefined : ack };
    if (offered && this.#turnsOutHidden(res)) {
      void this.#moveOver(half, answered);
      return;
    }
    this.answered = answered;
    this.#settle({ ended: 'answered', at: now() });
  }

  async #anchored(half: Half, answered: Answered & { readonly party: AnchoredParty }, sdp: string): Promise<void> {
    const { party } = answered;
    this.answered = answered;
    const at = this.#legs.now();
    const isHeard = await this.#describe(party.end, sdp);
    if (!isHeard) party.hangUp({ Reason: 'SIP;cause=488' });
    const { now } = this.#legs;
    this.#settle(
      isHeard || half.over !== undefined ? { ended: 'answered', at } : { ended: 'failed', at: now(), sip: 488 },
    );
  }

  /** It answered, and another one was faster. */
  #drop(reason: StopReason): void {
    const answered = this.answered;
    this.#stopped = reason;
    answered?.heldAck?.();
    if (answered?.party === undefined) answered?.half.bye(this.#stopHeaders(reason));
    else answered.party.hangUp(this.#stopHeaders(reason));
    this.#settle({ ended: 'cancelled', at: this.#legs.now() });
  }

  /** RFC 3261 §22.3: a challenge is answered, with the same Call-ID and the next CSeq. */
  #prove(res: SipResponse): boolean {
    if (this.#stopped !== undefined) return false;
    const proof = this.#plan.credentials?.answer(res, 'INVITE', this.#plan.uri, this.#proved);
    if (proof === undefined) return false;
    this.#proved += 1;
    this.#req = undefined;
    this.#send({ ...again(res), ...proof });
    return true;
  }

  #fail(said: Failure): void {
    if (this.#state === 'over') return;
    this.#over();
    this.#end?.close();
    const { caller } = this.#order;
    if (caller instanceof CallerEnd) caller.silenced(this.id);
    if (this.#stopped === undefined) this.#settle({ ended: 'failed', at: this.#legs.now(), ...said });
  }

  #over(): void {
    this.#state = 'over';
    this.#born();
  }
}

type Failure = Omit<DialResult & { readonly ended: 'failed' }, 'ended' | 'at'>;

/** Unsupported Media Type, Not Acceptable Here, Not Acceptable (RFC 3261 §21.4.13, §21.4.26, §21.6.4). */
const refusesSound: ReadonlySet<number> = new Set([415, 488, 606]);

/** RFC 3261 §22.2, §8.1.3.5: the same Call-ID and From, the next CSeq; a response bears them as they were sent (§8.2.6.2). */
function again(refusal: SipResponse): Headers {
  const sequence = leadingNumber(header(refusal, 'cseq')) ?? 1;
  const [callId, from] = [header(refusal, 'call-id'), header(refusal, 'from')];
  return { 'Call-ID': callId, From: from, CSeq: `${sequence + 1} INVITE` };
}

function contactOf(res: SipResponse): string | undefined {
  const contact = header(res, 'contact');
  const first = contact === undefined ? undefined : splitList(contact)?.[0];
  return first === undefined ? undefined : parseNameAddr(first)?.uri;
}

function shakesHands({ body }: { readonly body?: string }): boolean {
  return body?.includes('UDP/TLS/RTP/SAVP') === true;
}
