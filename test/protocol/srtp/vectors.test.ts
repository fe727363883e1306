import { describe, expect, it } from 'vitest';
import { nodeSrtpPrimitives } from '../../../src/engines/media/srtp-primitives.ts';
import { SrtpReceiver, SrtpSender, srtpTransform, transformFor } from '../../../src/protocol/srtp/context.ts';
import { keystream, sessionKeys } from '../../../src/protocol/srtp/key-derivation.ts';
import { SRTP_PROFILES, SRTP_ROOM, type SrtpSuite } from '../../../src/protocol/srtp/profiles.ts';

const hex = (text: string) => new Uint8Array(Buffer.from(text.replace(/\s/g, ''), 'hex'));
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

function withRoom(packet: Uint8Array): Uint8Array {
  const roomy = new Uint8Array(packet.length + SRTP_ROOM);
  roomy.set(packet);
  return roomy;
}

describe('RFC 3711 appendix B', () => {
  it('B.2: AES in counter mode', () => {
    const aes = nodeSrtpPrimitives.aesBlocks(hex('2B7E151628AED2A6ABF7158809CF4F3C'));
    const stream = keystream(aes, hex('F0F1F2F3F4F5F6F7F8F9FAFBFCFD0000'), 48);
    expect(text(stream)).toBe(
      'e03ead0935c95e80e166b16dd92b4eb4d23513162b02d0f72a43a2fe4a5f97ab41e95b3bb0a2e8dd477901e4fca894c0',
    );
  });

  it('B.3: the derivation of session keys', () => {
    const master = { key: hex('E1F97A0D3E018BE0D64FA32C06DE4139'), salt: hex('0EC675AD498AFEEBB6960B3AABE6') };
    const keys = sessionKeys(nodeSrtpPrimitives, SRTP_PROFILES.AES_CM_128_HMAC_SHA1_80, master, 'rtp');
    expect(text(keys.key)).toBe('c61e7a93744f39ee10734afe3ff7a087');
    expect(text(keys.salt)).toBe('30cbbc08863d8c85d49db34a9ae1');
    expect(text(keys.auth)).toBe('cebe321f6ff7716b6fd4ab49af256a156d38baa4');
  });

  it('a whole packet, as other implementations make it of the same master key', () => {
    const master = { key: hex('E1F97A0D3E018BE0D64FA32C06DE4139'), salt: hex('0EC675AD498AFEEBB6960B3AABE6') };
    const sender = new SrtpSender(srtpTransform(nodeSrtpPrimitives, 'AES_CM_128_HMAC_SHA1_80', master));
    const packet = withRoom(hex('800f1234decafbadcafebabe abababababababababababababababab'));
    const length = sender.protectRtp(packet, 28);
    expect(text(packet.subarray(0, length))).toBe(
      '800f1234decafbadcafebabe4e55dc4ce79978d88ca4d215949d2402b78d6acc99ea179b8dbb',
    );
  });
});

interface GcmVector {
  readonly suite: SrtpSuite;
  readonly key: string;
  readonly rtp: string;
  readonly rtcp: string;
}

const salt = hex('51 75 69 64 20 70 72 6f 20 71 75 6f');
const plainRtp = hex(`8040f17b 8041f8d3 5501a0b2 47616c6c 69612065 7374206f 6d6e6973 20646976 69736120 696e2070
  61727465 73207472 6573`);
const plainRtcp = hex(`81c8000d 4d617273 4e545031 4e545032 52545020 0000042a 0000e930 4c756e61 deadbeef deadbeef
  deadbeef deadbeef deadbeef`);

describe.each<GcmVector>([
  {
    suite: 'AEAD_AES_128_GCM',
    key: '000102030405060708090a0b0c0d0e0f',
    rtp: `8040f17b 8041f8d3 5501a0b2 f24de3a3 fb34de6c acba861c 9d7e4bca be633bd5 0d294e6f 42a5f47a 51c7d19b 36de3adf
      8833899d 7f27beb1 6a9152cf 765ee439 0cce`,
    rtcp: `81c8000d 4d617273 63e94885 dcdab67c a727d766 2f6b7e99 7ff5c0f7 6c06f32d c676a5f1 730d6fda 4ce09b46 86303ded
      0bb9275b c84aa458 96cf4d2f c5abf872 45d9eade 800005d4`,
  },
  {
    suite: 'AEAD_AES_256_GCM',
    key: '000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f',
    rtp: `8040f17b 8041f8d3 5501a0b2 32b1de78 a822fe12 ef9f78fa 332e33aa b1801238 9a58e2f3 b50b2a02 76ffae0f 1ba63799
      b87b7aa3 db36dfff d6b0f9bb 7878d7a7 6c13`,
    rtcp: `81c8000d 4d617273 d50ae4d1 f5ce5d30 4ba297e4 7d470c28 2c3ece5d bffe0a50 a2eaa5c1 110555be 8415f658 c61de047
      6f1b6fad 1d1eb30c 4446839f 57ff6f6c b26ac3be 800005d4`,
  },
])('RFC 7714 §16 and §17, $suite', ({ suite, key, rtp, rtcp }) => {
  const keys = { key: hex(key), salt, auth: new Uint8Array(0) };
  const transform = transformFor(nodeSrtpPrimitives, suite, keys, keys);

  it('seals RTP', () => {
    const packet = withRoom(plainRtp);
    const length = new SrtpSender(transform).protectRtp(packet, plainRtp.length);
    expect(text(packet.subarray(0, length))).toBe(text(hex(rtp)));
  });

  it('opens RTP', () => {
    const packet = hex(rtp);
    const length = new SrtpReceiver(transform).unprotectRtp(packet, packet.length);
    expect(length).toBe(plainRtp.length);
    expect(text(packet.subarray(0, plainRtp.length))).toBe(text(plainRtp));
  });

  it('seals RTCP', () => {
    const packet = withRoom(plainRtcp);
    const length = new SrtpSender(transform, 0x5d3).protectRtcp(packet, plainRtcp.length);
    expect(text(packet.subarray(0, length))).toBe(text(hex(rtcp)));
  });

  it('opens RTCP', () => {
    const packet = hex(rtcp);
    const length = new SrtpReceiver(transform).unprotectRtcp(packet, packet.length);
    expect(length).toBe(plainRtcp.length);
    expect(text(packet.subarray(0, plainRtcp.length))).toBe(text(plainRtcp));
  });
});
