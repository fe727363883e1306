import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Algorithm,
  digestResponse,
  type Hash,
  ha1,
  parseChallenges,
  parseCredentials,
  sameDigest,
  writeChallenge,
  writeCredentials,
} from '../../../src/protocol/sip/digest.ts';

const hash =
  (name: string): Hash =>
  (text) =>
    createHash(name).update(text, 'latin1').digest('hex');

describe('digest', () => {
  it.each([
    ['MD5', 'md5', '8ca523f5e9506fed4657c9700eebdbec'],
    ['SHA-256', 'sha256', '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1'],
  ] as const)('gives the answer of RFC 7616 §3.9.1 with %s', (algorithm, name, wanted) => {
    const secret = ha1(hash(name), 'Mufasa', 'http-auth@example.org', 'Circle of Life');
    const given = {
      nonce: '7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v',
      uri: '/dir/index.html',
      algorithm: algorithm as Algorithm,
      qop: 'auth' as const,
      nc: '00000001',
      cnonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ',
    };
    expect(digestResponse(hash(name), secret, 'GET', given)).toBe(wanted);
  });

  it('gives the answer of RFC 2617 §3.5', () => {
    const secret = ha1(hash('md5'), 'Mufasa', 'testrealm@host.com', 'Circle Of Life');
    const given = {
      nonce: 'dcd98b7102dd2f0e8b11d0f600bfb0c093',
      uri: '/dir/index.html',
      algorithm: 'MD5' as const,
      qop: 'auth' as const,
      nc: '00000001',
      cnonce: '0a4f113b',
    };
    expect(digestResponse(hash('md5'), secret, 'GET', given)).toBe('6629fae49393a05397450978507c4ef1');
    const old = { ...given, qop: undefined, nc: undefined, cnonce: undefined };
    expect(digestResponse(hash('md5'), secret, 'GET', old)).toBe('670fd8c2df070c60b045671b8b24ff02');
  });

  it('mixes nonce and cnonce into the secret for -sess, and the body for auth-int (RFC 7616 §3.4.2, §3.4.3)', () => {
    const md5 = hash('md5');
    const given = {
      nonce: 'n',
      uri: 'u',
      algorithm: 'MD5-sess' as const,
      qop: 'auth-int' as const,
      nc: '1',
      cnonce: 'c',
    };
    const wanted = md5(`${md5('s:n:c')}:n:1:c:auth-int:${md5(`INVITE:u:${md5('body')}`)}`);
    expect(digestResponse(md5, 's', 'INVITE', given, 'body')).toBe(wanted);
  });
});

describe('digest headers', () => {
  it('reads several challenges from one value, and leaves out what it does not know', () => {
    const value =
      'Digest realm="a, b", nonce="1", algorithm=SHA-256, qop="auth,auth-int", Basic realm="x", Digest realm="c",nonce="2",stale=TRUE, Digest realm="d", nonce="3", algorithm=ROT13';
    expect(parseChallenges(value)).toEqual([
      { realm: 'a, b', nonce: '1', algorithm: 'SHA-256', qop: ['auth', 'auth-int'], opaque: undefined, stale: false },
      { realm: 'c', nonce: '2', algorithm: 'MD5', qop: [], opaque: undefined, stale: true },
    ]);
  });

  it('reads back what it writes', () => {
    const text = fc.string({ unit: fc.integer({ min: 32, max: 126 }).map((code) => String.fromCharCode(code)) });
    const qop = fc.constantFrom('auth' as const, 'auth-int' as const);
    const some = fc.record({
      username: text,
      realm: text,
      nonce: text,
      uri: text,
      response: fc.stringMatching(/^[0-9a-f]{32}$/),
      algorithm: fc.constantFrom('MD5' as const, 'SHA-256' as const, 'SHA-512-256-sess' as const),
      qop,
      nc: fc.stringMatching(/^[0-9a-f]{8}$/),
      cnonce: text,
      opaque: fc.option(text, { nil: undefined }),
    });
    fc.assert(
      fc.property(some, (given) => {
        expect(parseCredentials(writeCredentials(given))).toEqual(given);
      }),
    );
    const challenge = {
      realm: 'a "b"',
      nonce: 'n',
      algorithm: 'MD5' as const,
      qop: ['auth'],
      opaque: 'o',
      stale: true,
    };
    expect(parseChallenges(writeChallenge(challenge))).toEqual([challenge]);
  });

  it.each(['NoOneKnowsThisScheme opaque-data=here', 'Digest', 'Digest username="a"', 'Basic QWxhZGRpbg==', ''])(
    'takes %j for no credentials',
    (value) => {
      expect(parseCredentials(value)).toBeUndefined();
    },
  );

  it('compares without telling where two differ', () => {
    expect(sameDigest('abc', 'abc')).toBe(true);
    for (const other of ['abd', 'ab', 'abcd', '']) expect(sameDigest('abc', other)).toBe(false);
  });
});
