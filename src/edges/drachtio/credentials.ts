import { createHash, randomBytes } from 'node:crypto';
import {
  type Algorithm,
  type Challenge,
  digestResponse,
  ha1,
  parseChallenges,
  writeCredentials,
} from '../../protocol/sip/digest.ts';
import { header } from './read.ts';
import type { SipResponse } from './srf.ts';
import type { Headers } from './wire.ts';

/** Our credentials with one trunk, and whom they may be shown to. */
export interface Credentials {
  /**
   * The header that answers this challenge; undefined when it is not ours to answer: another realm, an address that is
   * none of the trunk's, an algorithm or quality we do not know. A password's hash must not leak to whoever asks for it.
   * Nor when this request has been `proved` before: who asks once more does not believe us, unless they say that it was
   * the nonce alone (`stale`, RFC 7616 §3.3). Two proofs are all that any request gets.
   */
  answer(challenge: SipResponse, method: string, uri: string, proved: number): Headers | undefined;
}

export interface CredentialOptions {
  readonly username: string;
  readonly realm: string;
  readonly password: string;
  /** Is this address one of the trunk's own? */
  belongs(address: string, port: number): boolean;
}

/** Strongest first (RFC 8760 §2.4). */
const algorithms: readonly Algorithm[] = ['SHA-256', 'MD5'];
const hashNames: Partial<Record<Algorithm, string>> = { 'SHA-256': 'sha256', MD5: 'md5' };

export function createCredentials({ username, realm, password, belongs }: CredentialOptions): Credentials {
  return {
    answer(res, method, uri, proved) {
      const names = headerNames[res.status];
      if (names === undefined || !belongs(res.source_address, res.source_port)) return undefined;
      const challenges = parseChallenges(header(res, names.asks) ?? '');
      const challenge = strongest(challenges.filter((one) => one.realm === realm));
      if (challenge === undefined || proved >= (challenge.stale ? 2 : 1)) return undefined;
      return { [names.answers]: prove(challenge, username, password, method, uri) };
    },
  };
}

const headerNames: Readonly<Record<number, { readonly asks: string; readonly answers: string }>> = {
  401: { asks: 'www-authenticate', answers: 'Authorization' },
  407: { asks: 'proxy-authenticate', answers: 'Proxy-Authorization' },
};

function strongest(challenges: readonly Challenge[]): Challenge | undefined {
  for (const algorithm of algorithms) {
    const found = challenges.find(
      (one) => one.algorithm === algorithm && (one.qop.length === 0 || one.qop.includes('auth')),
    );
    if (found !== undefined) return found;
  }
  return undefined;
}

function prove(challenge: Challenge, username: string, password: string, method: string, uri: string): string {
  const { realm, nonce, algorithm, opaque } = challenge;
  const hash = (text: string): string =>
    createHash(hashNames[algorithm] ?? 'md5')
      .update(text)
      .digest('hex');
  const quality = challenge.qop.includes('auth') ? ('auth' as const) : undefined;
  const given = {
    nonce,
    uri,
    algorithm,
    qop: quality,
    nc: quality && '00000001',
    cnonce: quality && randomBytes(8).toString('hex'),
  };
  const response = digestResponse(hash, ha1(hash, username, realm, password), method, given);
  return writeCredentials({ ...given, username, realm, response, opaque });
}
