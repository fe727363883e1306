import type { Keying } from '../../decide/media-offer.ts';
import type { Instant } from '../../domain/instant.ts';
import type { Credentials } from './credentials.ts';
import type { DialogOwner, Dialogs } from './dialogs.ts';
import { allow } from './headers.ts';
import { header } from './read.ts';
import type { Ack, Reactions, Sender, SipRequest, SipResponse } from './srf.ts';
import { type Headers, respond, sendRequest } from './wire.ts';

/** Who ended it: the far end of this half, or the engine on its own (no ACK, session timer). */
export type HungUp = 'far end' | 'engine';

/** What a half tells the conversation it belongs to. */
export interface Conversation {
  hungUp(half: Half, by: HungUp, reason?: string): void;
  /** INVITE or UPDATE of the far end. */
  offered(half: Half, req: SipRequest, res: SipResponse): void;
  /** INFO of the far end. */
  told(half: Half, req: SipRequest, res: SipResponse): void;
  acknowledged(half: Half, body: string | undefined): void;
  /** REFER of the far end; declined where nobody connects anybody else (RFC 3515 §2.4.2). */
  referred?(half: Half, req: SipRequest, res: SipResponse): void;
}

export interface HalfOptions {
  readonly id: string;
  readonly srf: Sender;
  readonly dialogs: Dialogs;
  readonly socket: unknown;
  /** The far end's Contact: what digest credentials are computed over. The engine routes by the dialog. */
  readonly remote: string;
  /** A UAS must not send BYE before it has the ACK (RFC 3261 §15). */
  readonly acknowledged: boolean;
  /** Answers a challenge inside the dialog, for dialogs that we began towards a trunk. */
  readonly credentials?: Credentials['answer'] | undefined;
  readonly now: () => Instant;
}

const earlyAtMost = 4;

/**
 * One half of a conversation: the confirmed dialog with one far end. It knows when a BYE may be sent, what is pending,
 * and what each request of the far end deserves; what concerns the other side it hands to the conversation.
 */
export class Half implements DialogOwner {
  readonly id: string;
  /** A re-INVITE or UPDATE of the far end is being served: from its arrival to our final answer, or to the ACK. */
  serving = false;
  /** An offer of the other side is on its way to the far end. */
  asking = false;
  /** How the far end keys its sound, as far as it was seen. */
  keying: Keying | undefined;
  /** Whom it talks to, and in which talk: what transfers remember of it. Here, since a WeakMap keeps what is long over (docs/adr/0018). */
  place: object | undefined;
  #conversation: Conversation | undefined;
  /** What came between the answer and the joining. */
  readonly #early: { readonly req: SipRequest; readonly res: SipResponse }[] = [];
  readonly #options: HalfOptions;
  #over: HungUp | 'us' | undefined;
  #acknowledged: boolean;
  #bye: Headers | undefined;
  #onAck: ((body: string | undefined) => void) | undefined;

  constructor(options: HalfOptions) {
    this.#options = options;
    this.id = options.id;
    this.#acknowledged = options.acknowledged;
    options.dialogs.set(options.id, this);
  }

  /** Who hung up, when it is over. */
  get over(): HungUp | 'us' | undefined {
    return this.#over;
  }

  get acknowledged(): boolean {
    return this.#acknowledged;
  }

