import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { afterOpenMinutes, nextOpening, opennessAt } from '../../src/decide/schedule.ts';
import { instantOf, wallText, wallTime } from '../../src/decide/wall-clock.ts';
import { CalendarFile, CalendarId } from '../../src/domain/calendar.ts';
import type { Schedule } from '../../src/domain/schedule.ts';
import { readCalendar } from '../../src/domain/service-read.ts';
import { isHoursMistake, readHours } from '../../src/domain/week-hours.ts';

const calendar = readCalendar(
  CalendarId.parse('ville'),
  CalendarFile.parse({
    name: 'Ville',
    bridges: ['2026-07-13'],
    schoolZone: 'C',
    schoolHolidays: [
      { name: 'Toussaint', from: '2026-10-17', to: '2026-11-01' },
      { name: 'Hiver', from: '2027-02-13', to: '2027-02-28', zones: ['A'] },
    ],
    closures: [{ name: 'inventaire', from: '2026-12-31' }],
    openings: [{ name: 'forum', from: '2026-09-05', hours: '10:00-18:00' }],
  }),
);

function schedule(hours: string, more: Partial<Schedule> = {}): Schedule {
  const read = readHours(hours);
  if (isHoursMistake(read)) throw new Error(read.wrong);
  return { timeZone: 'Europe/Paris', hours: read, ...more };
}

const office = schedule('lun-ven 08:30-12:00 13:30-17:30', { calendar });
const paris = (text: string): number => Date.parse(`${text}Z`) - summerMs(text);
/** Two hours ahead of UTC in summer, one in winter: written by hand, not asked of what is tested. */
const summerMs = (text: string): number =>
  (text >= '2026-03-29T03:00' && text < '2026-10-25T03:00' ? 2 : 1) * 3_600_000;

describe('a town hall’s hours', () => {
  it.each([
    ['2026-09-14T08:29', false, 'the hours of the week'],
    ['2026-09-14T08:30', true, 'the hours of the week'],
    ['2026-09-14T12:00', false, 'the hours of the week'],
    ['2026-09-13T10:00', false, 'the hours of the week'],
    ['2026-07-14T10:00', false, '14 juillet, fête nationale'],
    ['2026-04-06T10:00', false, 'lundi de Pâques'],
    ['2026-07-13T10:00', false, 'pont'],
    ['2026-12-31T10:00', false, 'inventaire'],
    ['2026-09-05T10:00', true, 'forum'],
    ['2026-09-05T09:59', false, 'forum'],
    ['2026-12-01T08:30', true, 'the hours of the week'],
  ])('at %s: open is %s, because of %s', (text, open, why) => {
    expect(opennessAt(paris(text), office)).toMatchObject({ open, says: `${open ? 'open' : 'closed'}: ${why}` });
  });

  it('are others in the school holidays of our zone', () => {
    const school = { ...office, hoursInSchoolHolidays: schedule('lun-ven 09:00-12:00').hours };
    expect(opennessAt(paris('2026-10-20T08:45'), school).says).toBe('closed: school holidays (Toussaint)');
    expect(opennessAt(paris('2026-11-02T08:45'), school).open).toBe(true);
    expect(opennessAt(paris('2027-02-16T08:45'), school).open).toBe(true);
  });

  it.each([
    ['2026-09-14T07:00', '2026-09-14 08:30'],
    ['2026-09-14T08:30', '2026-09-14 13:30'],
    ['2026-09-14T18:00', '2026-09-15 08:30'],
    ['2026-09-11T18:00', '2026-09-14 08:30'],
    ['2026-07-10T18:00', '2026-07-15 08:30'],
    ['2026-12-30T18:00', '2027-01-04 08:30'],
    ['2026-09-04T18:00', '2026-09-05 10:00'],
    ['2026-03-28T18:00', '2026-03-30 08:30'],
  ])('after %s it opens at %s', (text, opens) => {
    expect(wallText(nextOpening(paris(text), office) ?? 0, 'Europe/Paris')).toBe(opens);
  });

  it('that are never open again have no next opening', () => {
    const closed = {
      ...office,
      calendar: { ...calendar, closures: [{ name: 'fin', first: 0, last: 1e6 }], openings: [] },
    };
    expect(nextOpening(paris('2026-09-14T09:00'), closed)).toBeUndefined();
    expect(nextOpening(paris('2026-09-14T09:00'), schedule('24/7'))).toBeUndefined();
  });
});

