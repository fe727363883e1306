import { describe, expect, it } from 'vitest';
import { Reception } from '../../../src/protocol/rtcp/reception.ts';
import { ntpTime, roundTripMs } from '../../../src/protocol/rtcp/round-trip.ts';

function receive(
  reception: Reception,
  from: number,
  count: number,
  lateMs: (n: number) => number = () => 0,
  ssrc = 9,
): void {
  for (let n = from; n < from + count; n += 1) {
    reception.received(ssrc, n & 0xffff, (n * 160) >>> 0, 160, n * 20 + lateMs(n));
  }
}

describe('receiver statistics (RFC 3550 §6.4.1)', () => {
  it('report nothing before there was a packet', () => {
    expect(new Reception(8000).report(0)).toBeUndefined();
  });

  it('count what is missing, also over the turn of the counter', () => {
    const reception = new Reception(8000);
    receive(reception, 65500, 30);
    receive(reception, 65540, 60);
    expect(reception.report(0)).toMatchObject({
      cumulativeLost: 10,
      fractionLost: 25,
      highestSequence: 65599 - 65536 + 65536,
    });
    expect(reception.summary()).toMatchObject({ packets: 90, expected: 100, lost: 10 });
  });

  it('give the fraction lost of the last interval only', () => {
    const reception = new Reception(8000);
    receive(reception, 0, 50);
    receive(reception, 60, 40);
    reception.report(0);
    receive(reception, 100, 100);
    expect(reception.report(0)).toMatchObject({ cumulativeLost: 10, fractionLost: 0 });
  });

  it('measure jitter as A.8 does: alternating by 10 ms comes to 80 units', () => {
    const reception = new Reception(8000);
    receive(reception, 0, 500, (n) => (n % 2) * 10);
    expect(reception.report(0)?.jitter).toBeGreaterThanOrEqual(79);
    expect(reception.summary().jitterMs).toBeCloseTo(10, 0);
  });

  it('do not take the pause of a sender for jitter', () => {
    const reception = new Reception(8000);
    receive(reception, 0, 50);
    receive(reception, 50, 50, () => 5000);
    expect(reception.summary().jitterMs).toBe(0);
  });

  it('go on counting when the source changes, and report on the new one', () => {
    const reception = new Reception(8000);
    receive(reception, 0, 50);
    receive(reception, 500, 50, () => 0, 10);
    expect(reception.report(0)).toMatchObject({ ssrc: 10, cumulativeLost: 0 });
    expect(reception.summary()).toMatchObject({ packets: 100, expected: 100, lost: 0, ssrcChanges: 1 });
  });

  it('return the time of the last sender report and how long ago it came', () => {
    const reception = new Reception(8000);
    receive(reception, 0, 1);
    reception.senderReport(0x11112222, 0x33334444, 1000);
    expect(reception.report(1500)).toMatchObject({ lastSr: 0x22223333, delaySinceLastSr: 32768 });
  });
});

describe('round trip (RFC 3550 §6.4.1)', () => {
  const sentAt = 1_700_000_000_000;
  const sent = ntpTime(sentAt);
  const lastSr = (((sent.seconds & 0xffff) << 16) | (sent.fraction >>> 16)) >>> 0;
  const block = {
    ssrc: 1,
    fractionLost: 0,
    cumulativeLost: 0,
    highestSequence: 0,
    jitter: 0,
    lastSr,
    delaySinceLastSr: 65536,
  };

  it('is now, less when our report was sent, less how long the peer kept it', () => {
    expect(roundTripMs(block, sentAt + 1080)).toBeCloseTo(80, 0);
  });

  it('is not known without a report of ours, nor from an answer that makes no sense', () => {
    expect(roundTripMs({ ...block, lastSr: 0 }, sentAt)).toBeUndefined();
    expect(roundTripMs(block, sentAt)).toBeUndefined();
    expect(roundTripMs({ ...block, delaySinceLastSr: 0 }, sentAt + 120_000)).toBeUndefined();
  });

  it('counts NTP time from 1900', () => {
    expect(ntpTime(500)).toEqual({ seconds: 2208988800, fraction: 0x80000000 });
  });
});
