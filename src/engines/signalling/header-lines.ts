/** From the headers an application supplies to those that go out (contract: header rules). */

import { Header, headerNames, onceOnly } from '../../protocol/sip/header-names.ts';
import { parseCSeq } from '../../protocol/sip/headers/cseq.ts';
import { parseNameAddr, tagOf } from '../../protocol/sip/headers/name-addr.ts';
import type { SipMessage } from '../../protocol/sip/message.ts';
import { parseUri } from '../../protocol/sip/uri.ts';

export interface Supplied {
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly callId: string | undefined;
  readonly cseq: number | undefined;
  readonly maxForwards: string | undefined;
  readonly contacts: readonly string[];
  readonly contentType: string | undefined;
  readonly sessionExpires: string | undefined;
  /** Everything else, canonical names, each line with its end. */
  readonly extra: string;
  readonly requires100rel: boolean;
}

/** Never the application's to set. */
const dropped: ReadonlySet<number> = new Set([
  Header.via,
  Header.route,
  Header.recordRoute,
  Header.rseq,
  Header.contentLength,
]);

/** Handled apart from the rest. */
const apart: ReadonlySet<number> = new Set([
  Header.from,
  Header.to,
  Header.callId,
  Header.cseq,
  Header.maxForwards,
  Header.contact,
  Header.contentType,
  Header.sessionExpires,
]);

/**
 * Sort an application's headers. Where a single-valued header is given twice (a digest retry carries `Call-ID` and
 * `call-id`) the last one wins.
 * @param authority `address:port` put in place of `localhost` in From, To, Contact and P-Asserted-Identity
 */
export function supplied(message: SipMessage, authority: string): Supplied {
  const here = (value: string): string => localised(value, authority);
  const from = last(message, Header.from);
  const to = last(message, Header.to);
  return {
    from: from && here(from),
    to: to && here(to),
    callId: last(message, Header.callId),
    cseq: parseCSeq(last(message, Header.cseq) ?? '')?.number,
    maxForwards: last(message, Header.maxForwards),
    contacts: message.all(Header.contact).map(here),
    contentType: last(message, Header.contentType),
    sessionExpires: last(message, Header.sessionExpires),
    extra: extraLines(message, here),
    requires100rel: lists(message, Header.require, '100rel'),
  };
}

function extraLines(message: SipMessage, here: (value: string) => string): string {
  let extra = '';
  for (let i = 0; i < message.ids.length; i += 1) {
    const id = message.ids[i] ?? 0;
    if (dropped.has(id) || apart.has(id)) continue;
    if (id !== 0 && onceOnly.has(id) && message.ids.lastIndexOf(id) !== i) continue;
    const name = id === 0 ? properName(message.nameAt(i)) : headerNames[id];
    const value = message.valueAt(i);
    extra += `${name}: ${id === Header.pAssertedIdentity ? here(value) : value}\r\n`;
  }
  return extra;
}

/** Does a list header of the message name this tag? */
export function lists(message: SipMessage, id: number, tag: string): boolean {
  const words = message.joined(id)?.toLowerCase().split(',') ?? [];
  return words.some((word) => word.trim() === tag);
}

/** Body type: as supplied, SDP when the body looks like it; undefined when a body's type is unknown. */
export function bodyType(type: string | undefined, body: string): string | undefined {
  if (body === '') return type;
  return type ?? (body.startsWith('v=0') ? 'application/sdp' : undefined);
}

function last(message: SipMessage, id: number): string | undefined {
  const at = message.ids.lastIndexOf(id);
  return at < 0 ? undefined : message.valueAt(at) || undefined;
}

/** A capital after each hyphen; names that begin with X- are left as they are. */
function properName(name: string): string {
  if (name.startsWith('X-')) return name;
  return name.replaceAll(/(^|-)([a-z])/g, (_, before: string, letter: string) => before + letter.toUpperCase());
}

/** `…@localhost` becomes our own address and port, in angle brackets; name and parameters stay. */
function localised(value: string, authority: string): string {
  if (!value.includes('localhost')) return value;
  const parts = parseNameAddr(value);
  const uri = parts && atHome(parts.uri, authority);
  if (parts === undefined || uri === undefined) return value;
  const display = parts.display === '' ? '' : `${parts.display} `;
  let params = '';
  for (const [name, text] of parts.params) params += text === '' ? `;${name}` : `;${name}=${text}`;
  return `${display}<${uri}>${params}`;
}

/** The URI with our address for a host that is `localhost`, port included; undefined when it names another host. */
function atHome(text: string, authority: string): string | undefined {
  const uri = parseUri(text);
  if (uri?.host !== 'localhost') return undefined;
  const from = text.lastIndexOf('@') < 0 ? text.indexOf(':') + 1 : text.lastIndexOf('@') + 1;
  const port = uri.port === undefined ? '' : `:${uri.port}`;
  return text.slice(0, from) + authority + text.slice(from + 'localhost'.length + port.length);
}

/** The value with our tag appended when it carries none, and the tag. */
export function tagged(value: string, newTag: () => string): { readonly value: string; readonly tag: string } {
  const tag = tagOf(value);
  if (tag !== undefined && tag !== '') return { value, tag };
  const made = newTag();
  return { value: `${bracketed(value)};tag=${made}`, tag: made };
}

/** A bare URI with parameters gets brackets, or its parameters would become the header's. */
function bracketed(value: string): string {
  return value.includes('<') || !value.includes(';') ? value : `<${value}>`;
}
