/** Requests of the network inside a dialog (contract: in-dialog requests). */

import { Header } from '../../protocol/sip/header-names.ts';
import { minimumSeconds } from '../../protocol/sip/headers/session-expires.ts';
import { stampVia } from '../../protocol/sip/headers/via.ts';
import type { SipMessage } from '../../protocol/sip/message.ts';
import type { Flow } from '../stack/flow.ts';
import type { ServerTransaction } from '../stack/server-transaction.ts';
import type { Application } from './application.ts';
import { deliverNotice, deliverRequest, holdNotice } from './deliver.ts';
import { type Exchange, endLeg } from './exchange.ts';
import { giveAnswer, receive, refuse, respond } from './receiving.ts';
import { takePrack } from './reliable.ts';
import { rearmSession, tooShort } from './session-timer.ts';
import type { Leg } from './tables.ts';

export function arriveWithin(exchange: Exchange, leg: Leg, transaction: ServerTransaction): void {
  const { app } = leg;
  if (app === undefined) {
    refuse(transaction, 481, 'Call/Transaction Does Not Exist');
    return;
  }
  switch (transaction.request.method) {
    case 'INVITE':
      reInvite(exchange, leg, app, transaction);
      return;
    case 'UPDATE':
      update(exchange, leg, app, transaction);
      return;
    case 'BYE':
      bye(exchange, leg, app, transaction);
      return;
    case 'PRACK':
      prack(exchange, leg, app, transaction);
      return;
    default:
      other(exchange, leg, app, transaction);
      return;
  }
}

/** ACK for a 2xx: the answer is no longer repeated, the application is told once. */
export function takeAck(exchange: Exchange, message: SipMessage, flow: Flow): void {
  const { toTag, fromTag } = message;
  const leg = toTag === undefined ? undefined : exchange.legs.find(message.callId, toTag, fromTag);
  const answer = leg?.answer;
  if (leg === undefined || answer === undefined || answer.cseq !== message.cseq?.number) {
    exchange.count('dropped: stray ACK');
    return;
  }
  if (!answer.repeater.waiting) {
    exchange.count('retransmissions received');
    return;
  }
  answer.repeater.handle('ack');
  const topVia = stampVia(message.get(Header.via) ?? '', message.via, flow.remoteAddress, flow.remotePort);
  const notice = { message, topVia, flow, transactionId: answer.transactionId };
  if (answer.quiet && message.body === '') holdNotice(exchange, leg, notice);
  else deliverNotice(exchange, leg, notice);
}

function reInvite(exchange: Exchange, leg: Leg, app: Application, transaction: ServerTransaction): void {
  const { request } = transaction;
  // RFC 3261 §14.2: 491 while our first INVITE is open, 500 while the peer's last one is unanswered
  if (leg.dialog.state === 'early') {
    leg.dialog.role === 'uac'
      ? refuse(transaction, 491, 'Request Pending')
      : refuse(transaction, 500, 'Server Internal Error', ['Retry-After: 5']);
    return;
  }
  if (leg.asked !== undefined) {
    refuse(transaction, 500, 'Server Internal Error', ['Retry-After: 5']);
    return;
  }
  if (leg.answer?.repeater.waiting) {
    refuse(transaction, 491, 'Request Pending');
    return;
  }
  if (tooShort(request)) {
    refuse(transaction, 422, 'Session Interval Too Small', [`Min-SE: ${minimumSeconds}`]);
    return;
  }
  respond(transaction, 100, 'Trying', undefined);
  rearmSession(exchange, leg);
  leg.asked = deliver(exchange, leg, app, transaction, leg.id);
}

function update(exchange: Exchange, leg: Leg, app: Application, transaction: ServerTransaction): void {
  const { request } = transaction;
  if (tooShort(request)) {
    refuse(transaction, 422, 'Session Interval Too Small', [`Min-SE: ${minimumSeconds}`]);
    return;
  }
  // RFC 3311 §5.2: one UPDATE at a time
  if (leg.updating) {
    refuse(transaction, 500, 'Server Internal Error', ['Retry-After: 5']);
    return;
  }
  leg.updating = true;
  leg.dialog.refreshTarget(request);
  rearmSession(exchange, leg);
  deliver(exchange, leg, app, transaction, leg.id);
}

/** The dialog is over on receipt; what waited in it is answered 487 (RFC 3261 §15.1.2). */
function bye(exchange: Exchange, leg: Leg, app: Application, transaction: ServerTransaction): void {
  const early = leg.dialog.state === 'early';
  if (early && leg.dialog.role === 'uac') {
    refuse(transaction, 481, 'Call/Transaction Does Not Exist');
    return;
  }
  const { asked } = leg;
  endLeg(exchange, leg);
  if (asked !== undefined) giveAnswer(exchange, asked, 487, 'Request Terminated');
  if (early && asked !== undefined) {
    // the caller of an unanswered call hangs up with BYE: for the application it is a CANCEL
    respond(transaction, 200, 'OK', undefined);
    cancelled(exchange, leg, transaction, asked.id);
    return;
  }
  deliver(exchange, leg, app, transaction, '');
}

function cancelled(exchange: Exchange, leg: Leg, transaction: ServerTransaction, transactionId: string): void {
  const { request, topVia, flow } = transaction;
  const text = request.text.replace(/^BYE /, 'CANCEL ').replace(/^(CSeq[ \t]*:[ \t]*\d+[ \t]+)BYE/im, '$1CANCEL');
  const message = exchange.read(text) ?? request;
  deliverNotice(exchange, leg, { message, topVia, flow, transactionId });
}

function prack(exchange: Exchange, leg: Leg, app: Application, transaction: ServerTransaction): void {
  const next = takePrack(leg.asked, transaction.request);
  if (next === undefined) {
    refuse(transaction, 481, 'Call/Transaction Does Not Exist');
    return;
  }
  deliver(exchange, leg, app, transaction, leg.id);
  next();
}

/** INFO, NOTIFY, REFER, MESSAGE, OPTIONS, SUBSCRIBE, PUBLISH and methods we do not know. */
function other(exchange: Exchange, leg: Leg, app: Application, transaction: ServerTransaction): void {
  const { request } = transaction;
  if (request.method === 'SUBSCRIBE') leg.dialog.refreshTarget(request);
  deliver(exchange, leg, app, transaction, leg.id);
  const over = /^terminated\b/i.test(request.get(Header.subscriptionState) ?? '');
  if (request.method === 'NOTIFY' && leg.kind === 'subscribe' && over) endLeg(exchange, leg);
}

function deliver(
  exchange: Exchange,
  leg: Leg,
  app: Application,
  transaction: ServerTransaction,
  answerDialogId: string,
): ReturnType<typeof receive> {
  const { unansweredMs } = exchange.options.timers;
  const invite = transaction.request.method === 'INVITE';
  const patience = unansweredMs ?? (invite ? 128 : 64) * exchange.stack.timers.t1;
  const received = receive(exchange, transaction, app, leg, patience);
  received.answerDialogId = answerDialogId;
  deliverRequest(exchange, received, leg.id, false);
  return received;
}
