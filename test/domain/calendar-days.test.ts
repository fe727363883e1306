import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { civilDay, dayNumber, dayText, easter, readDay, weekday } from '../../src/domain/civil-day.ts';
import { holidaysOf, isBridge } from '../../src/domain/public-holidays.ts';

const day = (text: string): number => readDay(text) ?? Number.NaN;

describe('days of the calendar', () => {
  it('are counted from 1 January 1970, a Thursday', () => {
    expect(dayNumber({ year: 1970, month: 1, day: 1 })).toBe(0);
    expect(weekday(0)).toBe(3);
    expect(weekday(day('2026-11-23'))).toBe(0);
  });

  it('are the same day after being counted and written', () => {
    fc.assert(
      fc.property(fc.integer({ min: -700_000, max: 2_900_000 }), (number) => {
        expect(dayNumber(civilDay(number))).toBe(number);
      }),
    );
  });

  it('that do not exist are no days', () => {
    for (const text of ['2026-02-29', '2026-04-31', '2026-13-01', '2026-1-1', ''])
      expect(readDay(text)).toBeUndefined();
    expect(dayText(day('2028-02-29'))).toBe('2028-02-29');
  });

  it.each([
    [1961, '1961-04-02'],
    [2000, '2000-04-23'],
    [2024, '2024-03-31'],
    [2025, '2025-04-20'],
    [2026, '2026-04-05'],
    [2027, '2027-03-28'],
    [2038, '2038-04-25'],
    [2285, '2285-03-22'],
  ])('Easter of %i is %s', (year, text) => {
    expect(dayText(easter(year))).toBe(text);
  });
});

describe('public holidays of France', () => {
  it('are eleven, in their places of 2026', () => {
    expect(holidaysOf(2026, 'france').map((one) => dayText(one.day))).toEqual([
      '2026-01-01',
      '2026-04-06',
      '2026-05-01',
      '2026-05-08',
      '2026-05-14',
      '2026-05-25',
      '2026-07-14',
      '2026-08-15',
      '2026-11-01',
      '2026-11-11',
      '2026-12-25',
    ]);
  });

  it('are two more in Alsace and Moselle', () => {
    const days = holidaysOf(2026, 'alsace-moselle').map((one) => dayText(one.day));
    expect(days).toHaveLength(13);
    expect(days).toEqual(expect.arrayContaining(['2026-04-03', '2026-12-26']));
  });

  it.each(['guadeloupe', 'guyane', 'martinique', 'mayotte', 'reunion', 'saint-barthelemy', 'saint-martin'] as const)(
    'are one more in %s: the end of slavery',
    (territory) => {
      const more = holidaysOf(2026, territory).filter(({ name }) => name.includes('esclavage'));
      expect(more).toHaveLength(1);
    },
  );

  it('that fall on one day are one: the Ascension of 2008 was 1 May', () => {
    expect(holidaysOf(2008, 'france')).toHaveLength(10);
  });

  it('leave a bridge to the week-end', () => {
    const bridges = ['2026-05-15', '2026-07-13'].map((text) => isBridge(day(text), weekday(day(text)), 'france'));
    expect(bridges).toEqual([true, true]);
    for (const text of ['2026-05-14', '2026-07-14', '2026-07-15', '2026-05-22']) {
      expect(isBridge(day(text), weekday(day(text)), 'france')).toBe(false);
    }
  });
});
