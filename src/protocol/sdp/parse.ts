import type { Attribute, Connection, Origin, SessionDescription } from './description.ts';

const MAX_TEXT = 65_536;
const MAX_LINES = 1_000;
const MAX_LINE = 4_096;
const MAX_MEDIA = 16;
const MAX_FORMATS = 64;

interface Draft {
  origin?: Origin;
  name: string;
  connection?: Connection;
  readonly attributes: Attribute[];
  readonly media: MediaDraft[];
}

interface MediaDraft {
  readonly kind: string;
  readonly port: number;
  readonly protocol: string;
  readonly formats: readonly string[];
  connection?: Connection;
  readonly attributes: Attribute[];
}

/**
 * Reads a session description. Lenient where telephones are careless: bare LF, missing `s=` and `t=`, trailing
 * blanks. Returns a sentence when it cannot be used. Never throws; bounded in size, lines and media.
 */
export function parseSdp(text: string): SessionDescription | string {
  if (text.length > MAX_TEXT) return 'more than 64 KiB';
  const lines = text.split(/\r\n|\n|\r/);
  if (lines.length > MAX_LINES) return `more than ${MAX_LINES} lines`;
  if (lines[0]?.trimEnd() !== 'v=0') return 'does not begin with v=0';
  const draft: Draft = { name: '-', attributes: [], media: [] };
  for (const line of lines.slice(1)) {
    const problem = readLine(line.trimEnd(), draft);
    if (problem !== undefined) return problem;
  }
  return draft.origin === undefined ? 'no o= line' : { ...draft, origin: draft.origin };
}

function readLine(line: string, draft: Draft): string | undefined {
  if (line === '') return undefined;
  if (line.length > MAX_LINE || line.charAt(1) !== '=') return 'a line that is no SDP';
  const value = line.slice(2);
  const media = draft.media.at(-1);
  switch (line.charAt(0)) {
    case 'o':
      return readOrigin(value, draft);
    case 's':
      draft.name = value;
      return undefined;
    case 'c':
      return readConnection(value, media ?? draft);
    case 'a':
      (media ?? draft).attributes.push(readAttribute(value));
      return undefined;
    case 'm':
      return readMedia(value, draft);
    default:
      // b=, t=, i=, k= and the others say nothing that matters to a telephone call.
      return undefined;
  }
}

function readOrigin(value: string, draft: Draft): string | undefined {
  const [user = '', sessionId = '', version = '', net, family, address] = value.split(/ +/);
  const connection = toConnection(net, family, address);
  if (connection === undefined) return 'an o= line without an address';
  draft.origin = { user, sessionId, version, connection };
  return undefined;
}

function readConnection(value: string, to: { connection?: Connection }): string | undefined {
  const [net, family, address] = value.split(/ +/);
  const connection = toConnection(net, family, address);
  if (connection === undefined) return 'a c= line without an address';
  to.connection = connection;
  return undefined;
}

function toConnection(net?: string, family?: string, address?: string): Connection | undefined {
  if (net !== 'IN' || (family !== 'IP4' && family !== 'IP6') || address === undefined) return undefined;
  // A multicast TTL ("/127") is cut off; we do not listen to groups.
  const plain = address.split('/', 1)[0] ?? '';
  return /^[0-9A-Za-z.:-]{1,255}$/.test(plain) ? { family, address: plain } : undefined;
}

function readAttribute(value: string): Attribute {
  const colon = value.indexOf(':');
  return colon === -1 ? { name: value } : { name: value.slice(0, colon), value: value.slice(colon + 1) };
}

function readMedia(value: string, draft: Draft): string | undefined {
  const [kind = '', port = '', protocol = '', ...formats] = value.split(/ +/);
  const number = /^(\d{1,5})(\/\d{1,3})?$/.exec(port)?.[1];
  if (number === undefined || Number(number) > 65_535 || protocol === '') return 'an m= line that is none';
  if (draft.media.length >= MAX_MEDIA || formats.length > MAX_FORMATS) return 'too many media or formats';
  draft.media.push({ kind, port: Number(number), protocol, formats, attributes: [] });
  return undefined;
}
