/**
 * STUN, RFC 8489 §5:
 *
 *     |0 0|     message type          |         message length        |
 *     |                    magic cookie 0x2112A442                    |
 *     |                 transaction ID (96 bits)                      |
 *
 * followed by attributes: type, length, value, filled up to four octets.
 */
export interface StunMessage {
  readonly type: StunType;
  readonly transaction: Uint8Array;
  readonly attributes: readonly StunAttribute[];
}

export type StunType = 'binding request' | 'binding response' | 'binding error' | 'binding indication';

export interface StunAttribute {
  readonly type: number;
  readonly value: Uint8Array;
  /** Where the attribute begins in the message. */
  readonly at: number;
}

export const ATTRIBUTE = {
  username: 0x0006,
  messageIntegrity: 0x0008,
  errorCode: 0x0009,
  unknownAttributes: 0x000a,
  xorMappedAddress: 0x0020,
  priority: 0x0024,
  useCandidate: 0x0025,
  fingerprint: 0x8028,
  iceControlled: 0x8029,
  iceControlling: 0x802a,
} as const;

export const STUN_HEADER_BYTES = 20;
const COOKIE = [0x21, 0x12, 0xa4, 0x42] as const;
const MAX_BYTES = 1500;
const MAX_ATTRIBUTES = 32;
const TYPES: ReadonlyMap<number, StunType> = new Map([
  [0x0001, 'binding request'],
  [0x0011, 'binding indication'],
  [0x0101, 'binding response'],
  [0x0111, 'binding error'],
]);

/** RFC 7983 §7: on a port shared with DTLS and RTP, a first octet of 0 to 3 is STUN. */
export function isStun(packet: Uint8Array): boolean {
  return (
    packet.length >= STUN_HEADER_BYTES &&
    (packet[0] as number) <= 3 &&
    COOKIE.every((byte, i) => packet[4 + i] === byte)
  );
}

/** Undefined for what is no well-formed binding message. */
export function readStun(packet: Uint8Array): StunMessage | undefined {
  if (!isStun(packet) || packet.length > MAX_BYTES) return undefined;
  const type = TYPES.get(uint16(packet, 0));
  if (type === undefined || uint16(packet, 2) !== packet.length - STUN_HEADER_BYTES || packet.length % 4 !== 0)
    return undefined;
  const attributes: StunAttribute[] = [];
  for (let at = STUN_HEADER_BYTES; at < packet.length; ) {
    const length = uint16(packet, at + 2);
    if (at + 4 + length > packet.length || attributes.length >= MAX_ATTRIBUTES) return undefined;
    attributes.push({ type: uint16(packet, at), value: packet.subarray(at + 4, at + 4 + length), at });
    at += 4 + Math.ceil(length / 4) * 4;
  }
  return { type, transaction: packet.subarray(8, STUN_HEADER_BYTES), attributes };
}

export function stunAttribute(message: StunMessage, type: number): StunAttribute | undefined {
  return message.attributes.find((one) => one.type === type);
}

/** A message without integrity and fingerprint; `room` octets are left for them. The length says `length` octets of attributes. */
export function writeStun(
  type: StunType,
  transaction: Uint8Array,
  attributes: readonly Pick<StunAttribute, 'type' | 'value'>[],
): Uint8Array {
  const bytes = attributes.reduce((sum, { value }) => sum + 4 + Math.ceil(value.length / 4) * 4, STUN_HEADER_BYTES);
  const packet = new Uint8Array(bytes);
  const code = [...TYPES].find(([, name]) => name === type)?.[0] ?? 0;
  putUint16(packet, 0, code);
  putUint16(packet, 2, bytes - STUN_HEADER_BYTES);
  packet.set(COOKIE, 4);
  packet.set(transaction, 8);
  let at = STUN_HEADER_BYTES;
  for (const attribute of attributes) {
    putUint16(packet, at, attribute.type);
    putUint16(packet, at + 2, attribute.value.length);
    packet.set(attribute.value, at + 4);
    at += 4 + Math.ceil(attribute.value.length / 4) * 4;
  }
  return packet;
}

export function uint16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
}

export function putUint16(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >> 8;
  bytes[at + 1] = value;
}
