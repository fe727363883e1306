/**
 * The choke point: whatever is written into a SIP header, by the engine or by the application, passes here.
 *
 * RFC 3261 §25.1: a field value is TEXT-UTF8 and LWS; CR, LF, NUL and the other control characters end or corrupt it.
 * Text that carries one is refused, never repaired: a caller who sends `a\r\nP-Asserted-Identity: <sip:chief@town>`
 * means harm. Horizontal tab is white space and allowed.
 */

/** Thrown by the writers below. The message names the header and the character's number, never the value. */
export class HeaderRefused extends Error {
  readonly header: string;
  constructor(header: string, why: string) {
    super(`header ${header.replaceAll(notToken, '?').slice(0, 40)} refused: ${why}`);
    this.name = 'HeaderRefused';
    this.header = header;
  }
}

const notToken = /[^A-Za-z0-9\-.!%*_+`'~]/g;
const token = /^[A-Za-z0-9\-.!%*_+`'~]+$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this file is about
const control = /[\x00-\x08\x0a-\x1f\x7f]/;

/** Is this text free of CR, LF, NUL and every other control character but tab? */
export function isSafeHeaderValue(value: string): boolean {
  return !control.test(value);
}

/** Is this a header name: an RFC 3261 §25.1 token, at most 64 characters? */
export function isHeaderName(name: string): boolean {
  return name.length <= 64 && token.test(name);
}

/**
 * The value itself, when it may stand in a header.
 * @throws {HeaderRefused} when it holds a control character
 */
export function headerValue(name: string, value: string): string {
  const found = control.exec(value);
  if (found === null) return value;
  throw new HeaderRefused(name, `control character ${found[0].charCodeAt(0)} at ${found.index}`);
}

/**
 * `Name: value` with its line end.
 * @throws {HeaderRefused} when the name is no token or the value holds a control character
 */
export function headerLine(name: string, value: string): string {
  if (!isHeaderName(name)) throw new HeaderRefused(name, 'the name is not a token');
  return `${name}: ${headerValue(name, value)}\r\n`;
}

/**
 * A display name as a quoted string: backslash and quote escaped (RFC 3261 §25.1 quoted-string).
 * @throws {HeaderRefused} when it holds a control character
 */
export function quoted(text: string): string {
  return `"${headerValue('display name', text).replaceAll(/["\\]/g, '\\$&')}"`;
}
