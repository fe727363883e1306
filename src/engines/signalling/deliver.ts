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
  const meta = peerMeta('network', sip.length, flow);
  if (saysNothingNew(sent, response)) sent.app?.hold(indication(exchange.frameId(), meta, sent.id, sent.dialogId, sip));
  else deliver(exchange, sent, sip, meta);
}

/** A call that was hung up is over: that the far end has heard so wakes a quiet application with the next frame, or after a moment. */
function saysNothingNew({ method, id }: Sent, { status }: SipMessage): boolean {
  return method === 'BYE' && status >= 200 && status < 300 && isQuiet(id);
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

interface Notice {
  readonly message: SipMessage;
  readonly topVia: string;
  readonly flow: Flow;
  readonly transactionId: string;
}

/** ACK or CANCEL: nothing to be answered. */
export function deliverNotice(exchange: Exchange, leg: Leg, notice: Notice): void {
  tell(leg, noticeFrame(exchange, leg, notice));
}

/** The same for one that nobody waits for: it wakes the application with the next frame, or after a moment. */
export function holdNotice(exchange: Exchange, leg: Leg, notice: Notice): void {
  leg.app?.hold(noticeFrame(exchange, leg, notice));
}

function noticeFrame(exchange: Exchange, leg: Leg, { message, topVia, flow, transactionId }: Notice): string {
  const sip = handedOn(message, topVia);
  return indication(exchange.frameId(), peerMeta('network', sip.length, flow), transactionId, leg.id, sip);
}

/** The engine ended a dialog on its own: show the owner the BYE. */
export function deliverUnsolicited(exchange: Exchange, leg: Leg, bye: string, flow: Flow): void {
  const frame = indication(exchange.frameId(), sentMeta(bye.length, flow), 'unsolicited', leg.id, bye);
  tell(leg, frame);
}

function tell(leg: Leg, frame: string): void {
  if (leg.app !== undefined) leg.told = leg.app.sendAfter(leg.stamp, frame);
}
