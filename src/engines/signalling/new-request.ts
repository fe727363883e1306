/** An application sends a request outside any dialog (contract: requests sent by the application). */

import { Dialog } from '../../protocol/sip/dialog.ts';
import { Header } from '../../protocol/sip/header-names.ts';
import { tagOf } from '../../protocol/sip/headers/name-addr.ts';
import type { SipMessage } from '../../protocol/sip/message.ts';
import { isKnownMethod } from '../../protocol/sip/methods.ts';
import { parseUri, type SipUri } from '../../protocol/sip/uri.ts';
import { type RequestParts, writeRequest } from '../../protocol/sip/write.ts';
import { newId, newTag } from '../stack/chance.ts';
import { type Flow, type ListenPoint, reliable } from '../stack/flow.ts';
import type { Application } from './application.ts';
import { type Draft, endLocally, enter, launch, signed } from './asking.ts';
import { confirmSent, refuse } from './deliver.ts';
import { authority, type Exchange, ownContact, sentMeta } from './exchange.ts';
import { bodyType, supplied, tagged } from './header-lines.ts';
import type { Leg } from './tables.ts';
import { type Way, wayTo } from './ways.ts';

export function askNew(
  exchange: Exchange,
  app: Application,
  reference: string,
  message: SipMessage,
  routeUrl: string,
): void {
  const fault = faultOf(exchange, message, routeUrl);
  if (fault !== undefined) {
    refuse(exchange, app, reference, fault);
    return;
  }
  const hop = routeUrl === '' ? message.uri : bare(routeUrl);
  if (parseUri(hop)?.scheme === 'sips') {
    send(exchange, app, reference, message, hop, { status: 416, reason: 'Unsupported URI Scheme' });
    return;
  }
  wayTo(exchange, message.method, hop, (way) => {
    if ('flow' in way && exchange.stack.isOwn(way.flow.remoteAddress, way.flow.remotePort))
      return refuse(exchange, app, reference, 'can not send request to myself');
    send(exchange, app, reference, message, hop, way);
  });
}

function bare(uri: string): string {
  return uri.startsWith('<') && uri.endsWith('>') ? uri.slice(1, -1) : uri;
}

function faultOf(exchange: Exchange, message: SipMessage, routeUrl: string): string | undefined {
  const uri = parseUri(message.uri);
  const line = message.text.slice(message.startsAt, message.startLineEnd).slice(0, 200);
  if (uri === undefined || !isKnownMethod(message.method)) return `invalid request-uri: ${line.replaceAll('|', ' ')}`;
  if (!message.clean) return 'control character in a header';
  const route = routeUrl === '' ? uri : parseUri(bare(routeUrl));
  if (route === undefined) return 'Error creating sip transaction for uac request';
  if (!speaks(exchange, route)) return 'requested protocol/transport not available';
  const body = message.text.slice(message.bodyAt);
  const untyped = body !== '' && !body.startsWith('v=0') && !message.has(Header.contentType);
  return untyped ? 'missing content-type' : undefined;
}

/** `sips:` is answered 416 later, as the real server does; everything else we cannot speak is refused at once. */
function speaks(exchange: Exchange, uri: SipUri): boolean {
  return uri.scheme === 'sips' ? !uri.params.has('transport') && !uri.host.startsWith('[') : exchange.stack.speaks(uri);
}

function send(
  exchange: Exchange,
  app: Application,
  reference: string,
  message: SipMessage,
  hop: string,
  way: Way,
): void {
  const uri = parseUri(hop);
  const flow = 'flow' in way ? way.flow : undefined;
  const point = flow?.point ?? exchange.stack.anyPoint(uri === undefined ? 'udp' : exchange.stack.transportFor(uri));
  if (point === undefined) {
    refuse(exchange, app, reference, 'requested protocol/transport not available');
    return;
  }
  const parts = compose(exchange, message, point);
  const leg = makesDialog(parts.method) ? newLeg(app, parts, point, flow) : undefined;
  if (leg !== undefined) exchange.legs.add(leg);
  const sent = enter(exchange, parts, { app, leg, dialogId: leg?.id ?? '', reference });
  const text = writeRequest(parts);
  if ('flow' in way) {
    confirmSent(exchange, app, reference, sent, text, way.flow);
    launch(exchange, sent, text, way);
    return;
  }
  const nowhere = { ...sentMeta(0, { point, transport: 'udp' } as Flow), size: 0 };
  confirmSent(exchange, app, reference, sent, text, nowhere);
  endLocally(exchange, sent, way.status, way.reason);
}

function makesDialog(method: string): boolean {
  return method === 'INVITE' || method === 'SUBSCRIBE';
}

function compose(exchange: Exchange, message: SipMessage, point: ListenPoint): RequestParts {
  const here = authority(point);
  const own = supplied(message, here);
  const body = message.text.slice(message.bodyAt);
  const contacts = own.contacts.length > 0 ? own.contacts.join(', ') : undefined;
  const draft: Draft = {
    method: message.method,
    uri: message.uri,
    from: tagged(own.from ?? `<sip:${here}>`, newTag).value,
    to: own.to ?? `<${message.uri}>`,
    callId: own.callId ?? newId(),
    cseq: own.cseq ?? exchange.nextCSeq(),
    routes: [],
    maxForwards: own.maxForwards ?? '70',
    contact: contacts ?? (makesDialog(message.method) ? ownContact(point) : undefined),
    contentType: bodyType(own.contentType, body),
    extra: own.sessionExpires === undefined ? own.extra : `${own.extra}Session-Expires: ${own.sessionExpires}\r\n`,
    body,
  };
  return signed(draft, point);
}

function newLeg(app: Application, parts: RequestParts, point: ListenPoint, flow: Flow | undefined): Leg {
  const localTag = tagOf(parts.from) ?? '';
  const dialog = new Dialog({
    role: 'uac',
    callId: parts.callId,
    localTag,
    remoteTag: undefined,
    local: parts.from,
    remote: parts.to,
    localSeq: parts.cseq,
    remoteTarget: parts.uri,
    routeSet: [],
  });
  return {
    id: `${parts.callId};from-tag=${localTag}`,
    dialog,
    kind: parts.method === 'INVITE' ? 'invite' : 'subscribe',
    app,
    point,
    contact: parts.contact ?? ownContact(point),
    connection: flow !== undefined && reliable(flow) ? flow : undefined,
    nat: undefined,
    localSdp: parts.contentType === 'application/sdp' ? parts.body : undefined,
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
