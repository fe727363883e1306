import { describe, expect, it } from 'vitest';
import { numberingFr } from '../../src/decide/numbering-fr.ts';
import { reservedNumbers } from '../../src/domain/reserved-numbers.ts';

const { emergency, short } = reservedNumbers.FR;

/** Every number that a site could dial as it is: up to six digits. */
const all = [2, 3, 4, 5, 6].flatMap((digits) =>
  Array.from({ length: 10 ** digits }, (_, number) => String(number).padStart(digits, '0')),
);

describe('the numbers that the town may not use itself', () => {
  it('are the emergency numbers that calls are decided by', () => {
    expect(new Set(emergency)).toEqual(numberingFr.emergency);
  });

  it('are the short numbers of the numbering plan, and no others', () => {
    const inPlan = all.filter((number) => numberingFr.short.some(({ pattern }) => pattern.test(number)));
    const inRange = all.filter((number) =>
      short.some(({ from, to }) => number.length === from.length && number >= from && number <= to),
    );
    expect(inRange).toEqual(inPlan);
  });
});
