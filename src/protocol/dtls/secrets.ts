import { joined } from './bytes.ts';
import type { DtlsPrimitives } from './primitives.ts';

/** P_SHA256 (RFC 5246 §5): as many octets as wanted. */
export function pseudoRandom(
  { hmacSha256 }: Pick<DtlsPrimitives, 'hmacSha256'>,
  secret: Uint8Array,
  label: string,
  seed: Uint8Array,
  bytes: number,
): Uint8Array {
  const whole = joined(new TextEncoder().encode(label), seed);
  const out = new Uint8Array(Math.ceil(bytes / 32) * 32);
  let chain = whole;
  for (let at = 0; at < bytes; at += 32) {
    chain = hmacSha256(secret, chain);
    out.set(hmacSha256(secret, joined(chain, whole)), at);
  }
  return out.subarray(0, bytes);
}

/** What both ends know after the key exchange. */
export interface Session {
  readonly master: Uint8Array;
  readonly clientRandom: Uint8Array;
  readonly serverRandom: Uint8Array;
}

/** The keys of one direction of records: AES-128-GCM (RFC 5288). */
export interface RecordKeys {
  readonly key: Uint8Array;
  readonly iv: Uint8Array;
}

/** RFC 5246 §6.3. */
export function recordKeys(
  primitives: DtlsPrimitives,
  { master, clientRandom, serverRandom }: Session,
): { readonly client: RecordKeys; readonly server: RecordKeys } {
  const block = pseudoRandom(primitives, master, 'key expansion', joined(serverRandom, clientRandom), 40);
  return {
    client: { key: block.slice(0, 16), iv: block.slice(32, 36) },
    server: { key: block.slice(16, 32), iv: block.slice(36, 40) },
  };
}

/** RFC 5764 §4.2: client key, server key, client salt, server salt. */
export function srtpSecrets(
  primitives: DtlsPrimitives,
  { master, clientRandom, serverRandom }: Session,
  keyBytes: number,
  saltBytes: number,
) {
  const seed = joined(clientRandom, serverRandom);
  const material = pseudoRandom(primitives, master, 'EXTRACTOR-dtls_srtp', seed, 2 * (keyBytes + saltBytes));
  const salts = 2 * keyBytes;
  return {
    client: { key: material.slice(0, keyBytes), salt: material.slice(salts, salts + saltBytes) },
    server: { key: material.slice(keyBytes, salts), salt: material.slice(salts + saltBytes) },
  };
}
