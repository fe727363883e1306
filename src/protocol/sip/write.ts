/** SIP messages written from parts. Lines handed in as `extra` end in CR LF each; bodies are byte strings. */

import { Header } from './header-names.ts';
import { firstOf } from './headers/via.ts';
import type { SipMessage } from './message.ts';

/** What must be remembered of a request to write its ACK and CANCEL (RFC 3261 §17.1.1.3, §9.1). */
export interface RequestHead {
  readonly method: string;
  readonly uri: string;
  /** Value of the one Via. */
  readonly via: string;
  readonly branch: string;
  readonly from: string;
  readonly to: string;
  readonly callId: string;
  readonly cseq: number;
  readonly routes: readonly string[];
}

export interface RequestParts extends RequestHead {
  readonly maxForwards: string;
  readonly contact: string | undefined;
  readonly contentType: string | undefined;
  extra: string;
  body: string;
}

export function writeRequest(parts: RequestParts): string {
  const contact = parts.contact === undefined ? '' : `Contact: ${parts.contact}\r\n`;
  const type = parts.contentType === undefined ? '' : `Content-Type: ${parts.contentType}\r\n`;
  return (
    `${requestTop(parts, parts.method, parts.to, parts.maxForwards)}${contact}${parts.extra}${type}` +
    `Content-Length: ${parts.body.length}\r\n\r\n${parts.body}`
  );
}

/** ACK for a final response above 2xx: the INVITE's branch and routes, the response's To (RFC 3261 §17.1.1.3). */
export function writeAck(invite: RequestHead, to: string): string {
  return `${requestTop(invite, 'ACK', to, '70')}Content-Length: 0\r\n\r\n`;
}

/** CANCEL: everything equal to the INVITE but the method in CSeq (RFC 3261 §9.1). */
export function writeCancel(invite: RequestHead, extra: string): string {
  return `${requestTop(invite, 'CANCEL', invite.to, '70')}${extra}Content-Length: 0\r\n\r\n`;
}

function requestTop(head: RequestHead, method: string, to: string, maxForwards: string): string {
  let routes = '';
  for (const route of head.routes) routes += `Route: ${route}\r\n`;
  return (
    `${method} ${head.uri} SIP/2.0\r\nVia: ${head.via}\r\nMax-Forwards: ${maxForwards}\r\n${routes}` +
    `From: ${head.from}\r\nTo: ${to}\r\nCall-ID: ${head.callId}\r\nCSeq: ${head.cseq} ${method}\r\n`
  );
}

export interface ResponseParts {
  readonly status: number;
  readonly reason: string;
  /** Put on To when the request's has none; undefined for 100. */
  readonly toTag: string | undefined;
  readonly extra: string;
  readonly body: string;
}

/**
 * RFC 3261 §8.2.6: Via, From, Call-ID, CSeq and To are the request's.
 * @param topVia the request's first Via value, stamped with where it came from
 */
export function writeResponse(request: SipMessage, topVia: string, parts: ResponseParts): string {
  const to = request.get(Header.to) ?? '';
  const tag = parts.toTag !== undefined && request.to?.params.get('tag') === undefined ? `;tag=${parts.toTag}` : '';
  return (
    `SIP/2.0 ${parts.status} ${parts.reason}\r\n${viaLines(request, topVia)}From: ${request.get(Header.from) ?? ''}\r\n` +
    `To: ${to}${tag}\r\nCall-ID: ${request.callId}\r\nCSeq: ${request.get(Header.cseq) ?? ''}\r\n` +
    `${parts.extra}Content-Length: ${parts.body.length}\r\n\r\n${parts.body}`
  );
}

function viaLines(request: SipMessage, topVia: string): string {
  let lines = '';
  let first = true;
  for (let i = 0; i < request.ids.length; i += 1) {
    if (request.ids[i] !== Header.via) continue;
    lines += `Via: ${first ? topVia : request.valueAt(i)}\r\n`;
    first = false;
  }
  return lines;
}

/** A response made by ourselves to a request of ours that nobody answered: what a peer would have sent. */
export function writeLocalResponse(head: RequestHead, status: number, reason: string): string {
  return (
    `SIP/2.0 ${status} ${reason}\r\nVia: ${firstOf(head.via)}\r\nFrom: ${head.from}\r\nTo: ${head.to}\r\n` +
    `Call-ID: ${head.callId}\r\nCSeq: ${head.cseq} ${head.method}\r\nContent-Length: 0\r\n\r\n`
  );
}

/** The request's Record-Route lines, to be copied into responses that make a dialog (RFC 3261 §12.1.1). */
export function recordRouteLines(request: SipMessage): string {
  let lines = '';
  for (const value of request.all(Header.recordRoute)) lines += `Record-Route: ${value}\r\n`;
  return lines;
}
