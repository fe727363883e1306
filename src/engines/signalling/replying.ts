/** An application answers a request (contract: responses by the application). */
import { acknowledgement, responseSent } from '../../protocol/drachtio/indication.ts';
import { contactOf, Dialog } from '../../protocol/sip/dialog.ts';
import { Header } from '../../protocol/sip/header-names.ts';
import { tagOf } from '../../protocol/sip/headers/name-addr.ts';
import { writeSessionExpires } from '../../protocol/sip/headers/session-expires.ts';
import { parse, type SipMessage } from '../../protocol/sip/message.ts';
import { parseUri } from '../../protocol/sip/uri.ts';
import { recordRouteLines, writeResponse } from '../../protocol/sip/write.ts';
import { newTag } from '../stack/chance.ts';
import { reliable } from '../stack/flow.ts';
import { Repeater } from '../stack/repeater.ts';
import type { Application } from './application.ts';
import { isQuiet, refuse } from './deliver.ts';
import { authority, type Exchange, endLeg, endReceived, ownContact, peerMeta } from './exchange.ts';
import { hangUp } from './hanging-up.ts';
import { bodyType, type Supplied, supplied } from './header-lines.ts';
import { holdOrSend, isReliable } from './reliable.ts';
import { armSession, disarmSession, sessionToGrant } from './session-timer.ts';
import type { Leg, Received } from './tables.ts';

export function reply(exchange: Exchange, app: Application, reference: string, message: SipMessage, id: string): void {
  const received = exchange.received.get(id);
  if (id === '') {
    refuse(exchange, app, reference, 'transaction id missing');
    return;
  }
  if (received === undefined || received.app !== app || received.reliable?.decided) {
    refuse(exchange, app, reference, 'Response not sent due to unknown transaction');
    return;
  }
  const { transaction } = received;
  if (!message.clean) {
    refuse(exchange, app, reference, 'control character in a header');
    return;
  }
  if (!transaction.flow.alive) {
    refuse(exchange, app, reference, 'transport for response has been shutdown or closed');
    return;
  }
  const own = supplied(message, authority(transaction.flow.point));
  const provisional = message.status > 100 && message.status < 200;
  const { request } = transaction;
  const asksPrack = provisional && request.method === 'INVITE' && isReliable(request, own.requires100rel);
  if (provisional && own.requires100rel && !asksPrack) {
    refuse(exchange, app, reference, 'Remote endpoint does not support 100rel');
    return;
  }
  chooseTag(received, message);
  const leg = dialogFor(exchange, received, message.status);
  exchange.stack.wheel.disarm(received.patience);
  if (message.status < 200) exchange.stack.wheel.arm(received.patience, longestRinging);
  const answer: Answer = { exchange, received, leg, reference, status: message.status, asksPrack };
  const { text, rseq } = compose(answer, message, own);
  holdOrSend(exchange, received, {
    status: message.status,
    rseq,
    text,
    first: () => confirm(answer, text),
    send: () => emit(answer, text),
  });
}

const longestRinging = 3_600_000;

interface Answer {
  readonly exchange: Exchange;
  readonly received: Received;
  readonly leg: Leg | undefined;
  readonly reference: string;
  readonly status: number;
  readonly asksPrack: boolean;
}

/** One tag for all responses of a transaction: the application's, if the first one brings it. */
function chooseTag(received: Received, message: SipMessage): void {
  if (message.status > 100) received.toTag ??= tagOf(message.get(Header.to) ?? '') ?? newTag();
}

/** A 101-299 to INVITE, a 2xx to SUBSCRIBE make the dialog (RFC 3261 §12.1, RFC 6665 §4.4.1). */
function dialogFor(exchange: Exchange, received: Received, status: number): Leg | undefined {
  if (received.leg !== undefined) return received.leg;
  const { request } = received.transaction;
  const makes =
    (request.method === 'INVITE' && status > 100 && status < 300) ||
    (request.method === 'SUBSCRIBE' && status >= 200 && status < 300);
  if (!makes || request.to?.params.has('tag')) return undefined;
  const leg = legOf(exchange, received, received.toTag ?? '');
  exchange.legs.add(leg);
  received.leg = leg;
  received.answerDialogId = leg.id;
  if (request.method === 'INVITE') leg.asked = received;
  return leg;
}

function legOf(exchange: Exchange, received: Received, toTag: string): Leg {
  const { request, flow } = received.transaction;
  const dialog = Dialog.answering(request, toTag, 1);
  const contact = parseUri(contactOf(request) ?? '');
  // UDP, nobody recorded a route, and the Contact is not where the packet came from: a NAT is in between
  const foreign = contact?.host !== flow.remoteAddress || (contact.port ?? 5060) !== flow.remotePort;
  const natted = exchange.options.natContacts && !reliable(flow) && dialog.routeSet.length === 0 && foreign;
  return {
    id: `${request.callId};from-tag=${dialog.remoteTag ?? ''}`,
    dialog,
    kind: request.method === 'INVITE' ? 'invite' : 'subscribe',
    app: received.app,
    point: flow.point,
    contact: ownContact(flow.point),
    connection: reliable(flow) ? flow : undefined,
    nat: natted ? { address: flow.remoteAddress, port: flow.remotePort } : undefined,
    localSdp: undefined,
    stamp: -1,
    told: -1,
    answer: undefined,
    unacknowledged: undefined,
    ack: undefined,
    asking: undefined,
    asked: undefined,
    updating: false,
    session: undefined,
  };
}

