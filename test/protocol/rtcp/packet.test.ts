import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type RtcpPacket, readRtcp, writeRtcp } from '../../../src/protocol/rtcp/packet.ts';

const block = {
  ssrc: 0xaabbccdd,
  fractionLost: 12,
  cumulativeLost: -3,
  highestSequence: 70000,
  jitter: 55,
  lastSr: 0x12345678,
  delaySinceLastSr: 65536,
};
const report: RtcpPacket = {
  is: 'sr',
  ssrc: 0xfffffff0,
  sender: { ntpSeconds: 3900000000, ntpFraction: 0x80000000, rtpTimestamp: 4294967295, packets: 100, octets: 16000 },
  blocks: [block],
};
const name: RtcpPacket = { is: 'sdes', ssrc: 0xfffffff0, cname: 'leg-1@media' };
const bye: RtcpPacket = { is: 'bye', ssrcs: [0xfffffff0] };

describe('RTCP (RFC 3550 §6)', () => {
  it.each<[string, RtcpPacket[]]>([
    ['a sender report with name', [report, name]],
    ['a receiver report without blocks', [{ is: 'rr', ssrc: 5, blocks: [] }, name]],
    ['a farewell', [report, name, bye]],
    ['a name that fills its words', [report, { is: 'sdes', ssrc: 1, cname: 'ab' }]],
  ])('reads what it wrote: %s', (_, packets) => {
    expect(readRtcp(writeRtcp(packets))).toEqual(packets);
  });

  it('fills whole words and ends the list of items with a zero octet (§6.5)', () => {
    for (let length = 1; length < 12; length += 1) {
      const bytes = writeRtcp([
        { is: 'rr', ssrc: 1, blocks: [] },
        { is: 'sdes', ssrc: 1, cname: 'x'.repeat(length) },
      ]);
      expect(bytes.length % 4).toBe(0);
      expect(bytes.at(-1)).toBe(0);
    }
  });

  it('passes over feedback and application packets', () => {
    const feedback = Uint8Array.of(0x81, 205, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2);
    const whole = new Uint8Array([...writeRtcp([report]), ...feedback, ...writeRtcp([bye])]);
    expect(readRtcp(whole)).toEqual([report, bye]);
  });

  it.each([
    ['nothing', new Uint8Array(0)],
    ['a compound that does not begin with a report', writeRtcp([name])],
    ['a length beyond the packet', writeRtcp([report]).subarray(0, 40)],
    ['more blocks than there are', Uint8Array.of(0x9f, 201, 0, 1, 0, 0, 0, 1)],
    ['version 1', Uint8Array.of(0x40, 201, 0, 1, 0, 0, 0, 1)],
    ['a tail of less than a word', new Uint8Array([...writeRtcp([report]), 0x80])],
  ])('refuses %s', (_, bytes) => {
    expect(readRtcp(bytes)).toBeUndefined();
  });

  it('never throws, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), fc.constantFrom(200, 201, 202, 203), (bytes, type) => {
        if (bytes.length > 3) bytes.set([0x80 | ((bytes[0] ?? 0) & 31), type, 0, bytes.length / 4 - 1]);
        readRtcp(bytes);
      }),
    );
  });
});
