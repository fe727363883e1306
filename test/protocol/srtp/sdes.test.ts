import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromBase64, toBase64 } from '../../../src/protocol/srtp/base64.ts';
import { newMasterKey, readCryptoLine, writeCryptoLine } from '../../../src/protocol/srtp/sdes.ts';

const secret = 'WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz';

describe('crypto lines (RFC 4568)', () => {
  it('are read with a lifetime, as in the example of §9.4', () => {
    const line = readCryptoLine(`1 AES_CM_128_HMAC_SHA1_80 inline:${secret}|2^20`);
    expect(line?.tag).toBe(1);
    expect(line?.master.key.length).toBe(16);
    expect(line?.master.salt.length).toBe(14);
  });

  it.each(['AES_CM_128_HMAC_SHA1_32', 'AEAD_AES_128_GCM', 'AEAD_AES_256_GCM'] as const)(
    'read what they wrote: %s',
    (suite) => {
      const master = newMasterKey(suite, (bytes) => Uint8Array.from({ length: bytes }, (_, i) => 255 - i));
      const line = { tag: 3, suite, master };
      expect(readCryptoLine(writeCryptoLine(line))).toEqual(line);
    },
  );

  it.each([
    ['an unknown suite', `1 F8_128_HMAC_SHA1_80 inline:${secret}`],
    ['a name that objects have', `1 constructor inline:${secret}`],
    ['a key too short', '1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7'],
    ['a key that is no base64', `1 AES_CM_128_HMAC_SHA1_80 inline:${secret.replace('W', '!')}`],
    ['another method', `1 AES_CM_128_HMAC_SHA1_80 mikey:${secret}`],
    ['a master key index', `1 AES_CM_128_HMAC_SHA1_80 inline:${secret}|2^20|1:4`],
    ['several keys', `1 AES_CM_128_HMAC_SHA1_80 inline:${secret};inline:${secret}`],
    ['a wish not to encrypt', `1 AES_CM_128_HMAC_SHA1_80 inline:${secret} UNENCRYPTED_SRTP`],
    ['no tag', `AES_CM_128_HMAC_SHA1_80 inline:${secret}`],
    ['nothing', ''],
    ['endless text', `1 AES_CM_128_HMAC_SHA1_80 inline:${secret} ${'-x '.repeat(500)}`],
  ])('are refused with %s', (_, value) => {
    expect(readCryptoLine(value)).toBeUndefined();
  });

  it('may carry parameters that can be ignored (§6.3.7)', () => {
    expect(readCryptoLine(`1 AES_CM_128_HMAC_SHA1_80 inline:${secret} WSH=64 -vendor`)).toBeDefined();
  });
});

describe('base64', () => {
  it('gives back any octets, with padding and without', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 50 }), (bytes) => {
        expect(toBase64(bytes)).toBe(Buffer.from(bytes).toString('base64'));
        expect(fromBase64(toBase64(bytes))).toEqual(bytes);
        expect(fromBase64(toBase64(bytes).replaceAll('=', ''))).toEqual(bytes);
      }),
    );
  });

  it('refuses what is none', () => {
    expect(fromBase64('ab c')).toBeUndefined();
    expect(fromBase64('abcde')).toBeUndefined();
  });
});
