/** Via (RFC 3261 §20.42, rport RFC 3581). */
import { hostPort } from '../uri.ts';
import { type Params, parseParams } from './params.ts';

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
  const start = head.exec(value);
  if (start === null) return undefined;
  const semicolon = value.indexOf(';');
  const sentBy = value.slice(start[0].length, semicolon < 0 ? value.length : semicolon).replaceAll(/[ \t]/g, '');
  const where = hostPort(sentBy);
  const params = parseParams(semicolon < 0 ? '' : value.slice(semicolon));
  if (where === undefined || params === undefined) return undefined;
  const named = start[1] ?? '';
  const transport = named === 'UDP' || named === 'TCP' ? named : named.toUpperCase();
  return { transport, host: where.host, port: where.port, branch: params.get('branch') || undefined, params };
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
export function stampVia(line: string, address: string, port: number): string {
  const first = firstOf(line);
  const rest = line.slice(first.length);
  const via = parseVia(first);
  if (via === undefined) return line;
  const differs = via.host !== address;
  let stamped = first
    .replaceAll(/;[ \t]*received[ \t]*=[^;]*/gi, '')
    .replaceAll(/;[ \t]*rport(?:[ \t]*=[^;]*)?(?=;|$)/gi, '');
  if (differs) stamped += `;received=${address}`;
  return `${stamped};rport=${port}${rest}`;
}

/** The port a response goes to when `rport` was not in play: sent-by's, else the transport's default. */
export function defaultPort(transport: string): number {
  return transport === 'TLS' || transport === 'tls' ? 5061 : 5060;
}

/** The magic cookie that says: branch is unique (RFC 3261 §8.1.1.7). */
export const cookie = 'z9hG4bK';
