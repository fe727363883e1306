import type { CalendarFile } from '../../domain/calendar.ts';
import { readDay } from '../../domain/civil-day.ts';
import { isHoursMistake, readSpans } from '../../domain/week-hours.ts';
import type { Draft } from '../draft.ts';
import { type Path, pathText, type Report } from '../problem.ts';

/** Holds a calendar against the real one: days that exist, in their order, and hours that can be read. */
export function checkCalendarFile(calendar: Draft<CalendarFile>, report: Report): void {
  const { schoolHolidays = [], closures = [], openings = [], bridges = [] } = calendar.values;
  for (const [key, all] of Object.entries({ schoolHolidays, closures, openings })) {
    for (const [index, days] of all.entries()) checkDays(calendar, [key, index], days, report);
  }
  if (typeof bridges === 'object') {
    for (const [index, text] of bridges.entries()) checkDay(calendar, ['bridges', index], text, report);
  }
  for (const [index, { hours }] of openings.entries()) {
    const read = readSpans(hours);
    if (!isHoursMistake(read)) continue;
    const says = `hours: ${read.wrong}`;
    add(calendar, ['openings', index, 'hours'], says, 'hours of one day, such as 09:00-12:00 14:00-17:00', report);
  }
  checkZone(calendar, report);
}

function checkZone(calendar: Draft<CalendarFile>, report: Report): void {
  const { schoolHolidays = [], schoolZone } = calendar.values;
  const zoned = schoolHolidays.findIndex(({ zones }) => zones !== undefined);
  if (zoned < 0 || schoolZone !== undefined) return;
  const says = 'these holidays are for some zones, and the calendar does not say which zone is ours';
  add(calendar, ['schoolHolidays', zoned, 'zones'], says, 'schoolZone: A, B or C', report);
}

type Draftlike = Draft<CalendarFile>;

function checkDays(
  calendar: Draftlike,
  at: Path,
  { from, to }: { readonly from: string; readonly to?: string | undefined },
  report: Report,
): void {
  if (!checkDay(calendar, [...at, 'from'], from, report)) return;
  if (to === undefined || !checkDay(calendar, [...at, 'to'], to, report) || to >= from) return;
  add(calendar, [...at, 'to'], `it ends on ${to}, before it begins`, `${from} or later`, report);
}

function checkDay(calendar: Draftlike, at: Path, text: string, report: Report): boolean {
  const exists = readDay(text) !== undefined;
  if (!exists) add(calendar, at, `there is no day ${text}`, 'a day, such as 2026-12-24', report);
  return exists;
}

function add({ written }: Draftlike, path: Path, says: string, expected: string, report: Report): void {
  report.add(written.mark(path), { path: pathText(path), says, expected });
}
