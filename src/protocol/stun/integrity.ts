import { putUint32, uint32 } from '../rtp/packet.ts';
import { ATTRIBUTE, putUint16, STUN_HEADER_BYTES, type StunMessage, stunAttribute } from './message.ts';

/** HMAC-SHA1 of one piece, with the password as key: handed in. */
export type StunHmac = (data: Uint8Array) => Uint8Array;

const INTEGRITY_BYTES = 24;
const FINGERPRINT_BYTES = 8;
const FINGERPRINT_XOR = 0x5354554e;

/** Adds MESSAGE-INTEGRITY (RFC 8489 §14.5) and FINGERPRINT (§14.7). */
export function sealStun(packet: Uint8Array, hmac: StunHmac): Uint8Array {
  const sealed = new Uint8Array(packet.length + INTEGRITY_BYTES + FINGERPRINT_BYTES);
  sealed.set(packet);
  // The length counts the attribute that is being computed, but nothing after it.
  putUint16(sealed, 2, packet.length + INTEGRITY_BYTES - STUN_HEADER_BYTES);
  const tag = hmac(sealed.subarray(0, packet.length));
  putUint16(sealed, packet.length, ATTRIBUTE.messageIntegrity);
  putUint16(sealed, packet.length + 2, 20);
  sealed.set(tag.subarray(0, 20), packet.length + 4);
  const at = packet.length + INTEGRITY_BYTES;
  putUint16(sealed, 2, at + FINGERPRINT_BYTES - STUN_HEADER_BYTES);
  putUint16(sealed, at, ATTRIBUTE.fingerprint);
  putUint16(sealed, at + 2, 4);
  putUint32(sealed, at + 4, crc32(sealed, at) ^ FINGERPRINT_XOR);
  return sealed;
}

/** Was the message made by someone who knows the password? */
export function isAuthenticStun(packet: Uint8Array, message: StunMessage, hmac: StunHmac): boolean {
  const integrity = stunAttribute(message, ATTRIBUTE.messageIntegrity);
  if (integrity?.value.length !== 20) return false;
  const covered = packet.slice(0, integrity.at);
  putUint16(covered, 2, integrity.at + INTEGRITY_BYTES - STUN_HEADER_BYTES);
  const expected = hmac(covered);
  let difference = 0;
  for (let i = 0; i < 20; i += 1) difference |= (integrity.value[i] as number) ^ (expected[i] as number);
  return difference === 0;
}

/** FINGERPRINT, where there is one, must be last and right. */
export function hasGoodFingerprint(packet: Uint8Array, message: StunMessage): boolean {
  const fingerprint = stunAttribute(message, ATTRIBUTE.fingerprint);
  if (fingerprint === undefined) return true;
  const isLast = fingerprint.at + FINGERPRINT_BYTES === packet.length && fingerprint.value.length === 4;
  return isLast && uint32(fingerprint.value, 0) === (crc32(packet, fingerprint.at) ^ FINGERPRINT_XOR) >>> 0;
}

/** The CRC of ITU-T V.42 over the first `length` octets. */
export function crc32(bytes: Uint8Array, length: number): number {
  let crc = 0xffffffff;
  for (let i = 0; i < length; i += 1) crc = (CRC_TABLE[(crc ^ (bytes[i] as number)) & 255] as number) ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit += 1) crc = (crc & 1) !== 0 ? 0xedb88320 ^ (crc >>> 1) : crc >>> 1;
  return crc >>> 0;
});
