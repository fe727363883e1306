import type { Talk } from '../../call/ports.ts';
import type { Instant } from '../../domain/instant.ts';
import type { Conversation, Half, HungUp } from './half.ts';
import { ofAnswer, sessionTimer } from './headers.ts';
import type { Held, LiveTalk, Referred, Side } from './live-talk.ts';
import { holds } from './party.ts';
import { header, names, q850Of } from './read.ts';
import type { Ack, SipRequest, SipResponse } from './srf.ts';
import { type Headers, respond } from './wire.ts';

/** A peer that lets our re-INVITE ring (K4 of the wire contract) never sees it end; the other side gets a 408 then. */
const offerSeconds = 35;
const infoBytesAtMost = 6_000;

export interface ConversationOptions {
  readonly caller: Half;
  readonly callee: Half;
  /** The callee's ACK, held back until the caller's brings the answer (delayed offer, RFC 3261 §13.2.1). */
  readonly heldAck?: Ack | undefined;
  readonly referred?: Referred | undefined;
  readonly held?: Held | undefined;
  now(): Instant;
  after(seconds: number, what: () => void): () => void;
}

/**
 * Two halves joined: what one hangs up ends the other, what one offers is offered to the other,
 * and session descriptions pass untouched.
 */
export class JoinedHalves implements Conversation, LiveTalk {
  readonly #options: ConversationOptions;
  #heldAck: Ack | undefined;
  #over: Talk | undefined;
  #tell: ((talk: Talk) => void) | undefined;
  #isParted = false;
  /** An offer that came before the caller's ACK. */
  readonly #early: { readonly half: Half; readonly req: SipRequest; readonly res: SipResponse }[] = [];

  constructor(options: ConversationOptions) {
    this.#options = options;
    this.#heldAck = options.heldAck;
    const { caller, callee } = options;
    caller.join(this);
    callee.join(this);
    // One of them may have hung up before they were joined: in the very read that brought the answer.
    for (const half of [caller, callee]) {
      if (half.over === 'far end' || half.over === 'engine') this.hungUp(half, half.over);
    }
  }

