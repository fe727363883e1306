/**
 * Frames of the drachtio admin protocol: decimal length, `#`, then exactly that many bytes. Text is a byte string, one
 * character per byte, so that lengths and SIP bodies are right whatever is in them.
 */

export interface FrameSpan {
  readonly start: number;
  readonly end: number;
}

const hash = 0x23;
const maxDigits = 5;

/** The frame that begins at `from`: its text's span, `more` when it is not whole yet, `malformed` when it never will be. */
export function findFrame(bytes: Uint8Array, from: number): FrameSpan | 'more' | 'malformed' {
  let length = 0;
  let at = from;
  for (; at - from <= maxDigits && at < bytes.length; at += 1) {
    const digit = (bytes[at] ?? hash) - 0x30;
    if (digit < 0 || digit > 9) break;
    length = length * 10 + digit;
  }
  if (at - from > maxDigits) return 'malformed';
  if (at === bytes.length) return 'more';
  if (bytes[at] !== hash || length === 0) return 'malformed';
  return at + 1 + length > bytes.length ? 'more' : { start: at + 1, end: at + 1 + length };
}

export function writeFrame(text: string): string {
  return `${text.length}#${text}`;
}
