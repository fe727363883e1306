import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  hoursText,
  isHoursMistake,
  readHours,
  readHoursTable,
  readSpans,
  type WeekHours,
} from '../../src/domain/week-hours.ts';

const read = (text: string): WeekHours => {
  const hours = readHours(text);
  if (isHoursMistake(hours)) throw new Error(hours.wrong);
  return hours;
};

/** Seven days, each with spans that stand apart. */
const anyWeek = fc
  .array(fc.uniqueArray(fc.integer({ min: 0, max: 1_440 }), { maxLength: 6 }), { minLength: 7, maxLength: 7 })
  .map((days) =>
    days.map((marks) => {
      const sorted = marks.toSorted((a, b) => a - b);
      return Array.from({ length: Math.floor(sorted.length / 2) }, (_, at) => ({
        from: sorted[at * 2] ?? 0,
        to: sorted[at * 2 + 1] ?? 0,
      }));
    }),
  )
  .filter((days) => days.some((day) => day.length > 0));

describe('opening hours in plain words', () => {
  it('are days and spans, groups apart by a semicolon', () => {
    const week = read('lun-ven 08:30-12:00 13:30-17:30; sam 09:00-12:00');
    expect(week.map((day) => day.length)).toEqual([2, 2, 2, 2, 2, 1, 0]);
    expect(week[0]).toEqual([
      { from: 510, to: 720 },
      { from: 810, to: 1_050 },
    ]);
  });

  it.each([
    ['lundi au vendredi 8h30 - 12h', 'lun-ven 08:30-12:00'],
    ['mon-fri 08:30-12:00', 'lun-ven 08:30-12:00'],
    ['Lundi, mardi et jeudi 9h-12h', 'lun-mar 09:00-12:00; jeu 09:00-12:00'],
    ['ven-lun 10:00-11:00', 'lun 10:00-11:00; ven-dim 10:00-11:00'],
    ['tous les jours 08:00-24:00', 'lun-dim 08:00-24:00'],
    ['lun 08:00-10:00 09:00-12:00', 'lun 08:00-12:00'],
    ['dim 22:00-06:00', 'lun 00:00-06:00; dim 22:00-24:00'],
    ['24/7', '24/7'],
  ])('%s is %s', (written, shortest) => {
    expect(hoursText(read(written))).toBe(shortest);
  });

  it.each([
    ['lun-vne 08:00-12:00', 'vne'],
    ['lun 8-', '8-'],
    ['lun 08:00', '08:00'],
    ['lun 08:00-25:00', '08:00-25:00'],
    ['lun 08:00-08:00', '08:00-08:00'],
    ['08:00-12:00', '08:00-12:00'],
    ['lun', 'lun'],
    ['lun 08:00-12:00 mar 09:00-10:00', 'mar'],
    ['', ''],
  ])('%j is a mistake, and the word that it is about is named', (written, word) => {
    expect(readHours(written)).toMatchObject({ word });
  });

  it('may be a table of days', () => {
    expect(readHoursTable({ 'lun-mar, jeu': '08:30-12:00', mer: '09:00-10:00', dim: 'fermé' })).toEqual(
      read('lun-mar, jeu 08:30-12:00; mer 09:00-10:00'),
    );
  });

  it('of one day alone do not run past midnight', () => {
    expect(readSpans('09:00-12:00 14:00-17:00')).toHaveLength(2);
    expect(readSpans('22:00-06:00')).toMatchObject({ wrong: 'it runs past midnight' });
  });

  it('are the same after being written down and read again', () => {
    fc.assert(
      fc.property(anyWeek, (week) => {
        const text = hoursText(week);
        expect(hoursText(read(text))).toBe(text);
        expect(read(text).flat().length).toBeLessThanOrEqual(week.flat().length);
        for (const [day, spans] of week.entries()) {
          for (const { from, to } of spans) {
            expect(read(text)[day]?.some((span) => span.from <= from && to <= span.to)).toBe(true);
          }
        }
      }),
    );
  });

  it('are read, or told what is wrong with them, whatever is written', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const hours = readHours(text);
        expect(isHoursMistake(hours) || hours.length === 7).toBe(true);
      }),
    );
  });
});
