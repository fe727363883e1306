import { Header } from '../../protocol/sip/header-names.ts';
import type { SipMessage } from '../../protocol/sip/message.ts';
import type { Refusal } from '../../protocol/sip/sanity.ts';
import { writeResponse } from '../../protocol/sip/write.ts';
import { newTag } from '../stack/chance.ts';
import type { ServerTransaction } from '../stack/server-transaction.ts';
import { Stack } from '../stack/stack.ts';
import type { Core } from '../stack/transactions.ts';
import { callBackTarget } from './esl-call-back.ts';
import type { MediaOptions } from './options.ts';
import { headerNamed, legKey, type SipLeg, toTagOf } from './sip-leg.ts';

/** An INVITE that may come in: who wants it, and whom to call back. */
export interface Admitted {
  readonly transaction: ServerTransaction;
  readonly host: string;
  readonly port: number;
  /** Of the offer we are to make: keys in the description, or a browser's handshake. */
  readonly secure: 'no' | 'keys' | 'handshake';
}

export interface SipDoorOptions {
  readonly options: MediaOptions;
  hasRoom(): boolean;
  /** Makes a leg of it; it answers by itself. Never rejects. */
  enter(admitted: Admitted): void;
}

const OURS = /^drachtio-fsmrf:[\w-]{1,64}/;
const KEY_DURATION_MS = 100;
const MAX_BODY = 16_384;

/**
 * The SIP door: a user agent server for one kind of caller, the application's media library. Finds the leg a request
 * belongs to and refuses everybody else.
 */
export class SipDoor implements Core {
  readonly stack: Stack;
  readonly #door: SipDoorOptions;
  readonly #legs = new Map<string, SipLeg>();
  /** INVITEs that are being made channels of. */
  readonly #cancelled = new Set<ServerTransaction>();

  constructor(door: SipDoorOptions) {
    this.#door = door;
    const { address, port } = door.options.sip;
    this.stack = new Stack({ listen: [{ transport: 'udp', address, port }] }, this);
  }

  add(leg: SipLeg): void {
    this.#legs.set(leg.key, leg);
  }

  remove(leg: SipLeg): void {
    this.#legs.delete(leg.key);
  }

  /** Was the INVITE cancelled while its leg was being made? */
  isCancelled(transaction: ServerTransaction): boolean {
    return this.#cancelled.delete(transaction);
  }

  refuse(transaction: ServerTransaction, status: number, reason: string, extra = ''): void {
    if (!transaction.open) return;
    const parts = { status, reason, toTag: newTag(), extra, body: '' };
    transaction.respond(status, writeResponse(transaction.request, transaction.topVia, parts));
  }

  admit(): 'take' | 'drop' | Refusal {
    return 'take';
  }

  request(transaction: ServerTransaction): void {
    const { request } = transaction;
    const tag = toTagOf(request);
    if (tag === undefined) {
      this.#outside(transaction);
      return;
    }
    const leg = this.#legs.get(legKey(request.callId, tag));
    if (leg === undefined || leg.isOver) this.refuse(transaction, 481, 'Call/Transaction Does Not Exist');
    else this.#inside(leg, transaction);
  }

  cancel(transaction: ServerTransaction, invite: ServerTransaction | undefined): void {
    if (invite === undefined || !invite.open) {
      this.refuse(transaction, 481, 'Call/Transaction Does Not Exist');
      return;
    }
    this.#ok(transaction);
    this.#cancelled.add(invite);
    this.refuse(invite, 487, 'Request Terminated');
  }

  ack(message: SipMessage): void {
    const tag = toTagOf(message);
    if (tag !== undefined) this.#legs.get(legKey(message.callId, tag))?.acknowledge(message);
  }

  #outside(transaction: ServerTransaction): void {
    switch (transaction.request.method) {
      case 'INVITE':
        this.#invite(transaction);
        break;
      case 'OPTIONS':
        this.#ok(transaction);
        break;
      default:
        this.refuse(transaction, 405, 'Method Not Allowed', 'Allow: INVITE, ACK, BYE, CANCEL, OPTIONS, INFO\r\n');
    }
  }

  #invite(transaction: ServerTransaction): void {
    const { request } = transaction;
    const { options } = this.#door;
    const target = callBackTarget(headerNamed(request, 'X-esl-outbound') ?? '', options.eventSocket.callBackTo);
    if (!OURS.test(request.get(Header.userAgent) ?? '') || target === undefined) {
      this.refuse(transaction, 403, 'Forbidden');
      return;
    }
    if (request.body.length > MAX_BODY) this.refuse(transaction, 413, 'Request Entity Too Large');
    else if (!this.#door.hasRoom()) this.refuse(transaction, 503, 'Maximum Calls In Progress');
    else {
      const wish = headerNamed(request, 'X-Secure-RTP');
      const secure = wish === 'dtls' ? 'handshake' : wish === 'true' ? 'keys' : 'no';
      this.#door.enter({ transaction, ...target, secure });
    }
  }

  #inside(leg: SipLeg, transaction: ServerTransaction): void {
    switch (transaction.request.method) {
      case 'INVITE':
        this.#reinvite(leg, transaction);
        break;
      case 'BYE':
        leg.over();
        this.#ok(transaction);
        leg.leg.hangup('NORMAL_CLEARING', 'peer');
        break;
      case 'INFO':
        pressed(leg, transaction.request);
        this.#ok(transaction);
        break;
      case 'OPTIONS':
        this.#ok(transaction);
        break;
      default:
        this.refuse(transaction, 405, 'Method Not Allowed');
    }
  }

  /** RFC 3261 §14.2: while our own answer is not acknowledged, the peer must wait. */
  #reinvite(leg: SipLeg, transaction: ServerTransaction): void {
    const { body } = transaction.request;
    if (leg.awaitsAck) {
      this.refuse(transaction, 500, 'Server Internal Error', 'Retry-After: 1\r\n');
      return;
    }
    if (body === '') {
      leg.accept(transaction, leg.session.offer());
      return;
    }
    const answer = leg.session.answer(body);
    if ('refused' in answer) this.refuse(transaction, 488, 'Not Acceptable Here');
    else leg.accept(transaction, answer.sdp);
  }

  #ok(transaction: ServerTransaction): void {
    const extra =
      transaction.request.method === 'OPTIONS'
        ? 'Allow: INVITE, ACK, BYE, CANCEL, OPTIONS, INFO\r\nAccept: application/sdp\r\n'
        : '';
    const parts = { status: 200, reason: 'OK', toTag: newTag(), extra, body: '' };
    transaction.respond(200, writeResponse(transaction.request, transaction.topVia, parts));
  }
}

/** A key in an INFO request: `application/dtmf-relay` or `application/dtmf`. */
function pressed({ leg }: SipLeg, request: SipMessage): void {
  const type = request.get(Header.contentType)?.toLowerCase() ?? '';
  if (!type.startsWith('application/dtmf')) return;
  const key = /Signal\s*=\s*([0-9A-D*#])/i.exec(request.body)?.[1] ?? /^\s*([0-9A-D*#])\s*$/i.exec(request.body)?.[1];
  const ms = Number(/Duration\s*=\s*(\d{1,5})/i.exec(request.body)?.[1]) || KEY_DURATION_MS;
  if (key !== undefined) leg.pressed({ key: key.toUpperCase(), durationMs: ms }, 'ENDPOINT');
}
