/** What a response to a request of ours does to its dialog. */

import { contactOf, Dialog } from '../../protocol/sip/dialog.ts';
import { Header } from '../../protocol/sip/header-names.ts';
import { uriOf } from '../../protocol/sip/headers/name-addr.ts';
import type { SipMessage } from '../../protocol/sip/message.ts';
import { parseUri } from '../../protocol/sip/uri.ts';
import { type RequestHead, writeRequest } from '../../protocol/sip/write.ts';
import { newBranch } from '../stack/chance.ts';
import { nobody } from '../stack/client-transaction.ts';
import { type Flow, reliable } from '../stack/flow.ts';
import { type Exchange, endLeg, viaOf } from './exchange.ts';
import { sessionOfAnswer } from './session-timer.ts';
import type { Leg, Sent } from './tables.ts';

/** A provisional response with a To tag makes an early dialog, or moves it (a fork took over). */
export function early(leg: Leg, response: SipMessage): void {
  if (leg.dialog.state === 'early') leg.dialog.takeResponse(response);
}

/** A final response, or a copy of one. */
export function answered(exchange: Exchange, sent: Sent, leg: Leg, response: SipMessage, flow: Flow): void {
  const ok = response.status < 300;
  if (sent.method === 'INVITE') inviteAnswered(exchange, sent, leg, response, flow);
  else if (sent.method === 'SUBSCRIBE') subscribeAnswered(exchange, leg, response, flow);
  else if (sent.method === 'UPDATE' && ok) {
    leg.dialog.refreshTarget(response);
    if (response.has(Header.sessionExpires)) sessionOfAnswer(exchange, leg, response);
  } else if (sent.method === 'BYE' && response.status !== 401 && response.status !== 407) endLeg(exchange, leg);
}

function inviteAnswered(exchange: Exchange, sent: Sent, leg: Leg, response: SipMessage, flow: Flow): void {
  if (response.status < 300) inviteAccepted(exchange, sent, leg, response, flow);
  else if (leg.dialog.state === 'early') endLeg(exchange, leg);
}

function subscribeAnswered(exchange: Exchange, leg: Leg, response: SipMessage, flow: Flow): void {
  if (leg.dialog.state === 'confirmed') leg.dialog.refreshTarget(response);
  else if (response.status < 300) confirm(exchange, leg, response, flow);
  else endLeg(exchange, leg);
}

function inviteAccepted(exchange: Exchange, sent: Sent, leg: Leg, response: SipMessage, flow: Flow): void {
  const cseq = sent.parts.cseq;
  if (leg.ack?.cseq === cseq || leg.unacknowledged?.cseq === cseq) {
    if (response.toTag !== leg.dialog.remoteTag) refuseFork(exchange, sent.parts, response, flow);
    else if (leg.ack?.cseq === cseq) leg.ack.flow.send(leg.ack.text); // RFC 3261 §13.2.2.4: each 2xx gets its ACK
    return;
  }
  if (leg.app === undefined && leg.dialog.state === 'early') endLeg(exchange, leg); // its application is gone
  if (leg.dialog.state === 'ended') {
    refuseFork(exchange, sent.parts, response, flow);
    return;
  }
  if (leg.dialog.state === 'early') confirm(exchange, leg, response, flow);
  else leg.dialog.refreshTarget(response);
  leg.unacknowledged = { cseq, cancelled: sent.cancel !== undefined };
  sessionOfAnswer(exchange, leg, response);
}

function confirm(exchange: Exchange, leg: Leg, response: SipMessage, flow: Flow): void {
  leg.dialog.takeResponse(response);
  leg.dialog.state = 'confirmed';
  leg.connection = reliable(flow) ? flow : undefined;
  const host = parseUri(contactOf(response) ?? '')?.host;
  // a Contact of another host than the packet's source: the peer sits behind a NAT and does not know it
  if (
    exchange.options.natContacts &&
    !reliable(flow) &&
    leg.dialog.routeSet.length === 0 &&
    host !== flow.remoteAddress
  )
    leg.nat = { address: flow.remoteAddress, port: flow.remotePort };
}

/** RFC 3261 §13.2.2.4: a second branch answered too, or the call is over: ACK it and end it. */
function refuseFork(exchange: Exchange, invite: RequestHead, response: SipMessage, flow: Flow): void {
  const dialog = new Dialog({
    role: 'uac',
    callId: invite.callId,
    localTag: '',
    remoteTag: undefined,
    local: invite.from,
    remote: invite.to,
    localSeq: invite.cseq,
    remoteTarget: uriOf(invite.to) ?? invite.uri,
    routeSet: [],
  });
  dialog.takeResponse(response);
  const { uri, routes } = dialog.target();
  const common = { uri, routes, from: invite.from, to: dialog.remote, callId: invite.callId, maxForwards: '70' };
  const rest = { contact: undefined, contentType: undefined, extra: '', body: '' };
  const branch = newBranch();
  const ack = { ...common, ...rest, method: 'ACK', cseq: invite.cseq, branch, via: viaOf(flow.point, branch) };
  flow.send(writeRequest(ack));
  const byeBranch = newBranch();
  const via = viaOf(flow.point, byeBranch);
  const bye = { ...common, ...rest, method: 'BYE', cseq: invite.cseq + 1, branch: byeBranch, via };
  exchange.stack.transactions.ask(bye, writeRequest(bye), flow, nobody);
}
