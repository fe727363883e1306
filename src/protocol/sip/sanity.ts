/**
 * Is this message fit to be handled? The order of checks follows RFC 3261 §8.2 and §16.3, the cases RFC 4475.
 * A request that is not gets the status named here; a response that is not is dropped.
 */

import { Header, onceOnly } from './header-names.ts';
import { splitList } from './headers/list.ts';
import { type NameAddr, parseNameAddr } from './headers/name-addr.ts';
import { deltaSeconds } from './headers/session-expires.ts';
import { cookie } from './headers/via.ts';
import type { SipMessage } from './message.ts';
import { isKnownMethod } from './methods.ts';
import { parseUri, schemeOf } from './uri.ts';

export interface Refusal {
  readonly status: number;
  readonly reason: string;
  /** Header lines the answer must carry, without line ends. */
  readonly headers?: readonly string[];
}

/** Option tags a Require header may name without a 420; what they ask is done here or by the application. */
export const knownExtensions: ReadonlySet<string> = new Set([
  '100rel', 'timer', 'replaces', 'norefersub', 'path', 'outbound', 'gruu', 'histinfo', 'from-change', 'tdialog', 'join',
  'sec-agree', 'precondition', 'early-session', 'privacy', 'resource-priority', 'eventlist', 'pref', 'answermode',
  'siprec', 'record-aware', 'multiple-refer', 'nosub', 'uui', 'trickle-ice', 'target-dialog', 'sdp-anat', 'policy', 'ice',
]); // biome-ignore format: a list of words

const bad = (reason: string): Refusal => ({ status: 400, reason });

/** What is wrong with a request, or undefined. */
export function faultOfRequest(message: SipMessage): Refusal | undefined {
  return (
    message.fault ??
    faultOfMandatory(message) ??
    faultOfTarget(message) ??
    faultOfMethod(message) ??
    faultOfNumbers(message) ??
    faultOfExtensions(message)
  );
}

/** What is wrong with a response, or undefined. */
export function faultOfResponse(message: SipMessage): string | undefined {
  if (message.fault !== undefined) return message.fault.reason;
  return faultOfMandatory(message)?.reason;
}

/** RFC 3261 §8.1.1: To, From, CSeq, Call-ID, Max-Forwards, Via; each but Via once (Max-Forwards may be absent, §16.3). */
function faultOfMandatory(message: SipMessage): Refusal | undefined {
  const twice = repeated(message);
  if (twice) return bad('Header repeated');
  if (!message.get(Header.callId)) return bad('Missing Call-ID');
  if (!message.has(Header.from) || !message.has(Header.to)) return bad('Missing From or To');
  if (message.from === undefined || message.to === undefined) return bad('Malformed From or To');
  const { cseq } = message;
  if (cseq === undefined) return bad('Missing or malformed CSeq');
  if (message.method !== '' && cseq.method !== message.method) return bad('CSeq does not match the method');
  if (message.via === undefined) return bad('Missing or malformed Via');
  return undefined;
}

function repeated(message: SipMessage): boolean {
  const { ids } = message;
  for (let i = 1; i < ids.length; i += 1) {
    const id = ids[i] ?? 0;
    if (onceOnly.has(id) && ids.indexOf(id) !== i) return true;
  }
  return false;
}

/** RFC 3261 §8.2.2.1: an unknown scheme is 416; a `sip:` URI that does not parse, or carries headers, is 400. */
function faultOfTarget(message: SipMessage): Refusal | undefined {
  const scheme = schemeOf(message.uri);
  if (scheme === undefined) return bad('Malformed Request-URI');
  if (scheme === 'tel') return undefined;
  if (scheme !== 'sip' && scheme !== 'sips') return { status: 416, reason: 'Unsupported URI Scheme' };
  const uri = parseUri(message.uri);
  // RFC 3261 §19.1.1, table 1: headers are not allowed in a Request-URI
  return uri === undefined || uri.headers !== undefined ? bad('Malformed Request-URI') : undefined;
}

