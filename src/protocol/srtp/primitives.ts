/** The cryptography that SRTP needs, handed in by the engine: this room computes, but owns no cipher. */
export interface SrtpPrimitives {
  /** AES (128 or 256 by the key's length) of whole 16-octet blocks, each by itself (ECB). The result is as long as the input. */
  aesBlocks(key: Uint8Array): (blocks: Uint8Array) => Uint8Array;
  /** HMAC-SHA1 over two pieces, one after the other: 20 octets. */
  hmacSha1(key: Uint8Array): (first: Uint8Array, second: Uint8Array) => Uint8Array;
  aesGcm(key: Uint8Array): AesGcm;
}

/** AES-GCM with a tag of 16 octets, which follows the ciphertext. */
export interface AesGcm {
  seal(nonce: Uint8Array, associated: Uint8Array, plain: Uint8Array): Uint8Array;
  /** Undefined when the tag is wrong. */
  open(nonce: Uint8Array, associated: Uint8Array, sealed: Uint8Array): Uint8Array | undefined;
}
