import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cheapChance } from '../../../src/protocol/audio/noise.ts';
import { JitterBuffer, type MediaPacket } from '../../../src/protocol/rtp/jitter-buffer.ts';

interface Arrival {
  readonly at: number;
  readonly packet: MediaPacket;
}

interface Stream {
  readonly packets?: number;
  readonly ptimeMs?: number;
  readonly ssrc?: number;
  readonly firstSequence?: number;
  readonly firstTimestamp?: number;
  readonly startAt?: number;
}

/** Packet number n carries n in its payload. */
function stream({
  packets = 250,
  ptimeMs = 20,
  ssrc = 1,
  firstSequence = 65500,
  firstTimestamp = 4294960000,
  startAt = 0,
}: Stream = {}): Arrival[] {
  return Array.from({ length: packets }, (_, n) => ({
    at: startAt + n * ptimeMs,
    packet: {
      ssrc,
      sequence: (firstSequence + n) & 0xffff,
      timestamp: (firstTimestamp + n * ptimeMs * 8) >>> 0,
      payloadType: 8,
      units: ptimeMs * 8,
      payload: Uint8Array.of(n & 255, n >> 8),
    },
  }));
}

interface Heard {
  readonly played: readonly number[];
  readonly what: readonly string[];
  readonly buffer: JitterBuffer;
}

/** Plays for as long as packets come and half a second more, one frame of 20 ms after the other. */
function play(arrivals: readonly Arrival[], isQuiet = false): Heard {
  const buffer = new JitterBuffer({ clockRate: 8000, minDelayMs: 40, maxDelayMs: 200 });
  const queue = [...arrivals].sort((a, b) => a.at - b.at);
  const played: number[] = [];
  const what: string[] = [];
  const end = (queue.at(-1)?.at ?? 0) + 500;
  let owed = 0;
  for (let at = 5; at < end; at += 20) {
    while (queue[0] !== undefined && queue[0].at <= at) buffer.push((queue.shift() as Arrival).packet, at);
    for (owed += 160; owed > 0; owed -= buffer.units) {
      const playout = buffer.next(isQuiet);
      what.push(playout);
      if (playout === 'packet') played.push((buffer.payload[0] ?? 0) + 256 * (buffer.payload[1] ?? 0));
    }
  }
  return { played, what, buffer };
}

const count = (list: readonly unknown[], what: unknown) => list.filter((one) => one === what).length;
const isAscending = (list: readonly number[]) => list.every((n, i) => i === 0 || n > (list[i - 1] ?? 0));

describe('the jitter buffer', () => {
  it('plays an undisturbed stream whole and in order, over the turn of both counters', () => {
    const { played, what } = play(stream());
    expect(played).toEqual([...Array(250).keys()]);
    expect(count(what.slice(0, 250), 'lost')).toBe(0);
  });

  it.each([10, 20, 30, 40, 60])('plays packets of %d ms', (ptimeMs) => {
    const { played } = play(stream({ ptimeMs, packets: 100 }));
    expect(played).toEqual([...Array(100).keys()]);
  });

  it('puts packets that overtook one another in order', () => {
    const arrivals = stream().map((arrival, n) => (n % 5 === 0 ? { ...arrival, at: arrival.at + 30 } : arrival));
    const { played, buffer } = play(arrivals);
    expect(isAscending(played)).toBe(true);
    expect(buffer.late).toBeLessThanOrEqual(3);
    expect(played.length).toBeGreaterThanOrEqual(247);
  });

  it('says once for every packet that is lost', () => {
    const lost = [40, 41, 90, 150];
    const { played, what, buffer } = play(stream().filter((_, n) => !lost.includes(n)));
    expect(played.length).toBe(246);
    expect(buffer.lost).toBe(4);
    expect(count(what.slice(0, 249), 'lost')).toBe(4);
  });

  it('plays 95 % or more through 30 ms of jitter and 5 % of loss', () => {
    const chance = cheapChance(11);
    const arrivals = stream({ packets: 3000 })
      .filter(() => chance() > 0.05)
      .map((arrival) => ({ ...arrival, at: arrival.at + chance() * 30 }));
    const { played, buffer } = play(arrivals);
    expect(isAscending(played)).toBe(true);
    expect(played.length / arrivals.length).toBeGreaterThan(0.98);
    expect(buffer.late).toBeLessThan(30);
  });
});

describe('the delay of the jitter buffer', () => {
  it('grows with the jitter, and shrinks again when it is over', () => {
    const chance = cheapChance(4);
    const arrivals = stream({ packets: 4000 }).map((arrival, n) =>
      n < 1000 ? { ...arrival, at: arrival.at + chance() * 120 } : arrival,
    );
    const early = play(arrivals.slice(0, 1000));
    expect(early.buffer.delayMs).toBeGreaterThan(90);
    const whole = play(arrivals, true);
    expect(whole.buffer.delayMs).toBeLessThanOrEqual(60);
  });

  it('does not grow when the clock of the sender runs fast', () => {
    const arrivals = stream({ packets: 6000 }).map((arrival) => ({ ...arrival, at: arrival.at * 0.998 }));
    const { buffer, played } = play(arrivals);
    expect(isAscending(played)).toBe(true);
    expect(buffer.skipped).toBeGreaterThan(5);
    expect(buffer.skipped).toBeLessThan(20);
  });
});

