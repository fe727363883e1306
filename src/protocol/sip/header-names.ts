/**
 * The header registry: every header this software reads or orders, its canonical spelling and compact form
 * (RFC 3261 §7.3.3 and §20, IANA SIP header registry). A header is known by a small number; 0 is every other name.
 */

const registry = [
  ['unknown', ''],
  ['via', 'Via', 'v'],
  ['from', 'From', 'f'],
  ['to', 'To', 't'],
  ['callId', 'Call-ID', 'i'],
  ['cseq', 'CSeq'],
  ['contact', 'Contact', 'm'],
  ['contentLength', 'Content-Length', 'l'],
  ['contentType', 'Content-Type', 'c'],
  ['maxForwards', 'Max-Forwards'],
  ['route', 'Route'],
  ['recordRoute', 'Record-Route'],
  ['require', 'Require'],
  ['proxyRequire', 'Proxy-Require'],
  ['supported', 'Supported', 'k'],
  ['unsupported', 'Unsupported'],
  ['expires', 'Expires'],
  ['minExpires', 'Min-Expires'],
  ['sessionExpires', 'Session-Expires', 'x'],
  ['minSe', 'Min-SE'],
  ['rseq', 'RSeq'],
  ['rack', 'RAck'],
  ['reason', 'Reason'],
  ['userAgent', 'User-Agent'],
  ['server', 'Server'],
  ['allow', 'Allow'],
  ['accept', 'Accept'],
  ['acceptEncoding', 'Accept-Encoding'],
  ['acceptLanguage', 'Accept-Language'],
  ['acceptContact', 'Accept-Contact', 'a'],
  ['rejectContact', 'Reject-Contact', 'j'],
  ['requestDisposition', 'Request-Disposition', 'd'],
  ['authorization', 'Authorization'],
  ['proxyAuthorization', 'Proxy-Authorization'],
  ['wwwAuthenticate', 'WWW-Authenticate'],
  ['proxyAuthenticate', 'Proxy-Authenticate'],
  ['authenticationInfo', 'Authentication-Info'],
  ['contentEncoding', 'Content-Encoding', 'e'],
  ['contentDisposition', 'Content-Disposition'],
  ['contentLanguage', 'Content-Language'],
  ['mimeVersion', 'MIME-Version'],
  ['date', 'Date'],
  ['subject', 'Subject', 's'],
  ['timestamp', 'Timestamp'],
  ['warning', 'Warning'],
  ['retryAfter', 'Retry-After'],
  ['referTo', 'Refer-To', 'r'],
  ['referredBy', 'Referred-By', 'b'],
  ['replaces', 'Replaces'],
  ['event', 'Event', 'o'],
  ['allowEvents', 'Allow-Events', 'u'],
  ['subscriptionState', 'Subscription-State'],
  ['sipEtag', 'SIP-ETag'],
  ['sipIfMatch', 'SIP-If-Match'],
  ['path', 'Path'],
  ['serviceRoute', 'Service-Route'],
  ['pAssertedIdentity', 'P-Asserted-Identity'],
  ['pPreferredIdentity', 'P-Preferred-Identity'],
  ['remotePartyId', 'Remote-Party-ID'],
  ['privacy', 'Privacy'],
  ['diversion', 'Diversion'],
  ['historyInfo', 'History-Info'],
  ['identity', 'Identity', 'y'],
  ['organization', 'Organization'],
  ['callInfo', 'Call-Info'],
  ['alertInfo', 'Alert-Info'],
  ['errorInfo', 'Error-Info'],
  ['priority', 'Priority'],
  ['inReplyTo', 'In-Reply-To'],
  ['replyTo', 'Reply-To'],
] as const satisfies readonly (readonly [key: string, canonical: string, compact?: string])[];

type Key = (typeof registry)[number][0];

/** `Header.via` and the like: the number of a known header. */
export const Header = Object.fromEntries(registry.map(([key], id) => [key, id])) as Readonly<Record<Key, number>>;

/** Canonical spelling by number; `''` for 0. */
export const headerNames: readonly string[] = registry.map((row) => row[1]);

/** Headers that may stand only once in a message (RFC 3261 §7.3.1: those not defined as a comma-separated list). */
export const onceOnly: ReadonlySet<number> = new Set(
  (
    ['from', 'to', 'callId', 'cseq', 'contentLength', 'contentType', 'maxForwards', 'expires', 'date', 'rseq', 'rack',
      'sessionExpires', 'minSe', 'referTo', 'event', 'subscriptionState', 'timestamp', 'retryAfter',
      'minExpires', 'replaces', 'userAgent', 'server', 'subject', 'mimeVersion'] as const
  ).map((key) => Header[key]),
); // biome-ignore format: a registry reads best in lines

interface Candidate {
  readonly id: number;
  readonly lower: string;
}

const buckets: readonly (readonly Candidate[])[] = makeBuckets();

/**
 * The number of the header whose name is `text[start..end)`, case-insensitively, long or compact form; 0 when unknown.
 * Allocates nothing: a bucket is found from length, first and last letter, then compared letter by letter.
 */
export function headerId(text: string, start: number, end: number): number {
  const bucket = buckets[slot(end - start, text.charCodeAt(start) | 0x20, text.charCodeAt(end - 1) | 0x20)];
  if (bucket === undefined) return 0;
  for (const candidate of bucket) if (sameLetters(text, start, end, candidate.lower)) return candidate.id;
  return 0;
}

function sameLetters(text: string, start: number, end: number, lower: string): boolean {
  if (lower.length !== end - start) return false;
  for (let i = 0; i < lower.length; i += 1) {
    const code = text.charCodeAt(start + i);
    const folded = code >= 0x41 && code <= 0x5a ? code | 0x20 : code;
    if (folded !== lower.charCodeAt(i)) return false;
  }
  return true;
}

function slot(length: number, first: number, last: number): number {
  return (length * 73 + first * 31 + last) & 0xff;
}

function makeBuckets(): Candidate[][] {
  const made: Candidate[][] = Array.from({ length: 256 }, () => []);
  registry.forEach((row, id) => {
    for (const name of [row[1], row.length > 2 ? row[2] : undefined]) {
      if (!name) continue;
      const lower = name.toLowerCase();
      made[slot(lower.length, lower.charCodeAt(0) | 0x20, lower.charCodeAt(lower.length - 1) | 0x20)]?.push({
        id,
        lower,
      });
    }
  });
  return made;
}
