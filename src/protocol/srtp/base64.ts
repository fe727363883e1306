const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** RFC 4648 §4, with padding. */
export function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const left = bytes.length - i;
    const group = ((bytes[i] as number) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    text += LETTERS.charAt(group >> 18) + LETTERS.charAt((group >> 12) & 63);
    text += left > 1 ? LETTERS.charAt((group >> 6) & 63) : '=';
    text += left > 2 ? LETTERS.charAt(group & 63) : '=';
  }
  return text;
}

/** Undefined for what is no base64. Padding may be missing: some phones leave it out. */
export function fromBase64(text: string): Uint8Array | undefined {
  const letters = text.replace(/=+$/, '');
  if (letters.length % 4 === 1 || !/^[A-Za-z0-9+/]*$/.test(letters)) return undefined;
  const bytes = new Uint8Array((letters.length * 3) >> 2);
  let group = 0;
  let bits = 0;
  let at = 0;
  for (const letter of letters) {
    group = ((group << 6) | LETTERS.indexOf(letter)) & 0xffffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes[at] = group >> bits;
      at += 1;
    }
  }
  return bytes;
}
