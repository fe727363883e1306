import type { RegisterReply, RegisterRequest, RequestedContact } from '../../decide/registration.ts';
import type { Line } from '../../domain/line.ts';
import { splitList } from '../../protocol/sip/headers/list.ts';
import { parseNameAddr } from '../../protocol/sip/headers/name-addr.ts';
import { unquote } from '../../protocol/sip/headers/params.ts';
import { parseUri } from '../../protocol/sip/uri.ts';
import { sourceOf } from './incoming.ts';
import { header, leadingNumber, list, names } from './read.ts';
import type { SipRequest } from './srf.ts';
import type { Headers } from './wire.ts';

const userAgentAtMost = 128;
const uriAtMost = 512;

/** A REGISTER as plain data; a string is why it is none (400). */
export function readRegister(req: SipRequest, line: Line): RegisterRequest | string {
  const contacts = readContacts(header(req, 'contact'));
  if (typeof contacts === 'string' && contacts !== '*') return contacts;
  const callId = header(req, 'call-id');
  const cseq = leadingNumber(header(req, 'cseq'));
  if (callId === undefined || cseq === undefined) return 'No Call-ID or CSeq';
  const path = readPath(header(req, 'path'));
  if (path === undefined) return 'Path is malformed';
  const seconds = leadingNumber(header(req, 'expires'));
  const userAgent = header(req, 'user-agent')?.slice(0, userAgentAtMost);
  return {
    line: line.id,
    callId,
    cseq,
    contacts,
    ...(seconds !== undefined && { seconds }),
    path,
    outbound: names(header(req, 'supported') ?? header(req, 'k'), 'outbound'),
    received: sourceOf(req),
    ...(userAgent !== undefined && { userAgent }),
  };
}

/** May this account register this address? RFC 3261 §10.3 steps 4 and 5: only its own. */
export function isOwnAddress(req: SipRequest, line: Line): boolean {
  const to = header(req, 'to');
  const address = to === undefined ? undefined : parseNameAddr(to);
  const user = address && parseUri(address.uri)?.user;
  return user === line.id || user === line.extension || (line.did !== undefined && user === line.did);
}

/** What is answered with a reply of the registrar. */
export function replyHeaders(reply: RegisterReply): Headers {
  if (reply.sip === 423) return { 'Min-Expires': String(reply.minExpires) };
  if (reply.sip !== 200) return {};
  const contacts = reply.contacts.map(({ uri, seconds, q, instance, regId }) => {
    const flow = instance === undefined ? '' : `;+sip.instance="${instance}"`;
    const number = regId === undefined ? '' : `;reg-id=${regId}`;
    const preference = q === 1000 ? '' : `;q=${(q / 1000).toFixed(3)}`;
    return `<${uri}>;expires=${seconds}${preference}${flow}${number}`;
  });
  return {
    ...(contacts.length > 0 && { Contact: contacts.join(', ') }),
    ...(reply.path.length > 0 && { Path: reply.path.map((uri) => `<${uri}>`).join(', ') }),
    Supported: 'path, outbound',
    ...(reply.outbound && { Require: 'outbound' }),
  };
}

function readContacts(value: string | undefined): RegisterRequest['contacts'] | string {
  if (value === undefined || value.trim() === '') return [];
  if (value.trim() === '*') return '*';
  const parts = splitList(value);
  if (parts === undefined || parts.length > 20) return 'Contact is malformed';
  const contacts: RequestedContact[] = [];
  for (const part of parts) {
    const contact = readContact(part);
    if (contact === undefined) return 'Contact is malformed';
    contacts.push(contact);
  }
  return contacts;
}

/** Only SIP addresses can be called: a `tel:` would come back to us, and must never be sent to an engine (K1 of the wire contract). */
function readContact(text: string): RequestedContact | undefined {
  const address = parseNameAddr(text);
  const uri = address && parseUri(address.uri);
  if (address === undefined || uri === undefined || address.uri.length > uriAtMost) return undefined;
  const { params } = address;
  const seconds = leadingNumber(params.get('expires'));
  const q = quality(params.get('q'));
  const instance = instanceOf(params.get('+sip.instance'));
  const regId = leadingNumber(params.get('reg-id'));
  return {
    uri: address.uri,
    ...(seconds !== undefined && { seconds }),
    ...(q !== undefined && { q }),
    ...(instance !== undefined && { instance }),
    ...(regId !== undefined && { regId }),
  };
}

/** RFC 3261 §25.1 qvalue, as thousandths. */
function quality(text: string | undefined): number | undefined {
  return text !== undefined && /^(0(\.\d{0,3})?|1(\.0{0,3})?)$/.test(text)
    ? Math.round(Number(text) * 1000)
    : undefined;
}

/** RFC 5626 §4.1: a URN in angle brackets, quoted. */
function instanceOf(text: string | undefined): string | undefined {
  const plain = text === undefined ? '' : unquote(text);
  return /^<[!#-;=?-~]{1,200}>$/.test(plain) ? plain : undefined;
}

function readPath(value: string | undefined): readonly string[] | undefined {
  const uris = list(value).map((one) => parseNameAddr(one)?.uri);
  if (value !== undefined && uris.length === 0) return undefined;
  return uris.every((uri) => uri !== undefined && parseUri(uri) !== undefined) ? (uris as string[]) : undefined;
}
