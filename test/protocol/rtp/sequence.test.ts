import { describe, expect, it } from 'vitest';
import { SequenceUnroller, sequenceDistance, timestampDistance } from '../../../src/protocol/rtp/sequence.ts';

describe('sequence numbers', () => {
  it('are compared the short way round', () => {
    expect(sequenceDistance(65535, 0)).toBe(1);
    expect(sequenceDistance(0, 65535)).toBe(-1);
    expect(timestampDistance(4294967295, 159)).toBe(160);
  });

  it('grow on over the turn of the counter, in and out of order', () => {
    const numbers = new SequenceUnroller();
    const [a, b, c, d] = [65534, 0, 65535, 1].map((sequence) => Number(numbers.unroll(sequence)));
    expect([Number(b) - Number(a), Number(c) - Number(a), Number(d) - Number(a)]).toEqual([2, 1, 3]);
  });

  it('do not believe one packet far away, but two in a row (RFC 3550 A.1)', () => {
    const numbers = new SequenceUnroller();
    numbers.unroll(100);
    expect(numbers.unroll(30000)).toBe('jump');
    expect(numbers.unroll(101)).toBe(65536 + 101);
    expect(numbers.unroll(30000)).toBe('jump');
    expect(numbers.unroll(30001)).toBe('restart');
    expect(numbers.unroll(30002)).toBe(65536 + 30002);
  });
});
