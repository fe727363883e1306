import type { SrtpPrimitives } from './primitives.ts';
import type { SrtpProfile } from './profiles.ts';

/** What both ends agree upon (RFC 3711 §3.2.1). */
export interface MasterKey {
  readonly key: Uint8Array;
  readonly salt: Uint8Array;
}

/** The keys of one direction, for RTP or for RTCP. `auth` is empty for AEAD. */
export interface SessionKeys {
  readonly key: Uint8Array;
  readonly salt: Uint8Array;
  readonly auth: Uint8Array;
}

/** RFC 3711 §4.3.2: labels 0 to 2 for SRTP, 3 to 5 for SRTCP. */
const LABELS = { rtp: 0, rtcp: 3 } as const;
const AUTH_KEY_BYTES = 20;

/** Derives session keys from a master key with key derivation rate 0 (RFC 3711 §4.3.1; RFC 7714 §11 for AEAD). */
export function sessionKeys(
  primitives: SrtpPrimitives,
  profile: SrtpProfile,
  master: MasterKey,
  use: 'rtp' | 'rtcp',
): SessionKeys {
  const aes = primitives.aesBlocks(master.key);
  const derive = (label: number, bytes: number) => {
    // x = label * 2^48 xor salt; a salt of 96 bits is filled up with zeros at its end.
    const block = new Uint8Array(16);
    block.set(master.salt);
    block[7] = (block[7] as number) ^ label;
    return keystream(aes, block, bytes);
  };
  const first = LABELS[use];
  return {
    key: derive(first, profile.keyBytes),
    auth: profile.kind === 'cm' ? derive(first + 1, AUTH_KEY_BYTES) : new Uint8Array(0),
    salt: derive(first + 2, profile.saltBytes),
  };
}

/** AES in counter mode from a given first block; its last two octets count (RFC 3711 §4.1.1). */
export function keystream(aes: (blocks: Uint8Array) => Uint8Array, first: Uint8Array, bytes: number): Uint8Array {
  const count = Math.ceil(bytes / 16);
  const blocks = new Uint8Array(count * 16);
  for (let i = 0; i < count; i += 1) {
    blocks.set(first, i * 16);
    blocks[i * 16 + 14] = i >> 8;
    blocks[i * 16 + 15] = i;
  }
  return aes(blocks).subarray(0, bytes);
}
