import { putUint32 } from '../rtp/packet.ts';
import type { SessionKeys } from './key-derivation.ts';
import type { SrtpPrimitives } from './primitives.ts';
import type { SrtpProfile } from './profiles.ts';
import { ENCRYPTED_FLAG, isEqualTag, RTCP_HEADER_BYTES, type SrtpTransform } from './transform.ts';

const MAX_BLOCKS = 96;

/** AES_CM with HMAC-SHA1 (RFC 3711 §4.1.1, §4.2.1). One cipher object makes all keystream: about 1 µs a packet. */
export function counterModeTransform(
  primitives: SrtpPrimitives,
  profile: SrtpProfile,
  rtp: SessionKeys,
  rtcp: SessionKeys,
): SrtpTransform {
  const forRtp = new CounterMode(primitives, rtp, profile.rtpTagBytes);
  const forRtcp = new CounterMode(primitives, rtcp, profile.rtcpTagBytes);
  return {
    rtcpTrailerBytes: 4 + profile.rtcpTagBytes,
    rtcpIndexFromEnd: 4 + profile.rtcpTagBytes,
    sealRtp(packet, payloadAt, length, ssrc, rollover, sequence) {
      forRtp.crypt(packet, payloadAt, length, ssrc, rollover, sequence);
      return length + forRtp.sign(packet, length, rollover);
    },
    openRtp(packet, payloadAt, length, ssrc, rollover, sequence) {
      const end = length - profile.rtpTagBytes;
      if (end < payloadAt || !forRtp.isSigned(packet, end, rollover)) return -1;
      forRtp.crypt(packet, payloadAt, end, ssrc, rollover, sequence);
      return end;
    },
    // RFC 3711 §3.4: the index is 31 bits; the tag covers it where it stands, and there is no rollover counter.
    sealRtcp(packet, length, ssrc, index) {
      forRtcp.crypt(packet, RTCP_HEADER_BYTES, length, ssrc, index >>> 16, index & 0xffff);
      putUint32(packet, length, ENCRYPTED_FLAG | index);
      return length + 4 + forRtcp.sign(packet, length + 4);
    },
    openRtcp(packet, length, ssrc, index) {
      const end = length - profile.rtcpTagBytes;
      if (!forRtcp.isSigned(packet, end)) return -1;
      const isEncrypted = (packet[end - 4] as number) >= 0x80;
      if (isEncrypted) forRtcp.crypt(packet, RTCP_HEADER_BYTES, end - 4, ssrc, index >>> 16, index & 0xffff);
      return end - 4;
    },
  };
}

class CounterMode {
  private readonly aes: (blocks: Uint8Array) => Uint8Array;
  private readonly hmac: (first: Uint8Array, second: Uint8Array) => Uint8Array;
  private readonly salt: Uint8Array;
  private readonly tagBytes: number;
  private readonly first = new Uint8Array(16);
  private readonly blocks = new Uint8Array(MAX_BLOCKS * 16);
  private readonly rollover = new Uint8Array(4);

  constructor(primitives: SrtpPrimitives, keys: SessionKeys, tagBytes: number) {
    this.aes = primitives.aesBlocks(keys.key);
    this.hmac = primitives.hmacSha1(keys.auth);
    this.salt = keys.salt;
    this.tagBytes = tagBytes;
    for (let i = 0; i < MAX_BLOCKS; i += 1) this.blocks[i * 16 + 15] = i;
  }

  /** IV = (salt * 2^16) xor (SSRC * 2^64) xor (index * 2^16). En- and decrypting are the same. */
  crypt(packet: Uint8Array, from: number, end: number, ssrc: number, indexHigh: number, indexLow: number): void {
    const { first, blocks, salt } = this;
    first.set(salt);
    xorUint32(first, 4, ssrc);
    xorUint32(first, 8, indexHigh);
    first[12] = (first[12] as number) ^ (indexLow >> 8);
    first[13] = (first[13] as number) ^ (indexLow & 0xff);
    const count = (end - from + 15) >> 4;
    for (let i = 0; i < count; i += 1) for (let k = 0; k < 14; k += 1) blocks[i * 16 + k] = first[k] as number;
    const stream = this.aes(blocks.subarray(0, count * 16));
    for (let i = from; i < end; i += 1) packet[i] = (packet[i] as number) ^ (stream[i - from] as number);
  }

  sign(packet: Uint8Array, length: number, rollover?: number): number {
    packet.set(this.tagOf(packet, length, rollover).subarray(0, this.tagBytes), length);
    return this.tagBytes;
  }

  isSigned(packet: Uint8Array, length: number, rollover?: number): boolean {
    return isEqualTag(packet, length, this.tagOf(packet, length, rollover), this.tagBytes);
  }

  private tagOf(packet: Uint8Array, length: number, rollover: number | undefined): Uint8Array {
    if (rollover === undefined) return this.hmac(packet.subarray(0, length), NOTHING);
    putUint32(this.rollover, 0, rollover);
    return this.hmac(packet.subarray(0, length), this.rollover);
  }
}

function xorUint32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = (bytes[at] as number) ^ (value >>> 24);
  bytes[at + 1] = (bytes[at + 1] as number) ^ ((value >>> 16) & 0xff);
  bytes[at + 2] = (bytes[at + 2] as number) ^ ((value >>> 8) & 0xff);
  bytes[at + 3] = (bytes[at + 3] as number) ^ (value & 0xff);
}

const NOTHING = new Uint8Array(0);