  get caller(): Side {
    return { half: this.#options.caller };
  }

  get callee(): Side {
    return { half: this.#options.callee };
  }

  /** Tells once, at once when it has ended already. */
  whenEnded(tell: (talk: Talk) => void): void {
    if (this.#over === undefined) this.#tell = tell;
    else tell(this.#over);
  }

  hungUp(half: Half, by: HungUp, reason?: string): void {
    if (this.#over !== undefined) return;
    const { caller } = this.#options;
    this.#end(by === 'engine' ? 'exchange' : half === caller ? 'caller' : 'callee');
    const q850 = q850Of(reason);
    this.#other(half).bye(q850 === undefined ? {} : { Reason: `Q.850;cause=${q850}` });
  }

  interrupt(talk: Talk): boolean {
    const tell = this.#tell;
    this.#tell = undefined;
    tell?.(talk);
    return tell !== undefined;
  }

  part(): boolean {
    const { caller, callee } = this.#options;
    const isBusy = [caller, callee].some((half) => half.asking || half.serving || !half.acknowledged);
    if (this.#over !== undefined || isBusy) return false;
    this.#isParted = true;
    return true;
  }

  referred(half: Half, req: SipRequest, res: SipResponse): void {
    if (this.#options.referred === undefined) respond(res, 603);
    else this.#options.referred(half, req, res);
  }

  /** We end it, for both. */
  hangUp(headers: Headers = {}): void {
    if (this.#over !== undefined || this.#isParted) return;
    this.#end('exchange');
    this.#options.caller.bye(headers);
    this.#options.callee.bye(headers);
  }

  acknowledged(half: Half, body: string | undefined): void {
    if (half !== this.#options.caller) return;
    this.#releaseAck(body);
    for (const one of this.#early.splice(0)) this.offered(one.half, one.req, one.res);
  }

  offered(half: Half, req: SipRequest, res: SipResponse): void {
    const other = this.#other(half);
    // The callee may hold the call before the caller's ACK is here; what it offers waits for that (RFC 3261 §14.1).
    if (!this.#options.caller.acknowledged && this.#early.length === 0) {
      this.#early.push({ half, req, res });
      return;
    }
    // RFC 3261 §14.2: our own offer is on its way to them: glare. Theirs is not finished: 500 and a pause.
    if (half.asking || !this.#options.caller.acknowledged) {
      respond(res, 491);
      return;
    }
    if (half.serving) {
      respond(res, 500, { headers: { 'Retry-After': '2' } });
      return;
    }
    if (req.method === 'UPDATE' && !req.body) {
      respond(res, 200, { headers: ofAnswer(req, req) });
      return;
    }
    half.serving = true;
    other.asking = true;
    const moved = req.body && holds(req.body) ? this.#options.held?.(half, other, req, res) : undefined;
    if (moved === undefined) this.#relay(half, other, req, res);
    else void moved.then((isMoved) => isMoved || this.#relay(half, other, req, res));
  }

  #relay(half: Half, other: Half, req: SipRequest, res: SipResponse): void {
    other.asking = true;
    new Relay(half, other, req, res, this.#options.after).start();
  }

  told(half: Half, req: SipRequest, res: SipResponse): void {
    passInfo(this.#other(half), req, res);
  }

  #end(by: 'caller' | 'callee' | 'exchange'): void {
    this.#over = { ended: 'hung up', by, at: this.#options.now() };
    this.#releaseAck(undefined);
    for (const { res } of this.#early.splice(0)) respond(res, 481);
    this.#tell?.(this.#over);
  }

  #other(half: Half): Half {
    return half === this.#options.caller ? this.#options.callee : this.#options.caller;
  }

  /** Without an answer from the caller the callee's offer is refused, since a 200 must be acknowledged all the same. */
  #releaseAck(answer: string | undefined): void {
    const ack = this.#heldAck;
    this.#heldAck = undefined;
    if (ack === undefined) return;
    if (answer !== undefined) {
      ack({ body: answer });
      return;
    }
    ack();
    this.hangUp();
  }
}

/** An INFO goes to the other side as it is, and its answer back. */
export function passInfo(to: Half, req: SipRequest, res: SipResponse): void {
  if (Buffer.byteLength(req.body ?? '') > infoBytesAtMost) {
    respond(res, 413);
    return;
  }
  const headers: Headers = {
    ...(req.body && { 'Content-Type': header(req, 'content-type') ?? 'application/dtmf-relay' }),
    'Info-Package': header(req, 'info-package'),
  };
  to.request('INFO', headers, req.body, {
    failed: () => respond(res, 481),
    response: (answer) => {
      if (answer.status >= 200) respond(res, answer.status);
    },
  });
}

/** One re-INVITE or UPDATE on its way from one side to the other, and its answer back. */
class Relay {
  readonly #from: Half;
  readonly #to: Half;
  readonly #req: SipRequest;
  readonly #res: SipResponse;
  readonly #forget: () => void;
  #done = false;

  constructor(
    from: Half,
    to: Half,
    req: SipRequest,
    res: SipResponse,
    after: (seconds: number, what: () => void) => () => void,
  ) {
    this.#from = from;
    this.#to = to;
    this.#req = req;
    this.#res = res;
    this.#forget = after(offerSeconds, () => this.#refuse(408));
  }

  start(): void {
    const req = this.#req;
    const headers = {
      ...sessionTimer(req),
      Supported: 'timer',
      ...(req.body && { 'Content-Type': 'application/sdp' }),
    };
    this.#to.request(req.method, headers, req.body, {
      failed: () => this.#refuse(481),
      response: (answer, ack) => this.#answered(answer, ack),
      // Their UPDATE meets our re-INVITE: glare (RFC 3311 §5.2).
      update: (_update, res) => respond(res, 491),
    });
  }

  #answered(answer: SipResponse, ack: Ack): void {
    if (answer.status < 200) return;
    if (this.#done) {
      if (answer.status < 300 && this.#req.method === 'INVITE') ack();
      return;
    }
    if (answer.status >= 300) {
      const retry = header(answer, 'retry-after');
      const timer = answer.status === 422 ? { 'Min-SE': header(answer, 'min-se') } : {};
      this.#refuse(answer.status, { ...timer, ...(retry !== undefined && { 'Retry-After': retry }) });
      return;
    }
    this.#finish();
    const headers = timerOfAnswer(answer, this.#req);
    if (this.#req.method === 'UPDATE') {
      this.#from.serving = false;
      respond(this.#res, 200, { headers, body: answer.body });
      return;
    }
    this.#acknowledge(ack);
    respond(this.#res, 200, { headers, body: answer.body });
  }

  /** With an offer in the INVITE the far end has its answer already; without one it comes in the ACK (RFC 3264 §4). */
  #acknowledge(ack: Ack): void {
    const from = this.#from;
    if (this.#req.body) ack();
    from.whenAcknowledged((body) => {
      from.serving = false;
      if (!this.#req.body) ack(body === undefined ? undefined : { body });
    });
  }

  #refuse(status: number, headers: Headers = {}): void {
    if (this.#done) return;
    this.#finish();
    this.#from.serving = false;
    respond(this.#res, status, { headers });
  }

  #finish(): void {
    this.#done = true;
    this.#to.asking = false;
    this.#forget();
  }
}

function timerOfAnswer(answer: SipResponse, req: SipRequest): Headers {
  const knowsTimers = names(header(req, 'supported') ?? header(req, 'k'), 'timer');
  return knowsTimers ? ofAnswer(answer, req) : { ...(answer.body && { 'Content-Type': 'application/sdp' }) };
}
