/** Sends a request in a client transaction and sees to what comes back: outside dialogs and within. */

import { parseChallenges } from '../../protocol/sip/digest.ts';
import { Header } from '../../protocol/sip/header-names.ts';
import type { SipMessage } from '../../protocol/sip/message.ts';
import { type RequestParts, writeCancel, writeRequest } from '../../protocol/sip/write.ts';
import { newBranch, newId } from '../stack/chance.ts';
import { type ClientUser, nobody } from '../stack/client-transaction.ts';
import type { Flow, ListenPoint } from '../stack/flow.ts';
import { Timer } from '../stack/timer-wheel.ts';
import type { Application } from './application.ts';
import { deliverLocal, deliverResponse, isQuiet } from './deliver.ts';
import { type Exchange, endLeg, endSent, viaOf } from './exchange.ts';
import { lists } from './header-lines.ts';
import { answered, early } from './returned.ts';
import type { Leg, Sent } from './tables.ts';
import type { Way } from './ways.ts';

/** Parts of a request before it is known where it leaves from. */
export type Draft = Omit<RequestParts, 'via' | 'branch'>;

export interface Owner {
  readonly app: Application | undefined;
  readonly leg: Leg | undefined;
  readonly dialogId: string;
  readonly own?: Sent['own'];
  /** The application's name for its frame. */
  readonly reference?: string;
}

/** Give a draft its Via. */
export function signed(draft: Draft, point: ListenPoint): RequestParts {
  const branch = newBranch();
  // written out: a spread makes every request a shape of its own, and all that read it slow
  return {
    method: draft.method,
    uri: draft.uri,
    via: viaOf(point, branch),
    branch,
    from: draft.from,
    to: draft.to,
    callId: draft.callId,
    cseq: draft.cseq,
    routes: draft.routes,
    maxForwards: draft.maxForwards,
    contact: draft.contact,
    contentType: draft.contentType,
    extra: draft.extra,
    body: draft.body,
  };
}

/** Enter a request in the books; nothing is sent yet. */
export function enter(exchange: Exchange, parts: RequestParts, owner: Owner): Sent {
  const sent: Sent = {
    id: transactionId(exchange, owner.reference),
    method: parts.method,
    app: owner.app,
    leg: owner.leg,
    dialogId: owner.dialogId,
    parts,
    transaction: undefined,
    stamp: -1,
    cancel: undefined,
    hops: [],
    lastRseq: -1,
    patience: new Timer(() => outOfPatience(exchange, sent)),
    own: owner.own,
  };
  exchange.sent.set(sent.id, sent);
  if (parts.method === 'INVITE' && owner.leg !== undefined) owner.leg.asking = sent;
  return sent;
}

/** A quiet application names its transactions itself: it is not told another name. */
function transactionId(exchange: Exchange, reference: string | undefined): string {
  const isOwn = reference !== undefined && isQuiet(reference) && !exchange.sent.has(reference);
  return isOwn ? reference : newId();
}

/** Send what was entered. */
export function launch(exchange: Exchange, sent: Sent, text: string, way: Extract<Way, { flow: Flow }>): void {
  sent.hops = way.others;
  sent.transaction = exchange.stack.transactions.ask(sent.parts, text, way.flow, new Returns(exchange, sent));
}

/** End a request with a response of our own, after the answer about it has left. */
export function endLocally(exchange: Exchange, sent: Sent, status: number, reason: string): void {
  endSent(exchange, sent);
  if (sent.leg !== undefined && (sent.leg.dialog.state === 'early' || sent.method === 'BYE'))
    endLeg(exchange, sent.leg);
  if (sent.own !== undefined) sent.own(0, undefined);
  else deliverLocal(exchange, sent, status, reason);
}

/** CANCEL goes out once a provisional response has come (RFC 3261 §9.1). */
export function cancel(exchange: Exchange, sent: Sent, extra: string): string {
  const text = writeCancel(sent.parts, extra);
  if (sent.transaction?.state === 'proceeding') sendCancel(exchange, sent, text, extra);
  else sent.cancel ??= { state: 'held', extra };
  return text;
}

function sendCancel(exchange: Exchange, sent: Sent, text: string, extra: string): void {
  const flow = sent.transaction?.flow;
  if (flow === undefined || sent.cancel?.state === 'sent') return;
  sent.cancel = { state: 'sent', extra };
  exchange.stack.transactions.ask({ ...sent.parts, method: 'CANCEL' }, text, flow, nobody);
  exchange.stack.wheel.arm(sent.patience, 64 * exchange.stack.timers.t1);
}

