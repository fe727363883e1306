/** The cryptography that DTLS needs, handed in. */
export interface DtlsPrimitives {
  random(bytes: number): Uint8Array;
  sha256(data: Uint8Array): Uint8Array;
  hmacSha256(key: Uint8Array, data: Uint8Array): Uint8Array;
  /** One half of a key exchange on P-256. */
  keyExchange(): KeyExchange;
  /** ECDSA with SHA-256 by the key of our certificate. */
  sign(data: Uint8Array): Uint8Array;
  /** Is this signature by the key of that certificate (DER)? False for what cannot be checked. */
  verify(certificate: Uint8Array, scheme: SignatureScheme, data: Uint8Array, signature: Uint8Array): boolean;
  /** The digest of a certificate by a hash's SDP name; undefined for hashes we do not trust. */
  fingerprint(hash: string, certificate: Uint8Array): Uint8Array | undefined;
  /** AES-128-GCM: the tag follows the ciphertext. */
  seal(key: Uint8Array, nonce: Uint8Array, associated: Uint8Array, plain: Uint8Array): Uint8Array;
  open(key: Uint8Array, nonce: Uint8Array, associated: Uint8Array, sealed: Uint8Array): Uint8Array | undefined;
}

export interface KeyExchange {
  /** An uncompressed point, 65 octets. */
  readonly publicKey: Uint8Array;
  /** Undefined when what the peer sent is no point of the curve. */
  secretWith(peerKey: Uint8Array): Uint8Array | undefined;
}

/** RFC 5246 §7.4.1.4.1, RFC 8446 §4.2.3: what a browser may sign with. */
export type SignatureScheme = 'ecdsa_secp256r1_sha256' | 'rsa_pkcs1_sha256';

export const SIGNATURE_SCHEMES: ReadonlyMap<number, SignatureScheme> = new Map([
  [0x0403, 'ecdsa_secp256r1_sha256'],
  [0x0401, 'rsa_pkcs1_sha256'],
]);
