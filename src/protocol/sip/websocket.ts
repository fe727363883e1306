/** SIP over WebSocket (RFC 7118): who may open a connection, and what a message of it is. */
import type { Refusal } from './sanity.ts';
import { isIpv4 } from './uri.ts';

/** The subprotocol both sides must name (RFC 7118 §4.1). */
export const subprotocol = 'sip';

export interface Handshake {
  /** `Sec-WebSocket-Protocol` as it came. */
  readonly protocols: string | undefined;
  readonly origin: string | undefined;
}

/**
 * What an opening handshake is refused with, or undefined. A page names its origin itself and cannot lie about it (RFC 6455
 * §10.2); whoever names none is no page, and proves a password like everybody.
 * @param origins that may connect, as a browser writes them (`https://telephone.example`); undefined: every one
 */
export function faultOfHandshake(
  { protocols, origin }: Handshake,
  origins: readonly string[] | undefined,
): Refusal | undefined {
  const offered = (protocols ?? '').split(',').map((name) => name.trim().toLowerCase());
  if (!offered.includes(subprotocol)) return { status: 400, reason: 'Bad Request' };
  if (origins === undefined || origin === undefined) return undefined;
  const wanted = origin.toLowerCase();
  return origins.some((one) => one.toLowerCase() === wanted) ? undefined : { status: 403, reason: 'Forbidden' };
}

/**
 * Where a browser is, behind a proxy that takes the TLS off: the last address of `X-Forwarded-For` is the one the proxy saw itself,
 * those before it are hearsay. Undefined: the header does not say.
 */
export function forwardedFor(header: string | undefined): string | undefined {
  const last = (header ?? '').split(',').at(-1)?.trim() ?? '';
  return isIpv4(last) || ipv6.test(last) ? last : undefined;
}

const ipv6 = /^(?=.{2,45}$)[0-9A-Fa-f]{0,4}:[0-9A-Fa-f:]*:[0-9A-Fa-f.:]*$/;

/** What is sent to a double CR LF (RFC 5626 §3.5.1). */
export const keepAliveAnswer = '\r\n';

/** A message of nothing but CR LF is a sign of life: undefined when it is none, else what it is answered with, '' for nothing. */
export function answerToKeepAlive(message: string): string | undefined {
  if (message === '\r\n\r\n') return keepAliveAnswer;
  return message === '\r\n' || message === '' ? '' : undefined;
}
