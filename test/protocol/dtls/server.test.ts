import { X509Certificate } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newIdentity } from '../../../src/engines/media/dtls-primitives.ts';
import { HandshakeReader, writeHandshake } from '../../../src/protocol/dtls/handshake.ts';
import { readClientHello } from '../../../src/protocol/dtls/hello.ts';
import { isDtls, readRecords, writeRecord } from '../../../src/protocol/dtls/record.ts';
import { DtlsServer } from '../../../src/protocol/dtls/server.ts';
import type { SrtpSuite } from '../../../src/protocol/srtp/profiles.ts';
import { handshake, hasOpenssl } from './openssl-client.ts';

const hex = (...parts: readonly Uint8Array[]) => Buffer.concat(parts).toString('hex').toUpperCase();

describe.runIf(hasOpenssl)('a DTLS handshake with OpenSSL', () => {
  it.each<SrtpSuite>(['AES_CM_128_HMAC_SHA1_80', 'AES_CM_128_HMAC_SHA1_32', 'AEAD_AES_128_GCM', 'AEAD_AES_256_GCM'])(
    'comes to the same SRTP keys on both sides: %s (RFC 5764 §4.2)',
    async (suite) => {
      const { keys, exported } = await handshake({ suite });
      expect(keys?.suite).toBe(suite);
      if (keys === undefined) return;
      expect(hex(keys.receive.key, keys.send.key, keys.receive.salt, keys.send.salt)).toBe(exported);
    },
  );

  it('takes a certificate with an RSA key as well', async () => {
    const { keys, failed } = await handshake({ keyType: 'rsa' });
    expect(failed).toBeUndefined();
    expect(keys).toBeDefined();
  });

  it('puts a hello together that comes in pieces', async () => {
    expect((await handshake({ moreOptions: ['-mtu', '256'] })).keys).toBeDefined();
  });

  it('survives the loss of its first flight, and of its last', async () => {
    expect((await handshake({ lost: (datagram) => datagram === 0 })).keys).toBeDefined();
    expect((await handshake({ lost: (datagram) => datagram === 1 })).keys).toBeDefined();
  });

  it('fails when the certificate is not the one that was described', async () => {
    const { failed, keys } = await handshake({ fingerprint: Array(32).fill('AB').join(':') });
    expect(failed).toBe('the certificate is not the one that was described');
    expect(keys).toBeUndefined();
  });

  it('fails when there is no cipher suite in common', async () => {
    expect((await handshake({ moreOptions: ['-cipher', 'ECDHE-RSA-AES256-SHA'] })).failed).toBe(
      'no cipher suite in common',
    );
  });
});

describe('a DTLS server', () => {
  const server = () => {
    const { certificate, primitives } = newIdentity();
    return new DtlsServer({
      certificate,
      primitives,
      peerFingerprint: { hash: 'sha-256', value: Array(32).fill('00').join(':') },
      suites: ['AES_CM_128_HMAC_SHA1_80'],
    });
  };

  it('shows a certificate that others can read, signed by itself', () => {
    const certificate = new X509Certificate(newIdentity().certificate);
    expect(certificate.subject).toBe('CN=Beffroi');
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    expect(Date.parse(certificate.validTo)).toBeGreaterThan(Date.now() + 86_400_000);
  });

  it('never throws, whatever the octets', () => {
    const one = server();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(25), fc.nat(3), (noise, type, epoch) => {
        const body = writeHandshake({ type, number: 0, body: noise });
        one.handle(noise, 0);
        server().handle(writeRecord({ type: 22, epoch, sequence: 0, fragment: body }), 0);
        server().handle(writeRecord({ type: 20 + (type % 4), epoch: 0, sequence: 0, fragment: noise }), 0);
      }),
      { numRuns: 60 },
    );
  });

  it('says nothing after it has failed', () => {
    const one = server();
    const hello = writeRecord({
      type: 22,
      epoch: 0,
      sequence: 0,
      fragment: writeHandshake({ type: 1, number: 0, body: new Uint8Array(40) }),
    });
    expect(one.handle(hello, 0).failed).toBeDefined();
    expect(one.handle(hello, 0)).toEqual({ send: [] });
    expect(one.tick(1e9)).toEqual({ send: [] });
  });
});

describe('DTLS records and messages', () => {
  it('are told from STUN and RTP by the first octet (RFC 7983 §7)', () => {
    expect([22, 20, 63].map((first) => isDtls(Uint8Array.of(first, ...new Uint8Array(20))))).toEqual([
      true,
      true,
      true,
    ]);
    expect([0, 19, 64, 128].map((first) => isDtls(Uint8Array.of(first, ...new Uint8Array(20))))).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });

  it('read what they wrote, with numbers of 48 bits', () => {
    const record = { type: 22, epoch: 1, sequence: 2 ** 40 + 5, fragment: Uint8Array.of(1, 2, 3) };
    expect(readRecords(writeRecord(record))).toEqual([record]);
  });

  it('are put together from fragments in any order, doubled and overlapping', () => {
    const whole = writeHandshake({ type: 1, number: 0, body: Uint8Array.from({ length: 100 }, (_, i) => i) });
    const piece = (from: number, to: number) => {
      const fragment = new Uint8Array(12 + to - from);
      fragment.set(whole.subarray(0, 12));
      fragment.set([0, 0, from, 0, 0, to - from], 6);
      fragment.set(whole.subarray(12 + from, 12 + to), 12);
      return fragment;
    };
    const reader = new HandshakeReader();
    for (const [from, to] of [
      [60, 100],
      [0, 30],
      [0, 30],
      [20, 70],
    ] as const)
      expect(reader.push(piece(from, to))).toBe(true);
    expect(reader.take()?.body).toEqual(whole.subarray(12));
    expect(reader.take()).toBeUndefined();
  });

  it('are refused when their lengths lie', () => {
    const reader = new HandshakeReader();
    expect(reader.push(Uint8Array.of(1, 0, 0, 5, 0, 0, 0, 0, 4, 0, 0, 5, 1, 2, 3, 4, 5))).toBe(false);
    expect(reader.push(Uint8Array.of(1, 0xff, 0, 5, 0, 0, 0, 0, 0, 0, 0, 1, 1))).toBe(false);
    expect(reader.push(Uint8Array.of(1, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 5, 1))).toBe(false);
    expect(readClientHello(new Uint8Array(34))).toBeUndefined();
  });
});