function compose(answer: Answer, message: SipMessage, own: Supplied): { text: string; rseq: number | undefined } {
  const { received, leg, status } = answer;
  const { request, topVia } = received.transaction;
  const body = message.text.slice(message.bodyAt);
  const type = bodyType(own.contentType, body);
  const makesDialog = request.method === 'INVITE' || request.method === 'SUBSCRIBE';
  let extra = makesDialog && status > 100 && status < 300 ? recordRouteLines(request) : '';
  extra += contactLines(answer, own, makesDialog);
  extra += own.extra;
  const rseq = answer.asksPrack ? nextRseq(received) : undefined;
  if (rseq !== undefined) extra += `${own.requires100rel ? '' : 'Require: 100rel\r\n'}RSeq: ${rseq}\r\n`;
  extra += sessionLine(answer, own);
  if (type !== undefined) extra += `Content-Type: ${type}\r\n`;
  if (leg !== undefined && request.method === 'INVITE' && type === 'application/sdp' && body !== '')
    leg.localSdp = body;
  const parts = { status, reason: message.reason, toTag: received.toTag, extra, body };
  return { text: writeResponse(request, topVia, parts), rseq };
}

function nextRseq(received: Received): number {
  received.reliable ??= {
    nextRseq: 1 + Math.floor(Math.random() * 0x7fff),
    unacknowledged: undefined,
    decided: false,
    held: [],
  };
  received.reliable.nextRseq += 1;
  return received.reliable.nextRseq;
}

function contactLines(answer: Answer, own: Supplied, makesDialog: boolean): string {
  if (own.contacts.length > 0) {
    if (makesDialog && answer.leg !== undefined && answer.status < 300) answer.leg.contact = own.contacts[0] ?? '';
    return own.contacts.map((contact) => `Contact: ${contact}\r\n`).join('');
  }
  const { status, leg } = answer;
  const needed = makesDialog && ((status >= 200 && status < 300) || answer.asksPrack);
  return needed && leg !== undefined ? `Contact: ${leg.contact}\r\n` : '';
}

/** A 2xx to INVITE or UPDATE starts, restarts or drops the session timer. */
function sessionLine(answer: Answer, own: Supplied): string {
  const { exchange, received, leg, status } = answer;
  const { request } = received.transaction;
  if (own.sessionExpires !== undefined && (status < 200 || status > 299))
    return `Session-Expires: ${own.sessionExpires}\r\n`;
  if (status < 200 || status > 299 || leg === undefined) return '';
  if (request.method !== 'INVITE' && request.method !== 'UPDATE') return '';
  const granted = sessionToGrant(exchange, request, own.sessionExpires);
  if (granted === undefined) {
    if (request.method === 'INVITE') disarmSession(exchange, leg);
    return '';
  }
  armSession(exchange, leg, granted.seconds, granted.refresher === 'uas');
  return `Session-Expires: ${writeSessionExpires(granted)}\r\n`;
}

/** The application hears at once what goes (or will go) out. */
function confirm(answer: Answer, text: string): void {
  const { exchange, received, leg, reference } = answer;
  const { app, transaction } = received;
  if (isQuiet(reference)) {
    if (answer.status >= 200 && answer.status < 300 && transaction.request.method === 'INVITE')
      app.hold(acknowledgement(exchange.frameId(), reference));
    return;
  }
  const meta = peerMeta('application', text.length, transaction.flow);
  const frame = responseSent(exchange.frameId(), reference, meta, received.id, received.answerDialogId, text);
  const stamp = app.send(frame, leg?.told);
  if (leg !== undefined) leg.stamp = stamp;
}

function emit(answer: Answer, text: string): void {
  const { exchange, received, leg, status } = answer;
  const { transaction } = received;
  const { request } = transaction;
  exchange.count(`out: ${status}`);
  if (status < 200) {
    transaction.respond(status, text);
    return;
  }
  endReceived(exchange, received);
  if (request.method === 'INVITE' && status < 300 && leg !== undefined) {
    accept(answer, leg, text);
    return;
  }
  transaction.respond(status, text);
  if (leg !== undefined && leg.dialog.state === 'early') {
    if (status < 300) leg.dialog.state = 'confirmed';
    else if (!leavesAlone.has(request.method)) endLeg(exchange, leg);
  }
  if (status < 300) learn(answer, text);
}

/** Refused while it rings, these are over by themselves, and the call they are inside of is not (RFC 5057 §5.1). */
const leavesAlone: ReadonlySet<string> = new Set(['INFO', 'UPDATE', 'PRACK', 'OPTIONS', 'MESSAGE']);

function learn({ exchange, received }: Answer, text: string): void {
  const { request, flow } = received.transaction;
  if (request.method !== 'REGISTER' && request.method !== 'SUBSCRIBE') return;
  const response = parse(text);
  if (response !== undefined) exchange.remembered.learn(request, response, flow);
}

/** 2xx to INVITE: the dialog stands, the answer is repeated until the ACK (RFC 3261 §13.3.1.4). */
function accept(answer: Answer, leg: Leg, text: string): void {
  const { exchange, received, status, reference } = answer;
  const { transaction } = received;
  const first = leg.dialog.state === 'early';
  leg.dialog.state = 'confirmed';
  if (!first) leg.dialog.refreshTarget(transaction.request);
  const repeater = Repeater.answer(
    exchange.stack.transactions,
    () => transaction.respond(status, text),
    () => hangUp(exchange, leg, 'ACK timeout'),
  );
  const cseq = transaction.request.cseq?.number ?? 0;
  leg.answer = { transactionId: received.id, cseq, repeater, quiet: isQuiet(reference) };
  repeater.handle('send 2xx');
}
