/** Something a person can be known by. It is written masked, except on debug and trace lines. */
export class Pii {
  readonly clear: string;
  constructor(clear: string) {
    this.clear = clear;
  }
  toString(): string {
    return masked(this.clear);
  }
  toJSON(): string {
    return masked(this.clear);
  }
}

/** Marks a number or an address for the log: `log.info({ call, from: pii(number) }, 'a call comes in')`. */
export function pii(text: string): Pii {
  return new Pii(text);
}

/** `+33199004101` becomes `+3319900****`, `4101` becomes `41**`, `sip:4101@192.0.2.1` becomes `sip:41**@192.0.2.1`. */
export function masked(text: string): string {
  const at = text.lastIndexOf('@');
  const host = at === -1 ? '' : text.slice(at);
  const user = at === -1 ? text : text.slice(0, at);
  return user.replace(/\d{3,}/g, maskDigits) + host;
}

/** The last four digits of a public number, the last two of an extension. */
function maskDigits(digits: string): string {
  const hidden = digits.length > 5 ? 4 : 2;
  return digits.slice(0, -hidden) + '*'.repeat(hidden);
}

/** A net under free text: what looks like a public number is masked although nobody marked it. */
export function maskedInText(text: string): string {
  return text.replace(/\+\d{7,15}|\b00?[1-9]\d{8,13}\b/g, masked);
}
