import { describe, expect, it } from 'vitest';
import { PortPool } from '../../../src/engines/media/port-pool.ts';
import { RelayMap } from '../../../src/engines/media/relay-map.ts';
import { cheapChance } from '../../../src/protocol/audio/noise.ts';

const pool = () => new PortPool({ from: 20_001, to: 20_011, restMs: 10_000, chance: cheapChance(1) });

describe('the RTP ports', () => {
  it('are even, with one above for RTCP within the range (RFC 3550 §11), and each is given once', () => {
    const one = pool();
    const ports = Array.from({ length: 5 }, () => one.take(0));
    expect([...ports].sort()).toEqual([20_002, 20_004, 20_006, 20_008, 20_010]);
    expect(one.take(0)).toBeUndefined();
  });

  it('rest before they are used again', () => {
    const one = pool();
    const first = one.take(0) ?? 0;
    one.giveBack(first, 0);
    const others = Array.from({ length: 4 }, () => one.take(5000));
    expect(others).not.toContain(first);
    expect(one.givenEarly).toBe(0);
    one.giveBack(others[0] ?? 0, 5000);
    expect(one.take(10_000)).toBe(first);
  });

  it('are given before their rest is over only when there is no other, the longest rested first, and that is counted', () => {
    const one = pool();
    const all = Array.from({ length: 5 }, () => one.take(0) ?? 0);
    for (const [i, port] of all.entries()) one.giveBack(port, i);
    expect(one.take(100)).toBe(all[0]);
    expect(one.givenEarly).toBe(1);
  });

  it('come in an order that cannot be foretold', () => {
    const orders = [1, 2, 3].map((seed) => {
      const one = new PortPool({ from: 20_000, to: 20_099, restMs: 1, chance: cheapChance(seed) });
      return Array.from({ length: 20 }, () => one.take(0)).join();
    });
    expect(new Set(orders).size).toBe(3);
  });
});

describe('a relayed stream', () => {
  it('keeps its gaps and its order, on the other stream’s numbers', () => {
    const map = new RelayMap();
    const placed = [10, 11, 13, 12, 14].map((sequence) => {
      map.place(7, sequence, sequence * 160, 500, 80_000);
      return [map.sequence, map.timestamp];
    });
    expect(placed.map(([sequence]) => sequence)).toEqual([500, 501, 503, 502, 504]);
    expect(placed.map(([, timestamp]) => timestamp)).toEqual([80_000, 80_160, 80_480, 80_320, 80_640]);
    expect(map.nextSequence).toBe(505);
  });

  it('goes over the turn of both counters, and joins a new source where the old one ended', () => {
    const map = new RelayMap();
    expect(map.place(7, 65_535, 4_294_967_295, 65_534, 100)).toBe(true);
    expect(map.place(7, 0, 159, map.nextSequence, 260)).toBe(false);
    expect([map.sequence, map.timestamp]).toEqual([65_535, 260]);
    expect(map.place(8, 30_000, 5, map.nextSequence, 420)).toBe(true);
    expect([map.sequence, map.timestamp]).toEqual([0, 420]);
  });
});