describe('when the clocks change', () => {
  it('an hour that is missing is not waited for: at 02:00 it is 03:00, and open at once', () => {
    const night = schedule('dim 02:30-05:00');
    const opens = nextOpening(Date.parse('2026-03-29T00:00Z'), night);
    expect(opens).toBe(Date.parse('2026-03-29T01:00Z'));
  });

  it('a span that lies wholly in the missing hour is skipped that day', () => {
    const opens = nextOpening(Date.parse('2026-03-28T12:00Z'), schedule('dim 02:15-02:45'));
    expect(wallText(opens ?? 0, 'Europe/Paris')).toBe('2026-04-05 02:15');
  });

  it('an hour that comes twice is open twice', () => {
    const night = schedule('dim 02:15-02:45');
    const first = nextOpening(Date.parse('2026-10-24T12:00Z'), night) ?? 0;
    const second = nextOpening(first, night) ?? 0;
    expect([first, second]).toEqual([Date.parse('2026-10-25T00:15Z'), Date.parse('2026-10-25T01:15Z')]);
  });

  it('what the wall shows leads back to the instant', () => {
    const anyMinute = fc.integer({ min: 0, max: 60 * 24 * 366 * 5 });
    fc.assert(
      fc.property(anyMinute, fc.constantFrom('Europe/Paris', 'Indian/Reunion', 'Pacific/Chatham'), (minute, zone) => {
        const at = Date.parse('2024-01-01T00:00Z') + minute * 60_000;
        const back = instantOf(wallTime(at, zone), zone);
        expect(wallTime(back, zone)).toEqual(wallTime(at, zone));
        expect(Math.abs(back - at)).toBeLessThanOrEqual(3_600_000);
      }),
    );
  });
});

describe('for any hours and any instant', () => {
  const anyHours = fc.constantFrom(
    'lun-ven 08:30-12:00 13:30-17:30',
    'sam-dim 22:00-06:00',
    'tous les jours 00:00-24:00',
    'dim 02:00-03:00',
    'mar 02:30-02:31; jeu 23:59-24:00',
  );
  const anyInstant = fc
    .integer({ min: 0, max: 60 * 24 * 400 })
    .map((minute) => Date.parse('2026-01-01T00:00Z') + minute * 60_000);
  const anyZone = fc.constantFrom('Europe/Paris', 'America/Martinique', 'Pacific/Noumea', 'Australia/Lord_Howe');

  it('it is either open or closed, and says why', () => {
    fc.assert(
      fc.property(anyHours, anyInstant, anyZone, (hours, at, timeZone) => {
        const { open, says } = opennessAt(at, schedule(hours, { timeZone, calendar }));
        expect(says.startsWith(open ? 'open: ' : 'closed: ')).toBe(true);
      }),
    );
  });

  it('the next opening is open, the minute before it is not, and nothing between is', () => {
    fc.assert(
      fc.property(
        anyHours,
        anyInstant,
        anyZone,
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 20 }),
        (hours, at, timeZone, parts) => {
          const one = schedule(hours, { timeZone, calendar });
          const next = nextOpening(at, one);
          if (next === undefined) return;
          expect(next).toBeGreaterThan(at);
          expect(opennessAt(next, one).open).toBe(true);
          expect(opennessAt(next - 60_000, one).open).toBe(false);
          if (opennessAt(at, one).open) return;
          for (const part of parts) {
            const between = at + Math.floor((part * (next - at - 1)) / 60_000) * 60_000;
            expect(opennessAt(between, one).open).toBe(false);
          }
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('minutes of opening hours', () => {
  it.each([
    ['2026-09-14T09:00', 120, '2026-09-14T11:00'],
    ['2026-09-14T11:30', 60, '2026-09-14T14:00'],
    ['2026-09-14T20:00', 30, '2026-09-15T09:00'],
    ['2026-09-11T17:00', 60, '2026-09-14T09:00'],
    // The day before a holiday.
    ['2026-11-10T17:00', 60, '2026-11-12T09:00'],
  ])('from %s on, %i of them have passed at %s', (from, minutes, by) => {
    expect(afterOpenMinutes(paris(from), minutes, office)).toBe(paris(by));
  });

  it('are those of the clock in an office that never opens', () => {
    const never: Schedule = { ...office, hours: [] as never };
    expect(afterOpenMinutes(paris('2026-09-14T09:00'), 30, never)).toBe(paris('2026-09-14T09:30'));
  });
});
