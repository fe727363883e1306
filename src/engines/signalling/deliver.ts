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
  app.send(refusal(exchange.frameId(), reference, text));
}

/** A request went out; nothing about it is told in the same write. */
export function confirmSent(
  exchange: Exchange,
  app: Application,
  reference: string,
  sent: Sent,
  text: string,
  flow: Flow,
): void {
  sent.stamp = app.stamp;
  app.send(requestSent(exchange.frameId(), reference, sentMeta(text.length, flow), sent.id, text));
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
  sent.app?.sendAfter(stamp, indication(exchange.frameId(), meta, sent.id, sent.dialogId, sip));
}

/** A request from the network, to the application that must answer it. */
export function deliverRequest(exchange: Exchange, received: Received, dialogId: string, fresh: boolean): void {
  const { transaction, app, leg } = received;
  const sip = handedOn(transaction.request, transaction.topVia);
  const meta = peerMeta('network', sip.length, transaction.flow);
  const on = fresh ? transaction.flow.point : undefined;
  const frame = indication(exchange.frameId(), meta, received.id, dialogId, sip, on);
  if (leg === undefined) app.send(frame);
  else app.sendAfter(leg.stamp, frame);
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
  leg.app?.sendAfter(leg.stamp, indication(exchange.frameId(), meta, notice.transactionId, leg.id, sip));
}

/** The engine ended a dialog on its own: show the owner the BYE. */
export function deliverUnsolicited(exchange: Exchange, leg: Leg, bye: string, flow: Flow): void {
  const frame = indication(exchange.frameId(), sentMeta(bye.length, flow), 'unsolicited', leg.id, bye);
  leg.app?.sendAfter(leg.stamp, frame);
}
