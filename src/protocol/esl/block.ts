import { percentEncode } from './encode.ts';
import type { EslEvent } from './event.ts';

/** What the engine writes. All end lines with LF; lengths are octets. */
export function authRequest(): string {
  return 'Content-Type: auth/request\n\n';
}

/** The answer to anything but `api`. The text is one line. */
export function commandReply(text: string): string {
  return `Content-Type: command/reply\nReply-Text: ${oneLine(text)}\n\n`;
}

export function apiResponse(body: string): string {
  return `Content-Type: api/response\nContent-Length: ${octets(body)}\n\n${body}`;
}

/** The answer to `connect` on an outbound socket: the channel's data as headers, without a body. */
export function connectReply(channel: EslEvent): string {
  return `${headerLines(channel)}\n`;
}

/** One `Name: value` a line, percent-encoded: the body of `uuid_dump`. */
export function headerLines(event: EslEvent): string {
  let text = '';
  for (const [name, value] of Object.entries(event))
    if (value !== undefined) text += `${name}: ${percentEncode(value)}\n`;
  return text;
}

/** An event as JSON: values as they are, everything a string. */
export function jsonEvent(event: EslEvent): string {
  const json = JSON.stringify(event);
  return `Content-Length: ${octets(json)}\nContent-Type: text/event-json\n\n${json}`;
}

/** The last words before a socket is closed; `uuid` when it belongs to a channel. */
export function disconnectNotice(uuid?: string): string {
  const body = 'Disconnected, goodbye.\nSee you at ClueCon! http://www.cluecon.com/\n';
  const controlled = uuid === undefined ? '' : `Controlled-Session-UUID: ${uuid}\nContent-Disposition: disconnect\n`;
  return `Content-Type: text/disconnect-notice\n${controlled}Content-Length: ${octets(body)}\n\n${body}`;
}

/** Said to an address that may not connect. */
export function rudeRejection(): string {
  const body = 'Access Denied, go away.\n';
  return `Content-Type: text/rude-rejection\nContent-Length: ${octets(body)}\n\n${body}`;
}

function oneLine(text: string): string {
  return text.replace(/[\r\n]+/g, ' ');
}

function octets(text: string): number {
  return new TextEncoder().encode(text).length;
}
