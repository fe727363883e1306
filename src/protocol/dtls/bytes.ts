/** Reads octets front to back; once it has run over the end, `isBroken` says so and all it returned is worth nothing. */
export class ByteReader {
  isBroken = false;
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  number(octets: 1 | 2 | 3): number {
    const taken = this.take(octets);
    return taken.reduce((value, octet) => value * 256 + octet, 0);
  }

  take(octets: number): Uint8Array {
    const end = this.#at + octets;
    if (end > this.#bytes.length) {
      this.isBroken = true;
      this.#at = this.#bytes.length;
      return new Uint8Array(0);
    }
    const taken = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return taken;
  }

  /** A vector whose length stands before it, in so many octets (RFC 5246 §4.3). */
  vector(lengthOctets: 1 | 2 | 3): Uint8Array {
    return this.take(this.number(lengthOctets));
  }
}

export function joined(...parts: readonly (Uint8Array | readonly number[])[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

export function number16(value: number): readonly number[] {
  return [(value >> 8) & 255, value & 255];
}

export function number24(value: number): readonly number[] {
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
}

export function vector16(content: Uint8Array | readonly number[]): Uint8Array {
  return joined(number16(content.length), content);
}

export function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i += 1) difference |= (a[i] as number) ^ (b[i] as number);
  return difference === 0;
}
