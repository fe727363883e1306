/** Words to applications. */
import { indication, type Meta, refusal, requestSent } from '../../protocol/drachtio/indication.ts';
import { handedOn, type SipMessage } from '../../protocol/sip/message.ts';
import { writeLocalResponse } from '../../protocol/sip/write.ts';
import type { Flow } from '../stack/flow.ts';
import type { Application } from './application.ts';
import { type Exchange, localMeta, peerMeta, sentMeta } from './exchange.ts';
import type { Leg, Received, Sent } from './tables.ts';

/** `NOK`: a `sip` message that cannot be carried out. */
export function refuse(exchange: Exchange, app: Application, reference: string, text: string): void {
  app.sendLast(refusal(exchange.frameId(), reference, text));
}

/** An application that begins a frame's id so wants no word while all is well, and reads without promises in between. */
export function isQuiet(reference: string): boolean {
  return reference.startsWith('!');
}

/** A request went out on a flow, or nowhere, as its meta says; nothing about it is told in the same write. */
export function confirmSent(
  exchange: Exchange,
  app: Application,
  reference: string,
  sent: Sent,
  text: string,
  flow: Flow | Meta,
): void {
  if (isQuiet(reference)) return;
  const meta = 'source' in flow ? flow : sentMeta(text.length, flow);
  sent.stamp = app.send(requestSent(exchange.frameId(), reference, meta, sent.id, text), sent.leg?.told);
}

export function deliverResponse(exchange: Exchange, sent: Sent, response: SipMessage, flow: Flow, text?: string): void {
  const sip = text ?? handedOn(response);
  deliver(exchange, sent, sip, peerMeta('network', sip.length, flow));
}

/** A response nobody sent: the engine's own 408, 410, 416 or 503. */
export function deliverLocal(exchange: Exchange, sent: Sent, status: number, reason: string): void {
  deliver(exchange, sent, writeLocalResponse(sent.parts, status, reason), localMeta());
}

function deliver(exchange: Exchange, sent: Sent, sip: string, meta: Meta): void {
  const stamp = Math.max(sent.stamp, sent.leg?.stamp ?? -1);
  const told = sent.app?.sendAfter(stamp, indication(exchange.frameId(), meta, sent.id, sent.dialogId, sip));
  if (sent.leg !== undefined && told !== undefined) sent.leg.told = told;
}

/** A request from the network, to the application that must answer it. */
export function deliverRequest(exchange: Exchange, received: Received, dialogId: string, fresh: boolean): void {
  const { transaction, app, leg } = received;
  const sip = handedOn(transaction.request, transaction.topVia);
  const meta = peerMeta('network', sip.length, transaction.flow);
  const on = fresh ? transaction.flow.point : undefined;
  const frame = indication(exchange.frameId(), meta, received.id, dialogId, sip, on);
  if (leg === undefined) app.send(frame);
  else leg.told = app.sendAfter(leg.stamp, frame);
}

/** ACK or CANCEL: nothing to be answered. */
export function deliverNotice(
  exchange: Exchange,
  leg: Leg,
  notice: {
    readonly message: SipMessage;
    readonly topVia: string;
    readonly flow: Flow;
    readonly transactionId: string;
  },
): void {
  const sip = handedOn(notice.message, notice.topVia);
  const meta = peerMeta('network', sip.length, notice.flow);
  tell(leg, indication(exchange.frameId(), meta, notice.transactionId, leg.id, sip));
}

/** The engine ended a dialog on its own: show the owner the BYE. */
export function deliverUnsolicited(exchange: Exchange, leg: Leg, bye: string, flow: Flow): void {
  const frame = indication(exchange.frameId(), sentMeta(bye.length, flow), 'unsolicited', leg.id, bye);
  tell(leg, frame);
}

function tell(leg: Leg, frame: string): void {
  if (leg.app !== undefined) leg.told = leg.app.sendAfter(leg.stamp, frame);
}
