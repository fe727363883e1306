/** SIP and SIPS URIs (RFC 3261 §19.1, IPv6 references per RFC 5118 §4.1). */
import { noParams, Params } from './headers/params.ts';

export interface SipUri {
  readonly scheme: 'sip' | 'sips';
  /** As written, still escaped; undefined when there is no user part. */
  readonly user: string | undefined;
  readonly password: string | undefined;
  /** Lower case; an IPv6 address keeps its brackets. */
  readonly host: string;
  readonly port: number | undefined;
  /** Names in lower case, values as written; a parameter without value has ''. */
  readonly params: Params;
  /** What follows `?`, as written. */
  readonly headers: string | undefined;
}

const userText = /^(?:[A-Za-z0-9\-_.!~*'()&=+$,;?/#]|%[0-9A-Fa-f]{2})+$/;
const passwordText = /^(?:[A-Za-z0-9\-_.!~*'()&=+$,]|%[0-9A-Fa-f]{2})*$/;
const hostName = /^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9.])?$/;
const ipv6Reference = /^\[[0-9A-Fa-f:.]+\]$/;
const ipv4Address = /^(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?:25[0-5]|2[0-4]\d|1?\d?\d)){3}$/;
const paramText = /^(?:[A-Za-z0-9\-_.!~*'()[\]/:&+$]|%[0-9A-Fa-f]{2})+$/;
const headersText = /^(?:[A-Za-z0-9\-_.!~*'()[\]/?:+$=&]|%[0-9A-Fa-f]{2})*$/;
const schemeText = /^([A-Za-z][A-Za-z0-9+.-]*):/;

/** URIs come again and again (every message of a call names the same few): the last ones are kept, values only. */
const kept = new Map<string, SipUri | undefined>();
const mostKept = 4096;

/** The URI's parts, or undefined when it is no well-formed `sip:` or `sips:` URI. */
export function parseUri(text: string): SipUri | undefined {
  const known = kept.get(text);
  if (known !== undefined || text.length > 256) return known ?? readUri(text);
  const uri = readUri(text);
  if (kept.size >= mostKept) kept.clear();
  kept.set(text, uri);
  return uri;
}

function readUri(text: string): SipUri | undefined {
  const scheme = schemeOf(text);
  if (scheme !== 'sip' && scheme !== 'sips') return undefined;
  const from = scheme.length + 1;
  const at = text.lastIndexOf('@');
  const who = at < 0 ? nobody : userInfo(text.slice(from, at));
  const behind = who && afterUser(at < 0 ? text.slice(from) : text.slice(at + 1));
  return behind && { scheme, ...who, ...behind };
}

const nobody = { user: undefined, password: undefined };

/** `host[:port][;params][?headers]` */
function afterUser(text: string): Pick<SipUri, 'host' | 'port' | 'params' | 'headers'> | undefined {
  const question = text.indexOf('?');
  const headers = question < 0 ? undefined : text.slice(question + 1);
  if (headers !== undefined && !headersText.test(headers)) return undefined;
  const rest = question < 0 ? text : text.slice(0, question);
  const semicolon = rest.indexOf(';');
  const where = hostPort(semicolon < 0 ? rest : rest.slice(0, semicolon));
  const params = semicolon < 0 ? noParams : uriParams(rest.slice(semicolon + 1));
  return where && params && { host: where.host, port: where.port, params, headers };
}

/** Scheme in lower case, or undefined when the text does not begin with one. */
export function schemeOf(text: string): string | undefined {
  if (text.startsWith('sip:')) return 'sip';
  return schemeText.exec(text)?.[1]?.toLowerCase();
}

export function isIpv4(host: string): boolean {
  return ipv4Address.test(host);
}

export function isIpv6Reference(host: string): boolean {
  return host.startsWith('[');
}

/** `host[:port]`; undefined when either is malformed. */
export function hostPort(text: string): { readonly host: string; readonly port: number | undefined } | undefined {
  const close = text.startsWith('[') ? text.indexOf(']') + 1 : 0;
  const colon = text.indexOf(':', close);
  const host = colon < 0 ? text : text.slice(0, colon);
  if (!(hostName.test(host) || ipv6Reference.test(host))) return undefined;
  if (colon < 0) return { host: host.toLowerCase(), port: undefined };
  const digits = text.slice(colon + 1);
  const port = /^\d{1,5}$/.test(digits) ? Number(digits) : 0;
  return port < 1 || port > 65535 ? undefined : { host: host.toLowerCase(), port };
}

/** Written back: `parseUri(writeUri(u))` gives the same parts. */
export function writeUri(uri: SipUri): string {
  const who = uri.user === undefined ? '' : `${uri.user}${uri.password === undefined ? '' : `:${uri.password}`}@`;
  const port = uri.port === undefined ? '' : `:${uri.port}`;
  let params = '';
  for (const [name, value] of uri.params) params += value === '' ? `;${name}` : `;${name}=${value}`;
  return `${uri.scheme}:${who}${uri.host}${port}${params}${uri.headers === undefined ? '' : `?${uri.headers}`}`;
}

function userInfo(text: string): { user: string; password: string | undefined } | undefined {
  const colon = text.indexOf(':');
  const user = colon < 0 ? text : text.slice(0, colon);
  const password = colon < 0 ? undefined : text.slice(colon + 1);
  if (!userText.test(user)) return undefined;
  return password !== undefined && !passwordText.test(password) ? undefined : { user, password };
}

function uriParams(text: string): Params | undefined {
  const flat: string[] = [];
  for (const part of text.split(';')) {
    const equals = part.indexOf('=');
    const name = equals < 0 ? part : part.slice(0, equals);
    const value = equals < 0 ? '' : part.slice(equals + 1);
    if (!paramText.test(name) || (equals >= 0 && !paramText.test(value))) return undefined;
    flat.push(name.toLowerCase(), value);
  }
  return new Params(flat);
}
