import { ByteReader, joined, number16, vector16 } from './bytes.ts';
import { DTLS_1_2 } from './record.ts';

/** What we need to know of a ClientHello (RFC 5246 §7.4.1.2). */
export interface ClientHello {
  readonly random: Uint8Array;
  readonly cipherSuites: readonly number[];
  readonly srtpProfiles: readonly number[];
  readonly groups: readonly number[];
  readonly hasExtendedMasterSecret: boolean;
  readonly hasRenegotiationInfo: boolean;
  readonly hasPointFormats: boolean;
}

/** TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256: the one suite that every WebRTC end must speak (RFC 8827 §6.5). */
export const CIPHER_SUITE = 0xc02b;
export const GROUP_P256 = 23;
const EXTENSION = {
  groups: 10,
  pointFormats: 11,
  srtp: 14,
  extendedMasterSecret: 23,
  renegotiationInfo: 0xff01,
} as const;
const RENEGOTIATION_SCSV = 0x00ff;

export function readClientHello(body: Uint8Array): ClientHello | undefined {
  const reader = new ByteReader(body);
  reader.number(2);
  const random = reader.take(32);
  reader.vector(1);
  reader.vector(1);
  const cipherSuites = numbers(reader.vector(2));
  const compressions = reader.vector(1);
  const extensions = reader.isAtEnd ? new Map<number, Uint8Array>() : readExtensions(reader.vector(2));
  if (reader.isBroken || extensions === undefined || !compressions.includes(0)) return undefined;
  return {
    random,
    cipherSuites,
    srtpProfiles: numbers(new ByteReader(extensions.get(EXTENSION.srtp) ?? new Uint8Array(2)).vector(2)),
    groups: numbers(new ByteReader(extensions.get(EXTENSION.groups) ?? new Uint8Array(2)).vector(2)),
    hasExtendedMasterSecret: extensions.has(EXTENSION.extendedMasterSecret),
    hasRenegotiationInfo: extensions.has(EXTENSION.renegotiationInfo) || cipherSuites.includes(RENEGOTIATION_SCSV),
    hasPointFormats: extensions.has(EXTENSION.pointFormats),
  };
}

/** The body of our ServerHello: no session to resume, no compression, and only extensions that were offered. */
export function writeServerHello(hello: ClientHello, random: Uint8Array, srtpProfile: number): Uint8Array {
  const extensions = [
    extension(EXTENSION.srtp, [...number16(2), ...number16(srtpProfile), 0]),
    ...(hello.hasExtendedMasterSecret ? [extension(EXTENSION.extendedMasterSecret, [])] : []),
    ...(hello.hasRenegotiationInfo ? [extension(EXTENSION.renegotiationInfo, [0])] : []),
    ...(hello.hasPointFormats ? [extension(EXTENSION.pointFormats, [1, 0])] : []),
  ];
  return joined(DTLS_1_2, random, [0], number16(CIPHER_SUITE), [0], vector16(joined(...extensions)));
}

function readExtensions(bytes: Uint8Array): ReadonlyMap<number, Uint8Array> | undefined {
  const extensions = new Map<number, Uint8Array>();
  const reader = new ByteReader(bytes);
  while (!reader.isAtEnd) extensions.set(reader.number(2), reader.vector(2));
  return reader.isBroken ? undefined : extensions;
}

function extension(type: number, content: readonly number[]): Uint8Array {
  return joined(number16(type), vector16(content));
}

function numbers(bytes: Uint8Array): readonly number[] {
  const list: number[] = [];
  for (let i = 0; i + 1 < bytes.length; i += 2) list.push(((bytes[i] as number) << 8) | (bytes[i + 1] as number));
  return list;
}