describe('the jitter buffer, when the stream breaks,', () => {
  it('knows silence of the sender (DTX) from loss', () => {
    const talk = stream({ packets: 50 });
    const after = stream({
      packets: 50,
      firstSequence: 65500 + 50,
      firstTimestamp: 4294960000 + 56 * 160,
      startAt: 56 * 20,
    });
    const { buffer, played } = play([...talk, ...after]);
    expect(buffer.lost).toBe(0);
    expect(played.length).toBe(100);
  });

  it('follows a source that changes its SSRC, sequence and time', () => {
    const first = stream({ packets: 50 });
    const second = stream({ packets: 50, ssrc: 2, firstSequence: 7, firstTimestamp: 99, startAt: 1000 });
    const { played } = play([...first, ...second]);
    expect(count(played, 49)).toBeGreaterThanOrEqual(1);
    expect(played.slice(-48)).toEqual([...Array(50).keys()].slice(-48));
  });

  it('follows a source that jumps in sequence and time but keeps its SSRC', () => {
    const first = stream({ packets: 50 });
    const second = stream({ packets: 50, firstSequence: 20000, firstTimestamp: 1_000_000_000, startAt: 1000 });
    const { played } = play([...first, ...second]);
    expect(played.slice(-45)).toEqual([...Array(50).keys()].slice(-45));
  });

  it('ignores doubles', () => {
    const { played, buffer } = play(stream().flatMap((arrival) => [arrival, { ...arrival, at: arrival.at + 1 }]));
    expect(played.length).toBe(250);
    expect(buffer.duplicate + buffer.late).toBe(250);
  });

  it('never holds more than its slots, whatever burst comes', () => {
    const burst = stream({ packets: 2000 }).map((arrival) => ({ ...arrival, at: 0 }));
    const { buffer, played } = play(burst);
    expect(buffer.heldPackets).toBeLessThanOrEqual(64);
    expect(isAscending(played)).toBe(true);
  });

  it('begins anew after a long break, without playing what is stale', () => {
    const again = stream({
      packets: 100,
      firstSequence: 65500 + 50,
      firstTimestamp: 4294960000 + 50 * 160,
      startAt: 4000,
    });
    const { played } = play([...stream({ packets: 50 }), ...again]);
    expect(played.length).toBe(150);
  });

  it('passes telephone-events through as short silence, and loses no audio after them', () => {
    const events = stream({ packets: 120 }).map((arrival, n) =>
      n < 50 || n >= 60
        ? arrival
        : {
            ...arrival,
            packet: { ...arrival.packet, timestamp: (4294960000 + 50 * 160) >>> 0, payloadType: 101, units: 0 },
          },
    );
    const { played, buffer } = play(events);
    expect(buffer.lost).toBe(0);
    expect(played.length).toBe(120);
  });
});

describe('the jitter buffer, whatever an evil phone sends,', () => {
  const packet = (sequence: number, over: Partial<MediaPacket> = {}): MediaPacket => ({
    ...{ ssrc: 1, sequence, timestamp: 0, payloadType: 8, units: 160, payload: Uint8Array.of(sequence & 255) },
    ...over,
  });
  const fresh = () => new JitterBuffer({ clockRate: 8000, minDelayMs: 40, maxDelayMs: 200 });

  it('gives up one that is too late to stand beside the newest', () => {
    const buffer = fresh();
    for (let sequence = 1000; sequence < 1064; sequence += 1) buffer.push(packet(sequence), 0);
    buffer.push(packet(990), 0);
    expect(buffer.heldPackets).toBe(64);
    expect(buffer.late).toBe(1);
    for (let n = 0; n < 200; n += 1) buffer.next(false);
    expect(buffer.heldPackets).toBeLessThanOrEqual(64);
  });

  it('plays one that came late while the delay was built up, though others stand far ahead of it', () => {
    const buffer = fresh();
    for (const n of [60, 1]) buffer.push(packet(1000 + n, { timestamp: n * 160 }), 0);
    expect(buffer.next(false)).toBe('packet');
    expect(buffer.payload).toEqual(Uint8Array.of(1001 & 255));
  });

  it('always comes to an end, and never holds more than its slots', () => {
    const near = fc.integer({ min: -110, max: 110 });
    const step = fc.record({
      by: fc.oneof({ weight: 8, arbitrary: near }, fc.integer({ min: 0, max: 65535 })),
      units: fc.constantFrom(0, 0, 1, 160, 160, 480, 1400),
      time: fc.oneof(fc.constant(0), near, fc.integer({ min: 0, max: 0xffffffff })),
      isOther: fc.integer({ min: 0, max: 60 }).map((n) => n === 0),
      reads: fc.integer({ min: 0, max: 5 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
        const buffer = fresh();
        const last = { sequence: 1000, timestamp: 0, ssrc: 1 };
        steps.forEach(({ by, units, time, isOther, reads }, n) => {
          last.sequence = (last.sequence + by) & 0xffff;
          last.timestamp = (last.timestamp + time) >>> 0;
          last.ssrc += Number(isOther);
          buffer.push(packet(last.sequence, { ...last, units }), n * 7);
          for (let read = 0; read < reads; read += 1) buffer.next(read % 2 === 0);
          expect(buffer.heldPackets).toBeLessThanOrEqual(64);
        });
        for (let read = 0; read < 200; read += 1) buffer.next(true);
      }),
      { numRuns: 300 },
    );
  });
});