  /** From now on the far end talks to somebody. What it has said already is told now. */
  join(conversation: Conversation): void {
    this.#conversation = conversation;
    for (const { req, res } of this.#early.splice(0)) this.handle(req, res);
  }

  /** Hangs up: at once, or as soon as the far end has acknowledged our 200. Harmless when it is over. */
  bye(headers: Headers = {}): void {
    if (this.#over !== undefined) return;
    this.#end('us');
    if (this.#acknowledged) this.#sendBye(headers);
    else this.#bye = headers;
  }

  /** A request of ours inside the dialog. A trunk may ask for the password here as well (RFC 3261 §22.3): whoever asked us is not told. */
  request(method: string, headers: Headers, body: string | undefined, on: Reactions, proved = 0): void {
    const { srf, id, socket, remote, credentials } = this.#options;
    const response = (res: SipResponse, ack: Ack): void => {
      const isOver = this.#over !== undefined && method !== 'BYE';
      const proof = isOver ? undefined : credentials?.(res, method, remote, proved);
      if (proof === undefined) on.response?.(res, ack);
      else this.request(method, { ...headers, ...proof }, body, on, proved + 1);
    };
    sendRequest(srf, { method, uri: remote, headers, body, dialog: { id, socket } }, { ...on, response });
  }

  /** Calls back once when the re-INVITE that was answered is acknowledged. */
  whenAcknowledged(then: (body: string | undefined) => void): void {
    this.#onAck = then;
  }

  handle(req: SipRequest, res: SipResponse): void {
    switch (req.method) {
      case 'ACK':
        this.#ack(req.body || undefined);
        break;
      case 'BYE':
        this.#byeReceived(req, res);
        break;
      case 'INVITE':
      case 'UPDATE':
      case 'INFO':
        this.#pass(req, res);
        break;
      case 'REFER':
        this.#refer(req, res);
        break;
      default:
        answerOther(req, res);
    }
  }

  #pass(req: SipRequest, res: SipResponse): void {
    const conversation = this.#conversation;
    if (this.#over !== undefined) respond(res, 481);
    else if (conversation !== undefined && req.method === 'INFO') conversation.told(this, req, res);
    else if (conversation !== undefined) conversation.offered(this, req, res);
    else if (this.#early.length < earlyAtMost) this.#early.push({ req, res });
    else respond(res, 500, { headers: { 'Retry-After': '2' } });
  }

  #refer(req: SipRequest, res: SipResponse): void {
    const conversation = this.#conversation;
    if (this.#over !== undefined) respond(res, 481);
    else if (conversation?.referred === undefined) respond(res, 603);
    else conversation.referred(this, req, res);
  }

  lost(): void {
    if (this.#over !== undefined) return;
    this.#end('engine');
    this.#conversation?.hungUp(this, 'engine');
  }

  #end(by: HungUp | 'us'): void {
    this.#over = by;
    for (const { res } of this.#early.splice(0)) respond(res, 481);
  }

  #ack(body: string | undefined): void {
    if (this.#acknowledged) {
      const then = this.#onAck;
      this.#onAck = undefined;
      then?.(body);
      return;
    }
    this.#acknowledged = true;
    if (this.#bye !== undefined) {
      this.#sendBye(this.#bye);
      return;
    }
    this.#conversation?.acknowledged(this, body);
  }

  #byeReceived(req: SipRequest, res: SipResponse): void {
    const by: HungUp = req.source === 'application' ? 'engine' : 'far end';
    respond(res, 200);
    this.#options.dialogs.remove(this.id, this);
    if (this.#over !== undefined) return;
    this.#end(by);
    this.#conversation?.hungUp(this, by, header(req, 'reason'));
  }

  /** The dialog stays known until the BYE is answered: one that crosses ours is then answered 200. */
  #sendBye(headers: Headers): void {
    const done = (): void => this.#options.dialogs.remove(this.id, this);
    this.request('BYE', headers, undefined, { failed: done, response: done });
  }
}

/** What a dialog of a call has no use for. No NOTIFY belongs to a subscription of ours (RFC 6665 §4.1.3): nothing is accepted and forgotten. */
const otherAnswers: Readonly<Record<string, readonly [status: number, headers?: Headers]>> = {
  OPTIONS: [200, { Allow: allow, Accept: 'application/sdp' }],
  PRACK: [200],
  NOTIFY: [481],
  SUBSCRIBE: [489],
  MESSAGE: [405, { Allow: allow }],
  PUBLISH: [405, { Allow: allow }],
};

function answerOther(req: SipRequest, res: SipResponse): void {
  const [status, headers] = otherAnswers[req.method] ?? [501];
  respond(res, status, headers && { headers });
}
