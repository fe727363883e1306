import { putUint32 } from '../rtp/packet.ts';
import type { SessionKeys } from './key-derivation.ts';
import type { AesGcm, SrtpPrimitives } from './primitives.ts';
import { ENCRYPTED_FLAG, RTCP_HEADER_BYTES, type SrtpTransform } from './transform.ts';

const TAG_BYTES = 16;

/** AEAD_AES_128_GCM and AEAD_AES_256_GCM (RFC 7714). */
export function galoisTransform(primitives: SrtpPrimitives, rtp: SessionKeys, rtcp: SessionKeys): SrtpTransform {
  const rtpGcm = primitives.aesGcm(rtp.key);
  const rtcpGcm = primitives.aesGcm(rtcp.key);
  const nonce = new Uint8Array(12);
  const associated = new Uint8Array(RTCP_HEADER_BYTES + 4);
  return {
    rtcpTrailerBytes: TAG_BYTES + 4,
    rtcpIndexFromEnd: 4,
    sealRtp(packet, payloadAt, length, ssrc, rollover, sequence) {
      rtpNonce(nonce, rtp.salt, ssrc, rollover, sequence);
      const sealed = rtpGcm.seal(nonce, packet.subarray(0, payloadAt), packet.subarray(payloadAt, length));
      packet.set(sealed, payloadAt);
      return length + TAG_BYTES;
    },
    openRtp(packet, payloadAt, length, ssrc, rollover, sequence) {
      rtpNonce(nonce, rtp.salt, ssrc, rollover, sequence);
      return openInto(rtpGcm, nonce, packet.subarray(0, payloadAt), packet, payloadAt, length);
    },
    sealRtcp(packet, length, ssrc, index) {
      rtcpNonce(nonce, rtcp.salt, ssrc, index);
      associate(associated, packet, ENCRYPTED_FLAG | index);
      const sealed = rtcpGcm.seal(nonce, associated, packet.subarray(RTCP_HEADER_BYTES, length));
      packet.set(sealed, RTCP_HEADER_BYTES);
      putUint32(packet, length + TAG_BYTES, ENCRYPTED_FLAG | index);
      return length + TAG_BYTES + 4;
    },
    // RFC 7714 §9.3: a packet that is authenticated only (E = 0) is not offered by us, and not accepted.
    openRtcp(packet, length, ssrc, index) {
      if ((packet[length - 4] as number) < 0x80) return -1;
      rtcpNonce(nonce, rtcp.salt, ssrc, index);
      associate(associated, packet, ENCRYPTED_FLAG | index);
      return openInto(rtcpGcm, nonce, associated, packet, RTCP_HEADER_BYTES, length - 4);
    },
  };
}

function openInto(
  gcm: AesGcm,
  nonce: Uint8Array,
  associated: Uint8Array,
  packet: Uint8Array,
  from: number,
  end: number,
): number {
  if (end - from < TAG_BYTES) return -1;
  const plain = gcm.open(nonce, associated, packet.subarray(from, end));
  if (plain === undefined) return -1;
  packet.set(plain, from);
  return from + plain.length;
}

/** RFC 7714 §8.1: two zero octets, SSRC, rollover counter, sequence number; xor salt. */
function rtpNonce(nonce: Uint8Array, salt: Uint8Array, ssrc: number, rollover: number, sequence: number): void {
  nonce[0] = 0;
  nonce[1] = 0;
  putUint32(nonce, 2, ssrc);
  putUint32(nonce, 6, rollover);
  nonce[10] = sequence >> 8;
  nonce[11] = sequence;
  xor(nonce, salt);
}

/** RFC 7714 §9.1: two zero octets, SSRC, two zero octets, 31 bits of index; xor salt. */
function rtcpNonce(nonce: Uint8Array, salt: Uint8Array, ssrc: number, index: number): void {
  nonce.fill(0);
  putUint32(nonce, 2, ssrc);
  putUint32(nonce, 8, index);
  xor(nonce, salt);
}

function associate(associated: Uint8Array, packet: Uint8Array, word: number): void {
  associated.set(packet.subarray(0, RTCP_HEADER_BYTES));
  putUint32(associated, RTCP_HEADER_BYTES, word);
}

function xor(bytes: Uint8Array, by: Uint8Array): void {
  for (let i = 0; i < bytes.length; i += 1) bytes[i] = (bytes[i] as number) ^ (by[i] as number);
}
