import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nodeSrtpPrimitives } from '../../../src/engines/media/srtp-primitives.ts';
import { writeRtcp } from '../../../src/protocol/rtcp/packet.ts';
import { writeRtpHeader } from '../../../src/protocol/rtp/packet.ts';
import { SrtpReceiver, SrtpSender, srtpTransform } from '../../../src/protocol/srtp/context.ts';
import { SRTP_PROFILES, SRTP_ROOM, type SrtpSuite } from '../../../src/protocol/srtp/profiles.ts';
import { ReplayWindow } from '../../../src/protocol/srtp/replay-window.ts';

const suites = Object.keys(SRTP_PROFILES) as SrtpSuite[];
const payload = Uint8Array.from({ length: 160 }, (_, i) => (i * 7) & 255);

function ends(suite: SrtpSuite, peerKey = 0): { readonly sender: SrtpSender; readonly receiver: SrtpReceiver } {
  const { keyBytes, saltBytes } = SRTP_PROFILES[suite];
  const master = (first: number) => ({
    key: Uint8Array.from({ length: keyBytes }, (_, i) => i + first),
    salt: Uint8Array.from({ length: saltBytes }, (_, i) => i + 100),
  });
  return {
    sender: new SrtpSender(srtpTransform(nodeSrtpPrimitives, suite, master(0))),
    receiver: new SrtpReceiver(srtpTransform(nodeSrtpPrimitives, suite, master(peerKey))),
  };
}

function sealed(sender: SrtpSender, sequence: number, ssrc = 77): Uint8Array {
  const packet = new Uint8Array(172 + SRTP_ROOM);
  writeRtpHeader(packet, 8, false, sequence & 0xffff, sequence * 160, ssrc);
  packet.set(payload, 12);
  return packet.slice(0, sender.protectRtp(packet, 172));
}

const open = (receiver: SrtpReceiver, packet: Uint8Array) => receiver.unprotectRtp(packet, packet.length);

describe.each(suites)('SRTP with %s', (suite) => {
  it('opens what it sealed, and nothing of the payload shows on the way', () => {
    const { sender, receiver } = ends(suite);
    const packet = sealed(sender, 5);
    expect(Buffer.from(packet).includes(Buffer.from(payload.subarray(0, 8)))).toBe(false);
    expect(open(receiver, packet)).toBe(172);
    expect(packet.subarray(12, 172)).toEqual(payload);
  });

  it('refuses a packet of which any octet was changed', () => {
    const { sender, receiver } = ends(suite);
    const packet = sealed(sender, 5);
    for (let i = 1; i < packet.length; i += 1) {
      const changed = packet.slice();
      changed[i] = (changed[i] ?? 0) ^ 1;
      expect(open(receiver, changed)).toBeTypeOf('string');
    }
    expect(open(receiver, packet)).toBe(172);
  });

  it('refuses another key', () => {
    const { sender, receiver } = ends(suite, 1);
    expect(open(receiver, sealed(sender, 5))).toBe('not authentic');
  });

  it('refuses a packet that was let in before, and one too old to know (RFC 3711 §3.3.2)', () => {
    const { sender, receiver } = ends(suite);
    const packets = Array.from({ length: 300 }, (_, i) => sealed(sender, i));
    const copies = packets.map((packet) => packet.slice());
    for (const packet of packets.slice(1)) expect(open(receiver, packet)).toBe(172);
    expect(open(receiver, copies[299] ?? new Uint8Array())).toBe('replayed');
    expect(open(receiver, copies[0] ?? new Uint8Array())).toBe('replayed');
  });

  it('lets in what was overtaken', () => {
    const { sender, receiver } = ends(suite);
    const [first, second, third] = [1, 2, 3].map((sequence) => sealed(sender, sequence));
    expect([third, first, second].map((packet) => open(receiver, packet ?? new Uint8Array()))).toEqual([172, 172, 172]);
  });
});

describe.each(suites)('the numbers of SRTP with %s', (suite) => {
  it('rolls over with the sequence number, with packets late on either side (RFC 3711 §3.3.1)', () => {
    const { sender, receiver } = ends(suite);
    const packets = Array.from({ length: 20 }, (_, i) => sealed(sender, 65526 + i));
    const order = [0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 9, 12, 13, 14, 15, 16, 17, 18, 19];
    expect(order.map((i) => open(receiver, packets[i] ?? new Uint8Array()))).toEqual(order.map(() => 172));
  });

  it('follows a rollover that it did not see happen', () => {
    const { sender, receiver } = ends(suite);
    expect(open(receiver, sealed(sender, 65000))).toBe(172);
    for (let sequence = 65001; sequence < 66000; sequence += 1) sealed(sender, sequence);
    expect(open(receiver, sealed(sender, 66000))).toBe(172);
  });

  it('counts a rollover once, when a packet of before it is sent late (RFC 3711 §3.3.1)', () => {
    const { sender, receiver } = ends(suite);
    const packets = [65533, 65534, 65536, 65535, 65537, 65538].map((sequence) => sealed(sender, sequence));
    expect(packets.map((packet) => open(receiver, packet))).toEqual(packets.map(() => 172));
  });

  it('seals nothing twice under one number, nor what is too late to know (RFC 3711 §9.1)', () => {
    const { sender } = ends(suite);
    const lengths = [500, 501, 500, 499, 499, 900, 700, 901].map((sequence) => {
      const packet = new Uint8Array(172 + SRTP_ROOM);
      writeRtpHeader(packet, 8, false, sequence, sequence * 160, 77);
      return sender.protectRtp(packet, 172) > 0;
    });
    expect(lengths).toEqual([true, true, false, true, false, true, false, true]);
  });

  it('protects RTCP, with an index of its own', () => {
    const { sender, receiver } = ends(suite);
    const report = writeRtcp([
      { is: 'rr', ssrc: 77, blocks: [] },
      { is: 'sdes', ssrc: 77, cname: 'someone' },
    ]);
    for (let i = 0; i < 3; i += 1) {
      const packet = new Uint8Array(report.length + SRTP_ROOM);
      packet.set(report);
      const length = sender.protectRtcp(packet, report.length);
      const again = packet.slice(0, length);
      expect(receiver.unprotectRtcp(packet, length)).toBe(report.length);
      expect(packet.subarray(0, report.length)).toEqual(report);
      expect(receiver.unprotectRtcp(again, length)).toBe('replayed');
    }
  });

  it('never throws, whatever the octets', () => {
    const { receiver } = ends(suite);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        expect(receiver.unprotectRtp(bytes.slice(), bytes.length)).toBeTypeOf('string');
        expect(receiver.unprotectRtcp(bytes.slice(), bytes.length)).toBeTypeOf('string');
      }),
    );
  });
});

describe('SRTP', () => {
  it('hears a peer that was transferred again and again, each time with another source', () => {
    const { sender, receiver } = ends('AES_CM_128_HMAC_SHA1_80');
    const packets = Array.from({ length: 40 }, (_, i) => sealed(sender, i, i + 1));
    expect(packets.map((packet) => open(receiver, packet))).toEqual(packets.map(() => 172));
  });
});

describe('the replay window', () => {
  it('knows each of the last 128, and forgets by passing on', () => {
    const window = new ReplayWindow();
    for (const index of [0, 5, 127, 128, 300, 299]) {
      expect(window.mayBeNew(index)).toBe(true);
      window.seen(index);
    }
    expect([300, 299, 173, 172, 128, 298, 301].map((index) => window.mayBeNew(index))).toEqual([
      false,
      false,
      true,
      false,
      false,
      true,
      true,
    ]);
  });
});
