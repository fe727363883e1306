import { expect, it } from 'vitest';
import { SharedPieces } from '../../../src/engines/media/sounds/shared-pieces.ts';

it('reads a piece once for all who want it at the same time, and for those who come later', async () => {
  const pieces = new SharedPieces(1_000_000);
  let reads = 0;
  const read = async () => {
    reads += 1;
    return Int16Array.of(reads);
  };
  const taken = await Promise.all([pieces.take('a', read), pieces.take('a', read)]);
  expect([...taken, await pieces.take('a', read)].map(([sample]) => sample)).toEqual([1, 1, 1]);
});

it('reads anew what had to make room', async () => {
  const pieces = new SharedPieces(4);
  const read = async () => new Int16Array(2);
  const first = await pieces.take('a', read);
  await pieces.take('b', read);
  expect(await pieces.take('a', read)).not.toBe(first);
});

it('tells all who wait when a piece cannot be read, and tries again for the next', async () => {
  const pieces = new SharedPieces(1_000_000);
  const broken = () => Promise.reject(new Error('EIO'));
  const outcomes = await Promise.allSettled([pieces.take('a', broken), pieces.take('a', broken)]);
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(await pieces.take('a', async () => Int16Array.of(7))).toEqual(Int16Array.of(7));
});
