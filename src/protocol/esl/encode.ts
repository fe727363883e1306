const ESCAPED = new Set([...'"#%&+:;<=>?@[\\]^`{|}'].map((letter) => letter.charCodeAt(0)));

/**
 * Percent-encodes a header value as the event socket does in `command/reply` blocks: CR, LF, blank, all outside
 * 0x20–0x7E, and the letters that mean something. Clients decode every header of every block and stop the process on a
 * stray `%`, so everything that is written must pass through here. Lone surrogates become U+FFFD: always valid UTF-8.
 */
export function percentEncode(value: string): string {
  if (!/[^!$'()*,\-./0-9A-Z_a-z~]/.test(value)) return value;
  let text = '';
  for (const byte of new TextEncoder().encode(value)) {
    const isPlain = byte > 0x20 && byte < 0x7f && !ESCAPED.has(byte);
    text += isPlain ? String.fromCharCode(byte) : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return text;
}

/** The other way; what is no escape is kept as it stands. Never throws. */
export function percentDecode(value: string): string {
  if (!value.includes('%')) return value;
  const bytes: number[] = [];
  for (let i = 0; i < value.length; i += 1) {
    const escaped = /^%([0-9A-Fa-f]{2})/.exec(value.slice(i, i + 3))?.[1];
    if (escaped === undefined) bytes.push(...new TextEncoder().encode(value.charAt(i)));
    else {
      bytes.push(Number.parseInt(escaped, 16));
      i += 2;
    }
  }
  return new TextDecoder('utf-8').decode(Uint8Array.from(bytes));
}
