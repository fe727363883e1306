/** Via (RFC 3261 §20.42, rport RFC 3581). */
import { hostPort } from '../uri.ts';
import { noParams, type Params, parseParams } from './params.ts';

export interface Via {
  /** Upper case: UDP, TCP, TLS … */
  readonly transport: string;
  readonly host: string;
  readonly port: number | undefined;
  readonly branch: string | undefined;
  readonly params: Params;
}

// any version: a request of another one is answered 505 to where its Via says
const head = /^SIP[ \t]*\/[ \t]*\d+\.\d+[ \t]*\/[ \t]*([A-Za-z0-9\-.!%*_+`'~]+)[ \t]+/i;

/** The topmost Via of a Via header line, or undefined when it is malformed. */
export function parseVia(line: string): Via | undefined {
  const value = firstOf(line);
  const protocol = plainProtocol(value) ?? oddProtocol(value);
  if (protocol === undefined) return undefined;
  const semicolon = value.indexOf(';');
  const sentBy = value.slice(protocol.end, semicolon < 0 ? value.length : semicolon);
  const where = hostPort(/[ \t]/.test(sentBy) ? sentBy.replaceAll(/[ \t]/g, '') : sentBy);
  const params = semicolon < 0 ? noParams : parseParams(value.slice(semicolon));
  if (where === undefined || params === undefined) return undefined;
  const branch = params.get('branch') || undefined;
  return { transport: protocol.transport, host: where.host, port: where.port, branch, params };
}

interface Protocol {
  readonly transport: string;
  /** Offset of what follows the blank behind it. */
  readonly end: number;
}

const udp: Protocol = { transport: 'UDP', end: 12 };
const tcp: Protocol = { transport: 'TCP', end: 12 };

/** What nearly every Via begins with. */
function plainProtocol(value: string): Protocol | undefined {
  if (value.startsWith('SIP/2.0/UDP ')) return udp;
  return value.startsWith('SIP/2.0/TCP ') ? tcp : undefined;
}

function oddProtocol(value: string): Protocol | undefined {
  const start = head.exec(value);
  return start === null ? undefined : { transport: (start[1] ?? '').toUpperCase(), end: start[0].length };
}

/** The first element of a line that may hold several. */
export function firstOf(line: string): string {
  const comma = line.indexOf(',');
  return comma < 0 ? line : line.slice(0, comma).trimEnd();
}

/**
 * The line with `received` and `rport` of its first element set to where the packet came from
 * (RFC 3261 §18.2.1, RFC 3581 §4; always, whether the client asked or not).
 */
export function stampVia(line: string, via: Via | undefined, address: string, port: number): string {
  if (via === undefined) return line;
  const first = firstOf(line);
  const rest = line.slice(first.length);
  const stale = via.params.has('received') || via.params.has('rport');
  const kept = stale ? withoutStamp(first) : first;
  return `${kept}${via.host === address ? '' : `;received=${address}`};rport=${port}${rest}`;
}

function withoutStamp(first: string): string {
  return first.replaceAll(/;[ \t]*received[ \t]*=[^;]*/gi, '').replaceAll(/;[ \t]*rport(?:[ \t]*=[^;]*)?(?=;|$)/gi, '');
}

/** The port a response goes to when `rport` was not in play: sent-by's, else the transport's default. */
export function defaultPort(transport: string): number {
  return transport === 'TLS' || transport === 'tls' ? 5061 : 5060;
}

/** The magic cookie that says: branch is unique (RFC 3261 §8.1.1.7). */
export const cookie = 'z9hG4bK';
