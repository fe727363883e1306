import {
  createCipheriv,
  createDecipheriv,
  createECDH,
  createHash,
  createHmac,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
  verify,
  X509Certificate,
} from 'node:crypto';
import { selfSigned } from '../../protocol/dtls/certificate.ts';
import type { DtlsPrimitives } from '../../protocol/dtls/primitives.ts';

const TAG_BYTES = 16;
const VALID_DAYS = 30;
/** RFC 8122 §5 names more; the older ones are no longer trusted. */
const HASHES = new Set(['sha-256', 'sha-384', 'sha-512']);

/** A certificate of our own, its fingerprint as SDP writes it, and the cryptography of its handshakes. */
export interface DtlsIdentity {
  readonly certificate: Uint8Array;
  readonly fingerprint: { readonly hash: string; readonly value: string };
  readonly primitives: DtlsPrimitives;
}

/** Makes a key and a certificate that live as long as the engine. */
export function newIdentity(now = Date.now()): DtlsIdentity {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const signBy = (data: Uint8Array) => sign('sha256', data, privateKey);
  const certificate = selfSigned(
    {
      publicKey: publicKey.export({ type: 'spki', format: 'der' }),
      commonName: 'Beffroi',
      serial: randomBytes(15),
      notBefore: utcTime(now - 86_400_000),
      notAfter: utcTime(now + VALID_DAYS * 86_400_000),
    },
    signBy,
  );
  const digest = createHash('sha256').update(certificate).digest('hex').toUpperCase();
  const value = digest.match(/../g)?.join(':') ?? '';
  return { certificate, fingerprint: { hash: 'sha-256', value }, primitives: nodePrimitives(signBy) };
}

function nodePrimitives(signBy: (data: Uint8Array) => Uint8Array): DtlsPrimitives {
  return {
    random: (bytes) => randomBytes(bytes),
    sha256: (data) => createHash('sha256').update(data).digest(),
    hmacSha256: (key, data) => createHmac('sha256', key).update(data).digest(),
    sign: signBy,
    keyExchange() {
      const half = createECDH('prime256v1');
      return { publicKey: half.generateKeys(), secretWith: (peerKey) => attempted(() => half.computeSecret(peerKey)) };
    },
    verify: (certificate, scheme, data, signature) =>
      attempted(() => {
        const key: KeyObject = new X509Certificate(certificate).publicKey;
        const isFitting = key.asymmetricKeyType === (scheme === 'rsa_pkcs1_sha256' ? 'rsa' : 'ec');
        return isFitting && verify('sha256', data, key, signature);
      }) ?? false,
    fingerprint: (hash, certificate) =>
      HASHES.has(hash) ? createHash(hash.replace('-', '')).update(certificate).digest() : undefined,
    seal(key, nonce, associated, plain) {
      const cipher = createCipheriv('aes-128-gcm', key, nonce).setAAD(associated);
      return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
    },
    open: (key, nonce, associated, sealed) =>
      attempted(() => {
        const end = sealed.length - TAG_BYTES;
        const cipher = createDecipheriv('aes-128-gcm', key, nonce, { authTagLength: TAG_BYTES }).setAAD(associated);
        cipher.setAuthTag(sealed.subarray(end));
        return Buffer.concat([cipher.update(sealed.subarray(0, end)), cipher.final()]);
      }),
  };
}

/** What a peer sends may be no key, no certificate, no ciphertext: Node throws, we say no. */
function attempted<Value>(act: () => Value): Value | undefined {
  try {
    return act();
  } catch {
    return undefined;
  }
}

function utcTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(2, 19).replace(/[-:T]/g, '')}Z`;
}
