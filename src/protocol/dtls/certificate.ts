import { joined } from './bytes.ts';

/** What stands in a certificate of our own. */
export interface CertificateContent {
  /** SubjectPublicKeyInfo, DER. */
  readonly publicKey: Uint8Array;
  readonly commonName: string;
  /** 16 octets nobody else uses. */
  readonly serial: Uint8Array;
  /** `YYMMDDHHMMSSZ`. */
  readonly notBefore: string;
  readonly notAfter: string;
}

const ECDSA_WITH_SHA256 = [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02] as const;
const COMMON_NAME = [0x55, 0x04, 0x03] as const;
const TAG = { integer: 0x02, bits: 0x03, oid: 0x06, utf8: 0x0c, utcTime: 0x17, sequence: 0x30, set: 0x31 } as const;

/**
 * A self-signed X.509 certificate (RFC 5280 §4.1) in DER. It proves nothing by itself: peers compare its fingerprint with the
 * one in our description (RFC 8122).
 */
export function selfSigned(content: CertificateContent, sign: (data: Uint8Array) => Uint8Array): Uint8Array {
  const algorithm = der(TAG.sequence, der(TAG.oid, ECDSA_WITH_SHA256));
  const name = der(
    TAG.sequence,
    der(
      TAG.set,
      der(TAG.sequence, der(TAG.oid, COMMON_NAME), der(TAG.utf8, new TextEncoder().encode(content.commonName))),
    ),
  );
  const ascii = (text: string) => new TextEncoder().encode(text);
  const body = der(
    TAG.sequence,
    // A leading zero octet keeps the number positive.
    der(TAG.integer, [0x01], content.serial),
    algorithm,
    name,
    der(TAG.sequence, der(TAG.utcTime, ascii(content.notBefore)), der(TAG.utcTime, ascii(content.notAfter))),
    name,
    content.publicKey,
  );
  return der(TAG.sequence, body, algorithm, der(TAG.bits, [0], sign(body)));
}

function der(tag: number, ...content: readonly (Uint8Array | readonly number[])[]): Uint8Array {
  const body = joined(...content);
  const { length } = body;
  const header = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return joined([tag], header, body);
}
