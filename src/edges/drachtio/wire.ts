import { headerValue, isHeaderName } from '../../protocol/sip/header-value.ts';
import type { Reactions, Sender, SentRequest, SipResponse } from './srf.ts';

/**
 * The only file that hands text to the engine: every header, URI and reason phrase passes the choke point
 * `protocol/sip/header-value` here, because what is sent is written as it comes.
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

/** RFC 3261 §25.1: nothing below space, no space, no quote or bracket; `|` would break the admin wire's leader. */
const uriText = /^sips?:[!#-;=?-{}~]+$/;

/** Sends a request. What cannot be sent is told to `failed`, never thrown. Reactions come synchronously with the frames they answer. */
export function sendRequest(srf: Sender, request: Outgoing, on: Reactions): void {
  let failed: unknown;
  try {
    srf.send(
      {
        method: request.method,
        uri: uriValue(request.uri),
        proxy: request.proxy === undefined ? undefined : uriValue(request.proxy),
        headers: written(request.headers),
        body: request.body,
        dialog: request.dialog,
      },
      on,
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

/** Answers a request. A second final response, or one on a lost connection, is dropped. */
export function respond(res: SipResponse, status: number, { reason, headers, body, sent }: Response = {}): void {
  const checked = reason === undefined ? undefined : headerValue('reason phrase', reason);
  res.send(status, { reason: checked, headers: headers === undefined ? '' : written(headers), body }, sent);
}

export function cancelRequest(req: SentRequest, headers: Headers): void {
  req.cancel(written(headers));
}

/** Challenges must not share a line (RFC 3261 §7.3.1): an array is as many lines. */
function written(headers: Headers): string {
  let lines = '';
  for (const name in headers) {
    const value = headers[name];
    if (value === undefined) continue;
    if (!isHeaderName(name)) throw new Error('a header name that is no token');
    if (typeof value === 'string') lines += `${name}: ${headerValue(name, value)}\r\n`;
    else for (const one of value) lines += `${name}: ${headerValue(name, one)}\r\n`;
  }
  return lines;
}

function uriValue(uri: string): string {
  if (!uriText.test(uri)) throw new Error('a URI that cannot stand in a request');
  return uri;
}