/** Timer C while ringing: cancel; 64*T1 after the CANCEL: give the INVITE up (RFC 3261 §16.6 item 11, §9.1). */
function outOfPatience(exchange: Exchange, sent: Sent): void {
  if (sent.cancel?.state === 'sent') sent.transaction?.handle('give up');
  else cancel(exchange, sent, '');
}

class Returns implements ClientUser {
  readonly #exchange: Exchange;
  readonly #sent: Sent;

  constructor(exchange: Exchange, sent: Sent) {
    this.#exchange = exchange;
    this.#sent = sent;
  }

  onResponse(response: SipMessage, flow: Flow): void {
    const exchange = this.#exchange;
    const sent = this.#sent;
    if (response.status < 200) this.#provisional(response, flow);
    else if (exchange.sent.has(sent.id)) {
      endSent(exchange, sent);
      // kept for half a minute, in case the response comes again
      sent.parts.body = '';
      sent.parts.extra = '';
      if (sent.leg !== undefined) answered(exchange, sent, sent.leg, response, flow);
      if (sent.own === undefined) deliverResponse(exchange, sent, response, flow, challengesOrdered(response));
      else sent.own(response.status, flow);
    } else if (sent.leg !== undefined && sent.method === 'INVITE') answered(exchange, sent, sent.leg, response, flow);
  }

  #provisional(response: SipMessage, flow: Flow): void {
    const exchange = this.#exchange;
    const sent = this.#sent;
    if (sent.method === 'INVITE') {
      if (sent.cancel?.state === 'held') {
        const { extra } = sent.cancel;
        sendCancel(exchange, sent, writeCancel(sent.parts, extra), extra);
      } else if (sent.cancel === undefined)
        exchange.stack.wheel.arm(sent.patience, exchange.options.timers.ringingMs ?? 185_000);
    }
    if (response.status === 100 || repeatedReliable(sent, response)) return;
    if (sent.leg !== undefined && sent.method === 'INVITE') early(sent.leg, response);
    if (sent.own === undefined) deliverResponse(exchange, sent, response, flow);
  }

  onTimeout(): void {
    endLocally(this.#exchange, this.#sent, 408, 'Request Timeout');
  }

  /** RFC 3263 §4.3: the next address, in a transaction of its own. */
  onTransportError(): void {
    const [next, ...others] = this.#sent.hops;
    const before = this.#sent.transaction?.flow;
    const flow = next && before && this.#exchange.stack.flow(before.transport, next, before.point);
    if (flow === undefined) {
      endLocally(this.#exchange, this.#sent, 503, 'Service Unavailable');
      return;
    }
    this.#sent.parts = signed(this.#sent.parts, flow.point);
    launch(this.#exchange, this.#sent, writeRequest(this.#sent.parts), { flow, others });
  }
}

/** RFC 3262 §4: a reliable provisional that was seen is not shown again. */
function repeatedReliable(sent: Sent, response: SipMessage): boolean {
  if (!response.has(Header.rseq) || !lists(response, Header.require, '100rel')) return false;
  const rseq = Number(response.get(Header.rseq));
  if (!(rseq > sent.lastRseq)) return true;
  sent.lastRseq = rseq;
  return false;
}

/**
 * The client computes one digest, MD5, with the last challenge it reads: several challenges are put in an order that
 * leaves an MD5 one last. Undefined when there is nothing to reorder.
 */
function challengesOrdered(response: SipMessage): string | undefined {
  if (response.status !== 401 && response.status !== 407) return undefined;
  const id = response.status === 401 ? Header.wwwAuthenticate : Header.proxyAuthenticate;
  const values = response.all(id);
  if (values.length < 2 || values.every(isMd5)) return undefined;
  const ordered = [...values].sort((a, b) => Number(isMd5(a)) - Number(isMd5(b)));
  let text = response.text.slice(response.startsAt, response.startLineEnd);
  let next = 0;
  for (let i = 0; i < response.ids.length; i += 1) {
    const value = response.ids[i] === id ? ordered[next++] : response.valueAt(i);
    text += `\r\n${response.nameAt(i)}: ${value ?? ''}`;
  }
  return `${text}\r\n\r\n${response.body}`;
}

function isMd5(value: string): boolean {
  return parseChallenges(value).some((challenge) => challenge.algorithm === 'MD5');
}
