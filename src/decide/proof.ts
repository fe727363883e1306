import type { Instant } from '../domain/instant.ts';

/** What we know of a nonce that we issued: when, and which counts have been used with it (RFC 7616 §3.4, nc). */
export interface NonceRecord {
  readonly issuedAt: Instant;
  /** The highest count seen; 0 before the first. */
  readonly highest: number;
  /** Bit n: count `highest - n` has been seen. Requests may overtake each other on the way, so the last few are remembered one by one. */
  readonly seen: number;
}

/** The answer to a challenge, as far as belief is concerned. The edge has parsed it, and compared the hash in constant time. */
export interface Answer {
  /** The hash is the one the password gives. For an unknown account it is compared with nonsense, in the same time, and `false`. */
  readonly matches: boolean;
  readonly realm: string;
  readonly algorithm: string;
  /** Only `auth` protects against replay; without it the answer is not believed. */
  readonly qop: string | undefined;
  /** nc as a number; `undefined` when it was missing or no hexadecimal of 8 digits. */
  readonly count: number | undefined;
  /** `undefined`: not one we issued, or one we have forgotten. */
  readonly nonce: NonceRecord | undefined;
}

/** What we asked for. */
export interface Challenge {
  readonly realm: string;
  readonly algorithms: readonly string[];
  readonly nonceSeconds: number;
}

/**
 * `proved`: the account is who it says it is; the nonce is to be kept as it is now.
 * `stale`: the password is right and the nonce is not any more: ask again with stale=true, nobody needs to type it (RFC 7616 §3.3).
 * `replayed`: the count was used before: ask again, as for stale.
 * `wrong`: ask again, plainly, and the same for an unknown account as for a wrong password.
 */
export type Proof =
  | { readonly is: 'proved'; readonly nonce: NonceRecord }
  | { readonly is: 'stale' | 'replayed' | 'wrong' };

/** A nonce as it is when it goes out. */
export function freshNonce(at: Instant): NonceRecord {
  return { issuedAt: at, highest: 0, seen: 0 };
}

/** Is the answer to our challenge to be believed? */
export function believe(answer: Answer, challenge: Challenge, at: Instant): Proof {
  // The hash comes first: nothing else about the answer matters, or is told, to who does not know the password.
  if (!answer.matches || answer.realm !== challenge.realm) return WRONG;
  if (!challenge.algorithms.includes(answer.algorithm) || answer.qop !== 'auth') return WRONG;
  const { count, nonce } = answer;
  if (count === undefined || count < 1 || count > COUNT_AT_MOST) return WRONG;
  if (nonce === undefined || !isFresh(nonce, challenge.nonceSeconds, at)) return STALE;
  const counted = countIn(nonce, count);
  return counted === undefined ? REPLAYED : { is: 'proved', nonce: counted };
}

/** Is the nonce to be forgotten? */
export function isFresh({ issuedAt }: NonceRecord, nonceSeconds: number, at: Instant): boolean {
  return at >= issuedAt && at - issuedAt < nonceSeconds * 1000;
}

/** stale=true in the next challenge (RFC 7616 §3.3): the password was right. */
export function asksAsStale(proof: Proof['is']): boolean {
  return proof === 'stale' || proof === 'replayed';
}

const WRONG: Proof = { is: 'wrong' };
const STALE: Proof = { is: 'stale' };
const REPLAYED: Proof = { is: 'replayed' };
/** RFC 7616 §3.4: eight hexadecimal digits. */
const COUNT_AT_MOST = 0xffff_ffff;
const REMEMBERED = 32;

/** The record with this count used, or `undefined` when it was used before, or is too old to tell. */
function countIn(nonce: NonceRecord, count: number): NonceRecord | undefined {
  const ahead = count - nonce.highest;
  if (ahead > 0) {
    const seen = ahead >= REMEMBERED ? 1 : ((nonce.seen << ahead) | 1) >>> 0;
    return { ...nonce, highest: count, seen };
  }
  const behind = -ahead;
  if (behind >= REMEMBERED) return undefined;
  const bit = (1 << behind) >>> 0;
  return (nonce.seen & bit) === 0 ? { ...nonce, seen: (nonce.seen | bit) >>> 0 } : undefined;
}
