/** What a character may be part of (RFC 3261 §25.1). */

/** By code: 3 a token character; 2 may stand in a header value; 0 a control character, to be looked at. */
export const characterKinds = new Uint8Array(256);
for (let code = 0x20; code < 256; code += 1) if (code !== 0x7f) characterKinds[code] = 2;
characterKinds[9] = 2;
for (const letter of "-.!%*_+`'~") characterKinds[letter.charCodeAt(0)] = 3;
for (let code = 0x30; code <= 0x39; code += 1) characterKinds[code] = 3;
for (let code = 0x41; code <= 0x5a; code += 1) {
  characterKinds[code] = 3;
  characterKinds[code | 0x20] = 3;
}

/** Is this a token: what methods, header names and parameter names are made of? */
export function isTokenText(text: string): boolean {
  for (let i = 0; i < text.length; i += 1) if (characterKinds[text.charCodeAt(i)] !== 3) return false;
  return text !== '';
}
