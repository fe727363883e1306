/** Comma-separated header values (RFC 3261 §7.3.1), quotes and angle brackets respected. */

/** The elements, trimmed. Undefined when a quote or a bracket is left open. */
export function splitList(value: string): string[] | undefined {
  if (!value.includes(',')) return balanced(value) ? [value.trim()] : undefined;
  const found: string[] = [];
  let from = 0;
  for (;;) {
    const end = elementEnd(value, from);
    if (end < 0) return undefined;
    found.push(value.slice(from, end).trim());
    if (end >= value.length) return found;
    from = end + 1;
  }
}

function balanced(value: string): boolean {
  return elementEnd(value, 0) >= 0;
}

/** Offset of the comma that ends the element, or the text's length; -1 when something is left open. */
function elementEnd(value: string, from: number): number {
  for (let i = from; i < value.length; i += 1) {
    const code = value.charCodeAt(i);
    if (code === 0x2c) return i;
    if (code === 0x22) i = quoteEnd(value, i);
    else if (code === 0x3c) i = value.indexOf('>', i);
    if (i < 0) return -1;
  }
  return value.length;
}

/** Offset of the quote that closes the one at `open`, or -1 (backslash escapes the next character). */
export function quoteEnd(value: string, open: number): number {
  for (let i = open + 1; i < value.length; i += 1) {
    const code = value.charCodeAt(i);
    if (code === 0x5c) i += 1;
    else if (code === 0x22) return i;
  }
  return -1;
}
