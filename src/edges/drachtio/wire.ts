import { headerValue, isHeaderName } from '../../protocol/sip/header-value.ts';
import type { Ack, SipRequest, SipResponse, SrfClient } from './srf.ts';

/**
 * The only file that hands text to the library: every header, URI and reason phrase passes the choke point
 * `protocol/sip/header-value` here, because drachtio-srf writes values as they come.
 */

/** Undefined values are left out; an array is written as so many lines of that name. */
export type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

export interface Outgoing {
  readonly method: string;
  readonly uri: string;
  /** Where it is sent, when not to the URI: a full SIP URI. */
  readonly proxy?: string | undefined;
  readonly headers: Headers;
  readonly body?: string | undefined;
  /** The dialog it belongs to, and the connection that dialog lives on. */
  readonly dialog?: { readonly id: string; readonly socket: unknown };
}

export interface Reactions {
  sent?(req: SipRequest): void;
  /** It could not be sent at all. */
  failed(error: Error): void;
  response?(res: SipResponse, ack: Ack): void;
  /** An UPDATE of the far end while this INVITE is unanswered. */
  update?(req: SipRequest, res: SipResponse): void;
}

/** RFC 3261 §25.1: nothing below space, no space, no quote or bracket; `|` would break the admin wire's leader. */
const uriText = /^sips?:[!#-;=?-{}~]+$/;

/** Sends a request. What cannot be sent is told to `failed`, never thrown. Reactions come synchronously with the frames they answer. */
export function sendRequest(srf: SrfClient, request: Outgoing, on: Reactions): void {
  let failed: unknown;
  try {
    srf.request(
      uriValue(request.uri),
      {
        method: request.method,
        headers: written(request.headers),
        ...(request.body && { body: request.body }),
        ...(request.proxy !== undefined && { proxy: uriValue(request.proxy) }),
        ...(request.dialog && { stackDialogId: request.dialog.id, _socket: request.dialog.socket }),
      },
      (error, req) => {
        if (error || !req) return on.failed(error ?? new Error('no request'));
        if (on.response) req.on('response', (res, ack) => on.response?.(res, ack));
        if (on.update) req.on('update', (update, res) => on.update?.(update, res));
        on.sent?.(req);
      },
    );
    return;
  } catch (error) {
    failed = error;
  }
  on.failed(failed instanceof Error ? failed : new Error(String(failed)));
}

export interface Response {
  readonly reason?: string;
  readonly headers?: Headers;
  readonly body?: string | undefined;
  /** The engine has sent it, or says why not. */
  readonly sent?: (error: unknown) => void;
}

/** Answers a request. A second final response, or one on a lost connection, is dropped by the library. */
export function respond(res: SipResponse, status: number, { reason, headers, body, sent }: Response = {}): void {
  res.send(
    status,
    reason === undefined ? undefined : headerValue('reason phrase', reason),
    { headers: written(headers ?? {}), ...(body && { body }) },
    sent,
  );
}

export function cancelRequest(req: SipRequest, headers: Headers): void {
  req.cancel({ headers: written(headers) });
}

function written(headers: Headers): Record<string, string> {
  const out: Record<string, string> = {};
  for (const name in headers) {
    const value = headers[name];
    if (value === undefined) continue;
    if (!isHeaderName(name)) throw new Error('a header name that is no token');
    out[name] = typeof value === 'string' ? headerValue(name, value) : lines(name, value);
  }
  return out;
}

/** The library knows one value a name. Challenges must not share a line (RFC 3261 §7.3.1), so the line ends are put between values that were each checked. */
function lines(name: string, values: readonly string[]): string {
  return values.map((value) => headerValue(name, value)).join(`\r\n${name}: `);
}

function uriValue(uri: string): string {
  if (!uriText.test(uri)) throw new Error('a URI that cannot stand in a request');
  return uri;
}
