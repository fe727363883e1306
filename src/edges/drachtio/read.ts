import { splitList } from '../../protocol/sip/headers/list.ts';
import { parseNameAddr } from '../../protocol/sip/headers/name-addr.ts';
import { parseUri } from '../../protocol/sip/uri.ts';
import type { SipMessage } from './srf.ts';

/** A header of the message, whatever its spelling; repeated ones are joined by a comma. */
export function header(message: Pick<SipMessage, 'header'>, name: string): string | undefined {
  return message.header(name);
}

/** Elements of a list header; none when it is absent or malformed, `most` at most. */
export function list(value: string | undefined, most = 20): readonly string[] {
  if (value === undefined || value === '') return [];
  return splitList(value)?.slice(0, most) ?? [];
}

/** Does a header such as Supported or Require name this option? */
export function names(value: string | undefined, option: string): boolean {
  return value?.includes(option) === true && list(value).some((one) => one.toLowerCase() === option);
}

/** Who a header value speaks of: the user part of its URI, unescaped, and the display name. */
export function person(value: string | undefined): { readonly user: string; readonly name?: string } | undefined {
  const address = value === undefined ? undefined : parseNameAddr(value);
  if (address === undefined) return undefined;
  const user = userOf(address.uri);
  const name = displayName(address.display);
  return user === undefined ? undefined : { user, ...(name !== '' && { name }) };
}

const tel = /^tel:([+0-9A-Fa-f*#().-]{1,40})(?:;|$)/i;

/** The user part of a SIP or tel URI, unescaped and without its parameters (RFC 3261 §19.1.6); '' when it has none. */
export function userOf(uri: string): string | undefined {
  const number = tel.exec(uri)?.[1];
  if (number !== undefined) return number;
  const parsed = parseUri(uri);
  if (parsed === undefined) return undefined;
  const user = parsed.user ?? '';
  const semicolon = user.indexOf(';');
  return unescaped(semicolon < 0 ? user : user.slice(0, semicolon));
}

/** RFC 3261 §25.1 quoted-pair; the quotes are taken off. */
function displayName(display: string): string {
  return display.startsWith('"') ? display.slice(1, -1).replaceAll(/\\(.)/gs, '$1') : display;
}

function unescaped(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** A whole number of at most nine digits at the start of the value, as in Max-Forwards, Expires or Session-Expires. */
export function leadingNumber(value: string | undefined): number | undefined {
  const digits = value === undefined ? undefined : /^\s*(\d{1,9})/.exec(value)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** RFC 3326: the Q.850 cause of a Reason header. */
export function q850Of(reason: string | undefined): number | undefined {
  const cause = reason === undefined ? undefined : /Q\.850\s*;[^,]*?cause\s*=\s*(\d{1,3})/i.exec(reason)?.[1];
  const number = cause === undefined ? undefined : Number(cause);
  return number !== undefined && number >= 1 && number <= 127 ? number : undefined;
}
