import type { Exchange } from '../domain/exchange.ts';

type Digest = Exchange['digest'];
type Algorithm = Digest['algorithms'][number];

/** A phone that gives up when a challenge names an algorithm it does not know, instead of taking the one it knows. */
export interface DigestQuirk {
  /** How its User-Agent begins. */
  readonly userAgent: RegExp;
  readonly cites: string;
}

/**
 * RFC 3261 §22.1 and RFC 8760 §2.4 let a phone pass over a challenge it does not understand. These do not, in whichever order
 * the challenges stand; what each does was tried with the program named.
 */
export const md5Only: readonly DigestQuirk[] = [
  // libre knows SHA-256 since April 2024.
  {
    userAgent: /^baresip v(?:[012]|3\.(?:\d|10))\./,
    cites: 'baresip 1.0.0 of Debian 12; github.com/baresip/re/pull/1103',
  },
];

/**
 * The algorithms a request is challenged with, most wanted first (RFC 8760 §2.4). It hangs on what the phone says it is and on
 * nothing else: the same for an account that exists and one that does not. A phone that can only do MD5 gets MD5 alone, and
 * only where the operator allows MD5 at all; who pretends to be one gains nothing, since MD5 was on offer anyway.
 */
export function algorithmsOffered(
  userAgent: string | undefined,
  { algorithms, onlyMd5For }: Digest,
): readonly Algorithm[] {
  if (userAgent === undefined || algorithms.length === 1 || !algorithms.includes('MD5')) return algorithms;
  const isOne =
    md5Only.some((quirk) => quirk.userAgent.test(userAgent)) || onlyMd5For.some((start) => userAgent.startsWith(start));
  return isOne ? MD5 : algorithms;
}

const MD5: readonly Algorithm[] = ['MD5'];
