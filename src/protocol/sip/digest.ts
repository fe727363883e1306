/**
 * Digest mathematics of RFC 3261 §22 with RFC 8760 (SHA-256, SHA-512-256) and RFC 7616; RFC 2069 answers (no qop) too.
 * The hash is handed in; nothing here keeps a nonce, believes a caller or draws a random number.
 */
import { quoteEnd } from './headers/list.ts';

/** Lower-case hexadecimal hash of a byte string (one character per byte). */
export type Hash = (text: string) => string;

export type Algorithm = 'MD5' | 'MD5-sess' | 'SHA-256' | 'SHA-256-sess' | 'SHA-512-256' | 'SHA-512-256-sess';

export interface Challenge {
  readonly realm: string;
  readonly nonce: string;
  /** MD5 when the challenge names none (RFC 3261 §22.4). */
  readonly algorithm: Algorithm;
  readonly qop: readonly string[];
  readonly opaque: string | undefined;
  readonly stale: boolean;
}

export interface Credentials {
  readonly username: string;
  readonly realm: string;
  readonly nonce: string;
  readonly uri: string;
  readonly response: string;
  readonly algorithm: Algorithm;
  readonly qop: 'auth' | 'auth-int' | undefined;
  readonly nc: string | undefined;
  readonly cnonce: string | undefined;
  readonly opaque: string | undefined;
}

const algorithms: readonly Algorithm[] = [
  'MD5',
  'MD5-sess',
  'SHA-256',
  'SHA-256-sess',
  'SHA-512-256',
  'SHA-512-256-sess',
];

/** H(username:realm:password). */
export function ha1(hash: Hash, username: string, realm: string, password: string): string {
  return hash(`${username}:${realm}:${password}`);
}

/**
 * The `response` a holder of `ha1` gives (RFC 7616 §3.4.1; without qop RFC 2069).
 * @param body entity body, for qop=auth-int only
 */
export function digestResponse(
  hash: Hash,
  secret: string,
  method: string,
  given: Omit<Credentials, 'response' | 'opaque' | 'username' | 'realm'>,
  body = '',
): string {
  const session = given.algorithm.endsWith('-sess') ? hash(`${secret}:${given.nonce}:${given.cnonce ?? ''}`) : secret;
  const a2 = given.qop === 'auth-int' ? `${method}:${given.uri}:${hash(body)}` : `${method}:${given.uri}`;
  const middle = given.qop === undefined ? '' : `${given.nc ?? ''}:${given.cnonce ?? ''}:${given.qop}:`;
  return hash(`${session}:${given.nonce}:${middle}${hash(a2)}`);
}

/** Equal, in a time that depends on the length of `expected` alone. */
export function sameDigest(expected: string, given: string): boolean {
  let difference = expected.length ^ given.length;
  for (let i = 0; i < expected.length; i += 1) difference |= expected.charCodeAt(i) ^ (given.charCodeAt(i) || 0);
  return difference === 0;
}

/**
 * The Digest challenges of a WWW-Authenticate or Proxy-Authenticate value, which may hold several joined by commas.
 * Other schemes and unknown algorithms are left out (RFC 3261 §22.1: ignore what is not understood).
 */
export function parseChallenges(value: string): Challenge[] {
  const found: Challenge[] = [];
  for (const { scheme, params } of schemes(value)) {
    const realm = params.get('realm');
    const nonce = params.get('nonce');
    const algorithm = algorithmOf(params.get('algorithm'));
    if (scheme !== 'digest' || realm === undefined || nonce === undefined || algorithm === undefined) continue;
    const qop = (params.get('qop') ?? '').split(',').map((word) => word.trim().toLowerCase());
    const stale = params.get('stale')?.toLowerCase() === 'true';
    found.push({ realm, nonce, algorithm, qop: qop.filter(Boolean), opaque: params.get('opaque'), stale });
  }
  return found;
}

