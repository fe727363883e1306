import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emptyRtpHeader, isRtcp, readRtp, writeRtpHeader } from '../../../src/protocol/rtp/packet.ts';

function packet(payload: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(12 + payload.length);
  writeRtpHeader(bytes, 8, true, 65535, 4294967295, 0xdeadbeef);
  bytes.set(payload, 12);
  return bytes;
}

describe('RTP packets (RFC 3550 §5.1)', () => {
  it('reads the header it wrote, up to the greatest numbers', () => {
    const header = emptyRtpHeader();
    expect(readRtp(packet([1, 2, 3]), header)).toBe(true);
    expect(header).toEqual({
      marker: true,
      payloadType: 8,
      sequence: 65535,
      timestamp: 4294967295,
      ssrc: 0xdeadbeef,
      payloadAt: 12,
      payloadBytes: 3,
    });
  });

  it('finds the payload behind sources, extension and before padding', () => {
    const bytes = new Uint8Array(12 + 8 + 8 + 4 + 3);
    bytes[0] = 0x80 | 0x20 | 0x10 | 2;
    bytes[23] = 1;
    bytes.set([9, 8, 7, 6], 28);
    bytes[34] = 3;
    const header = emptyRtpHeader();
    expect(readRtp(bytes, header)).toBe(true);
    expect([header.payloadAt, header.payloadBytes]).toEqual([28, 4]);
  });

  it.each([
    ['too short', new Uint8Array(11).fill(0x80)],
    ['version 1', Uint8Array.of(0x40, ...new Uint8Array(20))],
    ['more sources than octets', Uint8Array.of(0x8f, ...new Uint8Array(20))],
    ['an extension longer than the packet', Uint8Array.of(0x90, ...new Uint8Array(13), 0xff, 0xff, 0, 0)],
    ['an extension that has no room for its own header', Uint8Array.of(0x90, ...new Uint8Array(12))],
    ['more padding than payload', Uint8Array.of(0xa0, ...new Uint8Array(12), 9)],
    ['padding of no octets', Uint8Array.of(0xa0, ...new Uint8Array(13))],
    ['more than an Ethernet carries', Uint8Array.of(0x80, ...new Uint8Array(1500))],
  ])('refuses %s', (_, bytes) => {
    expect(readRtp(bytes, emptyRtpHeader())).toBe(false);
  });

  it('never finds a payload outside the packet', () => {
    const header = emptyRtpHeader();
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 12, maxLength: 80 }), (bytes) => {
        bytes[0] = 0x80 | ((bytes[0] ?? 0) & 0x3f);
        if (!readRtp(bytes, header)) return;
        expect(header.payloadAt + header.payloadBytes).toBeLessThanOrEqual(bytes.length);
        expect(header.payloadBytes).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it('tells RTCP from RTP on one port (RFC 5761 §4)', () => {
    expect(isRtcp(Uint8Array.of(0x80, 200))).toBe(true);
    expect(isRtcp(Uint8Array.of(0x80, 0x80 | 8))).toBe(false);
    expect(isRtcp(Uint8Array.of(0x80, 101))).toBe(false);
  });
});
