import { joined, number16, number24 } from './bytes.ts';

/** A handshake message, whole (RFC 6347 §4.2.2). */
export interface HandshakeMessage {
  readonly type: number;
  readonly number: number;
  readonly body: Uint8Array;
}

export const HANDSHAKE = {
  clientHello: 1,
  serverHello: 2,
  certificate: 11,
  serverKeyExchange: 12,
  certificateRequest: 13,
  serverHelloDone: 14,
  certificateVerify: 15,
  clientKeyExchange: 16,
  finished: 20,
} as const;

const HEADER_BYTES = 12;
const MAX_MESSAGE = 16_384;
const MAX_AHEAD = 8;

/** As one unfragmented message: so it enters the hash of the handshake (RFC 6347 §4.2.6). */
export function writeHandshake({ type, number, body }: HandshakeMessage): Uint8Array {
  return joined([type], number24(body.length), number16(number), number24(0), number24(body.length), body);
}

interface Partial {
  readonly type: number;
  readonly body: Uint8Array;
  readonly has: Uint8Array;
  missing: number;
}

/** Puts the peer's messages together from fragments, in order; bounded in size and in how far ahead it looks. */
export class HandshakeReader {
  /** The number of the message expected next. */
  next = 0;
  readonly #partial = new Map<number, Partial>();

  /** Takes one handshake record; false when it cannot be. */
  push(fragment: Uint8Array): boolean {
    let at = 0;
    while (at + HEADER_BYTES <= fragment.length) {
      const view = new DataView(fragment.buffer, fragment.byteOffset + at);
      const length = view.getUint32(0) & 0xffffff;
      const offset = view.getUint32(5) & 0xffffff;
      const bytes = view.getUint32(8) & 0xffffff;
      const end = at + HEADER_BYTES + bytes;
      if (length > MAX_MESSAGE || offset + bytes > length || end > fragment.length) return false;
      this.#add(view.getUint8(0), view.getUint16(4), length, offset, fragment.subarray(at + HEADER_BYTES, end));
      at = end;
    }
    return at === fragment.length;
  }

  /** The next message, when it is whole. */
  take(): HandshakeMessage | undefined {
    const partial = this.#partial.get(this.next);
    if (partial === undefined || partial.missing > 0) return undefined;
    this.#partial.delete(this.next);
    this.next += 1;
    return { type: partial.type, number: this.next - 1, body: partial.body };
  }

  #add(type: number, number: number, length: number, offset: number, bytes: Uint8Array): void {
    if (number < this.next || number > this.next + MAX_AHEAD) return;
    const known = this.#partial.get(number);
    const partial = known ?? { type, body: new Uint8Array(length), has: new Uint8Array(length), missing: length };
    if (partial.type !== type || partial.body.length !== length) return;
    this.#partial.set(number, partial);
    for (let i = 0; i < bytes.length; i += 1) {
      if (partial.has[offset + i] === 1) continue;
      partial.has[offset + i] = 1;
      partial.body[offset + i] = bytes[i] as number;
      partial.missing -= 1;
    }
  }
}