/** Credentials of an Authorization or Proxy-Authorization value; undefined when not Digest or incomplete. */
export function parseCredentials(value: string): Credentials | undefined {
  const first = schemes(value)[0];
  if (first === undefined || first.scheme !== 'digest') return undefined;
  const { params } = first;
  const [username, realm, nonce, uri, response] = ['username', 'realm', 'nonce', 'uri', 'response'].map((name) =>
    params.get(name),
  );
  const algorithm = algorithmOf(params.get('algorithm'));
  const qop = params.get('qop')?.toLowerCase();
  if (username === undefined || realm === undefined || nonce === undefined || uri === undefined) return undefined;
  if (response === undefined || algorithm === undefined) return undefined;
  if (qop !== undefined && qop !== 'auth' && qop !== 'auth-int') return undefined;
  const rest = { nc: params.get('nc'), cnonce: params.get('cnonce'), opaque: params.get('opaque') };
  return { username, realm, nonce, uri, response: response.toLowerCase(), algorithm, qop, ...rest };
}

/** `Digest realm="…", …` for a challenge header. */
export function writeChallenge(challenge: Challenge): string {
  const parts = [`realm=${text(challenge.realm)}`, `nonce=${text(challenge.nonce)}`];
  if (challenge.opaque !== undefined) parts.push(`opaque=${text(challenge.opaque)}`);
  if (challenge.stale) parts.push('stale=true');
  parts.push(`algorithm=${challenge.algorithm}`);
  if (challenge.qop.length > 0) parts.push(`qop="${challenge.qop.join(',')}"`);
  return `Digest ${parts.join(', ')}`;
}

/** `Digest username="…", …` for an Authorization header. */
export function writeCredentials(given: Credentials): string {
  const parts = [
    `username=${text(given.username)}`,
    `realm=${text(given.realm)}`,
    `nonce=${text(given.nonce)}`,
    `uri=${text(given.uri)}`,
    `response="${given.response}"`,
    `algorithm=${given.algorithm}`,
  ];
  if (given.opaque !== undefined) parts.push(`opaque=${text(given.opaque)}`);
  if (given.qop !== undefined) parts.push(`qop=${given.qop}`, `nc=${given.nc ?? ''}`);
  if (given.cnonce !== undefined) parts.push(`cnonce=${text(given.cnonce)}`);
  return `Digest ${parts.join(', ')}`;
}

function text(value: string): string {
  return `"${value.replaceAll(/["\\]/g, '\\$&')}"`;
}

function algorithmOf(name: string | undefined): Algorithm | undefined {
  if (name === undefined) return 'MD5';
  return algorithms.find((known) => known.toLowerCase() === name.toLowerCase());
}

interface Scheme {
  readonly scheme: string;
  readonly params: Map<string, string>;
}

const schemeStart = /[ \t,]*([A-Za-z0-9\-.!%*_+`'~]+)[ \t]+(?=[A-Za-z0-9\-.!%*_+`'~]+[ \t]*=)/y;
const param = /[ \t,]*([A-Za-z0-9\-.!%*_+`'~]+)[ \t]*=[ \t]*/y;
const bareValue = /[^\s,"]*/y;

/** `scheme name=value, name="value", scheme …`: told apart by whether a `=` follows the word. */
function schemes(value: string): Scheme[] {
  const found: Scheme[] = [];
  let at = 0;
  while (at < value.length && found.length < 16) {
    const start = match(schemeStart, value, at);
    if (start !== null) {
      found.push({ scheme: (start[1] ?? '').toLowerCase(), params: new Map() });
      at += start[0].length;
      continue;
    }
    const next = takeParam(value, at, found.at(-1));
    if (next < 0) break;
    at = next;
  }
  return found;
}

function takeParam(value: string, at: number, into: Scheme | undefined): number {
  const name = match(param, value, at);
  if (name === null || into === undefined) return -1;
  const from = at + name[0].length;
  const key = (name[1] ?? '').toLowerCase();
  if (value.charCodeAt(from) === 0x22) {
    const close = quoteEnd(value, from);
    if (close < 0) return -1;
    into.params.set(key, value.slice(from + 1, close).replaceAll(/\\(.)/gs, '$1'));
    return close + 1;
  }
  const bare = match(bareValue, value, from)?.[0] ?? '';
  into.params.set(key, bare);
  return from + bare.length;
}

function match(pattern: RegExp, value: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(value);
}