function faultOfMethod(message: SipMessage): Refusal | undefined {
  if (!isKnownMethod(message.method)) return undefined;
  if (message.method === 'REGISTER' && !isAddressOfRecord(message.to?.uri ?? ''))
    return bad('Unsupported scheme in To');
  const contacts = message.joined(Header.contact);
  // RFC 3261 §8.1.1.8; a caller of RFC 2543, told by its branch, may leave it out (RFC 4475 §3.4.1)
  if (contacts === undefined && message.method === 'INVITE' && hasCookie(message)) return bad('Missing Contact');
  if (contacts === undefined) return undefined;
  if (contacts.trim() === '*') return faultOfStar(message);
  return faultOfContacts(contacts, message.method);
}

function hasCookie(message: SipMessage): boolean {
  return message.via?.branch?.startsWith(cookie) ?? false;
}

function isAddressOfRecord(uri: string): boolean {
  const scheme = schemeOf(uri);
  return scheme === 'tel' || parseUri(uri) !== undefined;
}

/** RFC 3261 §10.2.2: `*` only in a REGISTER that ends all bindings. */
function faultOfStar(message: SipMessage): Refusal | undefined {
  const expires = deltaSeconds(message.get(Header.expires) ?? '');
  return message.method === 'REGISTER' && expires === 0 ? undefined : bad('Contact: * without Expires: 0');
}

function faultOfContacts(contacts: string, method: string): Refusal | undefined {
  const parts = splitList(contacts);
  if (parts === undefined || parts.length > 64) return bad('Malformed Contact');
  for (const part of parts) {
    const contact = parseNameAddr(part);
    if (contact === undefined || !isContactUri(contact, method)) return bad('Malformed Contact');
  }
  return undefined;
}

function isContactUri(contact: NameAddr, method: string): boolean {
  const scheme = schemeOf(contact.uri);
  if (scheme === 'sip' || scheme === 'sips') return parseUri(contact.uri) !== undefined;
  return method !== 'INVITE' && method !== 'SUBSCRIBE'; // RFC 3261 §8.1.1.8: a SIP or SIPS URI where a dialog is made
}

/** Scalars out of range (RFC 4475 §3.1.2.4) and header values that end a parser elsewhere. */
function faultOfNumbers(message: SipMessage): Refusal | undefined {
  const hops = message.get(Header.maxForwards);
  if (hops !== undefined && !(/^\d{1,10}$/.test(hops) && Number(hops) <= 255)) return bad('Malformed Max-Forwards');
  const expires = message.get(Header.expires);
  if (expires !== undefined && deltaSeconds(expires) === undefined) return bad('Malformed Expires');
  return undefined;
}

/** RFC 3261 §8.2.2.3: 420 with Unsupported; not for ACK and CANCEL. */
function faultOfExtensions(message: SipMessage): Refusal | undefined {
  const required = message.joined(Header.require);
  if (required === undefined || message.method === 'ACK' || message.method === 'CANCEL') return undefined;
  const unknown = required
    .split(',')
    .map((tag) => tag.trim())
    .filter((tag) => tag !== '' && !knownExtensions.has(tag.toLowerCase()));
  if (unknown.length === 0) return undefined;
  return { status: 420, reason: 'Bad Extension', headers: [`Unsupported: ${unknown.join(', ')}`] };
}

/**
 * RFC 3261 §8.2.3 and §21.4.7: a session is described in SDP (alone or within a multipart body) or not at all;
 * the caller must be able to read SDP. Asked of INVITE only, after {@link faultOfRequest}.
 */
export function faultOfSessionBody(message: SipMessage): Refusal | undefined {
  const type = message.get(Header.contentType)?.toLowerCase();
  const optional = /handling[ \t]*=[ \t]*optional/i.test(message.get(Header.contentDisposition) ?? '');
  if (
    type !== undefined &&
    message.bodyEnd > message.bodyAt &&
    !optional &&
    !/^(application\/sdp|multipart\/)/.test(type)
  )
    return { status: 415, reason: 'Unsupported Media Type', headers: ['Accept: application/sdp'] };
  const accept = message.joined(Header.accept)?.toLowerCase();
  if (accept === undefined || /application\/(sdp|\*)|\*\/\*|multipart\//.test(accept) || accept.trim() === '')
    return undefined;
  return { status: 406, reason: 'Not Acceptable' };
}
