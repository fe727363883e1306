import type { Calendar, Days } from '../domain/calendar.ts';
import { type DayNumber, weekday } from '../domain/civil-day.ts';
import type { Instant } from '../domain/instant.ts';
import { holidayOn, isBridge } from '../domain/public-holidays.ts';
import type { Schedule } from '../domain/schedule.ts';
import type { Span } from '../domain/week-hours.ts';
import { instantOf, offsetMinutes, wallTime } from './wall-clock.ts';

/** Is somebody there, and why (not)? `special`: closed by the calendar and not by the week. */
export interface Openness {
  readonly open: boolean;
  readonly special: boolean;
  readonly says: string;
}

/** Open or closed at an instant, by the clock on the wall of the site. */
export function opennessAt(at: Instant, schedule: Schedule): Openness {
  const { day, minute } = wallTime(at, schedule.timeZone);
  const hours = hoursOf(day, schedule);
  const open = hours.spans.some(({ from, to }) => from <= minute && minute < to);
  return { open, special: hours.special, says: `${open ? 'open' : 'closed'}: ${hours.because}` };
}

/** The first instant after `at` that is open while the one before was not; `undefined`: none in the year to come. */
export function nextOpening(at: Instant, schedule: Schedule): Instant | undefined {
  const { timeZone } = schedule;
  const today = wallTime(at, timeZone).day;
  for (let day = today; day <= today + DAYS_AHEAD; day += 1) {
    const { spans } = hoursOf(day, schedule);
    const midnight = day * DAY - offsetMinutes(at, timeZone);
    const found = spans.length === 0 ? undefined : openingOn(day, midnight, spans, at, schedule);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The instant by which it has been open for so many minutes since `from`. In a year that is never open, by the clock. */
export function afterOpenMinutes(from: Instant, minutes: number, schedule: Schedule): Instant {
  const { timeZone } = schedule;
  const today = wallTime(from, timeZone).day;
  let left = minutes * MINUTE;
  for (let day = today; day <= today + DAYS_AHEAD; day += 1) {
    for (const span of hoursOf(day, schedule).spans) {
      const begins = Math.max(from, instantOf({ day, minute: span.from }, timeZone));
      const ends = instantOf({ day, minute: span.to }, timeZone);
      if (ends - begins >= left) return begins + left;
      left -= Math.max(0, ends - begins);
    }
  }
  return from + minutes * MINUTE;
}

const DAY = 1_440;
const MINUTE = 60_000;
const DAYS_AHEAD = 400;

interface DayHours {
  readonly spans: readonly Span[];
  readonly because: string;
  readonly special: boolean;
}

/** What the calendar says of a day comes before what the week says: an opening, a closure, a public holiday, a bridge, the school. */
function hoursOf(day: DayNumber, { calendar, hours, hoursInSchoolHolidays }: Schedule): DayHours {
  const date = weekday(day);
  const special = calendar && specialDay(day, date, calendar);
  if (special !== undefined) return special;
  const school = hoursInSchoolHolidays && calendar && within(day, calendar.schoolHolidays);
  if (school !== undefined && hoursInSchoolHolidays !== undefined) {
    return { spans: hoursInSchoolHolidays[date] ?? [], because: `school holidays (${school.name})`, special: false };
  }
  return { spans: hours[date] ?? [], because: 'the hours of the week', special: false };
}

function specialDay(day: DayNumber, date: number, calendar: Calendar): DayHours | undefined {
  const opening = within(day, calendar.openings);
  if (opening !== undefined) return { spans: opening.spans, because: opening.name, special: true };
  const closed = (because: string): DayHours => ({ spans: [], because, special: true });
  const closure = within(day, calendar.closures);
  if (closure !== undefined) return closed(closure.name);
  const { bridges, publicHolidays } = calendar;
  const holiday = publicHolidays === 'none' ? undefined : holidayOn(day, publicHolidays);
  if (holiday !== undefined) return closed(holiday);
  const bridge =
    typeof bridges === 'boolean' ? bridges && isAnyBridge(day, date, publicHolidays) : bridges.includes(day);
  return bridge ? closed('pont') : undefined;
}

function isAnyBridge(day: DayNumber, date: number, set: Calendar['publicHolidays']): boolean {
  return set !== 'none' && isBridge(day, date, set);
}

function within<D extends Days>(day: DayNumber, all: readonly D[]): D | undefined {
  return all.find(({ first, last }) => first <= day && day <= last);
}

/**
 * The first opening of one day after `at`. On an ordinary day that is where a span begins; on a day when the clocks change, an
 * hour is missing or comes twice, and each minute is looked at. `midnight` is a first guess, in minutes since the epoch.
 */
function openingOn(
  day: DayNumber,
  midnight: number,
  spans: readonly Span[],
  at: Instant,
  schedule: Schedule,
): Instant | undefined {
  const { timeZone } = schedule;
  const offset = offsetMinutes((midnight - CHANGE) * MINUTE, timeZone);
  const changes = offset !== offsetMinutes((midnight + DAY + CHANGE) * MINUTE, timeZone);
  const isNew = (minute: number): boolean =>
    minute * MINUTE > at &&
    wallTime(minute * MINUTE, timeZone).day === day &&
    opennessAt(minute * MINUTE, schedule).open &&
    !opennessAt((minute - 1) * MINUTE, schedule).open;
  if (!changes) {
    const begins = spans.map(({ from }) => day * DAY + from - offset);
    const found = begins.find(isNew);
    return found === undefined ? undefined : found * MINUTE;
  }
  for (let minute = midnight - CHANGE; minute < midnight + DAY + CHANGE; minute += 1) {
    if (isNew(minute)) return minute * MINUTE;
  }
  return undefined;
}

/** No clock is moved by more than this many minutes at once; nor does a zone lie further from where it was a day ago. */
const CHANGE = 180;
