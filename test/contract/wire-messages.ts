/** The SIP texts scripted peers say. */
import { randomBytes } from 'node:crypto';
import { Header } from '../../src/protocol/sip/header-names.ts';
import type { SipMessage } from '../../src/protocol/sip/message.ts';
import type { At } from './wire-peer.ts';

export const offer =
  'v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 30000 RTP/AVP 0\r\na=sendrecv\r\n';

export const token = (): string => randomBytes(6).toString('hex');

export interface Asked {
  readonly method: string;
  readonly to: At;
  /** Who asks: where answers and requests are to come. */
  readonly from: {
    readonly port: number;
    readonly transport: 'UDP' | 'TCP' | 'WS';
    readonly host?: string | undefined;
  };
  readonly callId: string;
  readonly fromTag: string;
  readonly toTag?: string;
  readonly cseq?: number;
  readonly branch?: string;
  /** Header lines without their ends; they replace nothing. */
  readonly more?: readonly string[];
  readonly body?: string;
  readonly contact?: string | null;
  readonly via?: string;
  readonly user?: string;
}

/** A request of a scripted peer, complete and plain. */
export function request(asked: Asked): string {
  const { method, to, from, cseq = 1, body = '' } = asked;
  const here = from.host ?? `127.0.0.1:${from.port}`;
  const transport = from.transport === 'UDP' ? '' : `;transport=${from.transport.toLowerCase()}`;
  const contact = asked.contact === undefined ? `<sip:peer@${here}${transport}>` : asked.contact;
  const lines = [
    `${method} sip:${asked.user ?? 'x'}@${to.address}:${to.port} SIP/2.0`,
    `Via: ${asked.via ?? `SIP/2.0/${from.transport} ${here}`};branch=${asked.branch ?? `z9hG4bK${token()}`}`,
    'Max-Forwards: 70',
    `From: <sip:peer@${here}>;tag=${asked.fromTag}`,
    `To: <sip:x@${to.address}:${to.port}>${asked.toTag === undefined ? '' : `;tag=${asked.toTag}`}`,
    `Call-ID: ${asked.callId}`,
    `CSeq: ${cseq} ${method}`,
    ...(contact === null ? [] : [`Contact: ${contact}`]),
    ...(asked.more ?? []),
    ...(body === '' ? [] : ['Content-Type: application/sdp']),
    `Content-Length: ${Buffer.byteLength(body, 'latin1')}`,
  ];
  return `${lines.join('\r\n')}\r\n\r\n${body}`;
}

export interface Said {
  readonly status: string;
  readonly toTag?: string;
  readonly more?: readonly string[];
  readonly body?: string;
}

/** A response of a scripted peer to what it heard. */
export function response(to: SipMessage, said: Said): string {
  const { body = '' } = said;
  const tag = said.toTag !== undefined && to.to?.params.has('tag') === false ? `;tag=${said.toTag}` : '';
  const lines = [
    `SIP/2.0 ${said.status}`,
    ...to.all(Header.via).map((via) => `Via: ${via}`),
    `From: ${to.get(Header.from) ?? ''}`,
    `To: ${to.get(Header.to) ?? ''}${tag}`,
    `Call-ID: ${to.callId}`,
    `CSeq: ${to.get(Header.cseq) ?? ''}`,
    ...(said.more ?? []),
    ...(body === '' ? [] : ['Content-Type: application/sdp']),
    `Content-Length: ${Buffer.byteLength(body, 'latin1')}`,
  ];
  return `${lines.join('\r\n')}\r\n\r\n${body}`;
}

/** What an application attaches to a `sip` frame: a start line, header lines, a body. */
export function sip(start: string, headers: readonly string[] = [], body = ''): string {
  return `${[start, ...headers].join('\r\n')}\r\n\r\n${body}`;
}
