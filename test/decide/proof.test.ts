import { describe, expect, it } from 'vitest';
import {
  type Answer,
  asksAsStale,
  believe,
  type Challenge,
  freshNonce,
  type NonceRecord,
} from '../../src/decide/proof.ts';

const NOW = 1_000_000;
const challenge: Challenge = { realm: 'town.example', algorithms: ['SHA-256', 'MD5'], nonceSeconds: 300 };
const good: Answer = {
  matches: true,
  realm: 'town.example',
  algorithm: 'MD5',
  qop: 'auth',
  count: 1,
  nonce: freshNonce(NOW),
};
const verdict = (said: Partial<Answer> = {}, at = NOW) => believe({ ...good, ...said }, challenge, at).is;

/** Uses these counts one after the other with one nonce. */
function count(...counts: readonly number[]): readonly string[] {
  let nonce: NonceRecord = freshNonce(NOW);
  return counts.map((next) => {
    const proof = believe({ ...good, count: next, nonce }, challenge, NOW);
    if (proof.is === 'proved') nonce = proof.nonce;
    return proof.is;
  });
}

describe('an answer to our challenge', () => {
  it('proves the account when everything is right', () => {
    expect(believe(good, challenge, NOW)).toEqual({ is: 'proved', nonce: { issuedAt: NOW, highest: 1, seen: 1 } });
  });

  it.each([
    ['the hash', { matches: false }],
    ['the realm', { realm: 'elsewhere.example' }],
    ['an algorithm we did not offer', { algorithm: 'SHA-512-256' }],
    ['no protection against replay', { qop: undefined }],
    ['another protection', { qop: 'auth-int' }],
    ['no count', { count: undefined }],
    ['a count of zero', { count: 0 }],
    ['a count of nine digits', { count: 0x1_0000_0000 }],
  ] as const)('is wrong for %s', (_, said) => {
    expect(verdict(said)).toBe('wrong');
  });

  it('is stale when the password is right and the nonce too old or forgotten (RFC 7616 §3.3)', () => {
    expect(verdict({}, NOW + 299_999)).toBe('proved');
    expect(verdict({}, NOW + 300_000)).toBe('stale');
    expect(verdict({ nonce: undefined })).toBe('stale');
    expect(verdict({}, NOW - 1)).toBe('stale');
  });

  it('says nothing about the nonce to who does not know the password', () => {
    expect(verdict({ matches: false, nonce: undefined })).toBe('wrong');
    expect(verdict({ matches: false }, NOW + 300_000)).toBe('wrong');
  });

  it('is asked again as stale when the password was right, and plainly when it was not', () => {
    expect(asksAsStale('stale')).toBe(true);
    expect(asksAsStale('replayed')).toBe(true);
    expect(asksAsStale('wrong')).toBe(false);
  });
});

describe('the count of a nonce (RFC 7616 §3.4, nc)', () => {
  it('goes up', () => {
    expect(count(1, 2, 3)).toEqual(['proved', 'proved', 'proved']);
  });

  it('is used once', () => {
    expect(count(1, 1)).toEqual(['proved', 'replayed']);
    expect(count(1, 2, 1)).toEqual(['proved', 'proved', 'replayed']);
    expect(count(5, 0xffff_ffff, 5)).toEqual(['proved', 'proved', 'replayed']);
  });

  it('may be overtaken on the way, by some thirty others', () => {
    expect(count(2, 1, 1)).toEqual(['proved', 'proved', 'replayed']);
    expect(count(33, 2, 1)).toEqual(['proved', 'proved', 'replayed']);
    expect(count(1, 33, 2, 32, 32)).toEqual(['proved', 'proved', 'proved', 'proved', 'replayed']);
  });

  it('remembers the first when the second is 31 and when it is 32 ahead', () => {
    expect(count(1, 32, 1)).toEqual(['proved', 'proved', 'replayed']);
    expect(count(1, 33, 1)).toEqual(['proved', 'proved', 'replayed']);
  });
});
