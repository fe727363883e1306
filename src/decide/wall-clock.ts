import type { DayNumber } from '../domain/civil-day.ts';
import { civilDay, dayNumber } from '../domain/civil-day.ts';
import type { Instant } from '../domain/instant.ts';

/** What the clock on a wall and the calendar beside it show. */
export interface WallTime {
  readonly day: DayNumber;
  /** Since midnight as the wall shows it, 0 to 1439. */
  readonly minute: number;
}

/** The time of the wall in a zone such as `Europe/Paris`. An unknown zone counts as UTC: the configuration does not let it through. */
export function wallTime(at: Instant, timeZone: string): WallTime {
  const wall = Math.floor(at / MINUTE) + offsetMinutes(at, timeZone);
  return { day: Math.floor(wall / DAY), minute: ((wall % DAY) + DAY) % DAY };
}

/** How far the wall is ahead of UTC. */
export function offsetMinutes(at: Instant, timeZone: string): number {
  // Every change of a clock since 1972 fell on a quarter of an hour, so all instants of one share the offset.
  const quarter = Math.floor(at / QUARTER);
  const known = lately.get(timeZone);
  if (known?.quarter === quarter) return known.offset;
  const offset = readOffset(quarter * QUARTER, timeZone);
  if (lately.size < ZONES_AT_MOST || known !== undefined) lately.set(timeZone, { quarter, offset });
  return offset;
}

/** `2026-07-14 10:05` */
export function wallText(at: Instant, timeZone: string): string {
  const { day, minute } = wallTime(at, timeZone);
  const { year, month, day: date } = civilDay(day);
  return `${year}-${two(month)}-${two(date)} ${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
}

/**
 * The instant at which the wall shows this: the earlier of two when the hour comes twice; when it is missing, as if the clock had
 * not been moved yet.
 */
export function instantOf({ day, minute }: WallTime, timeZone: string): Instant {
  const asUtc = (day * DAY + minute) * MINUTE;
  const before = asUtc - offsetMinutes(asUtc - DAY * MINUTE, timeZone) * MINUTE;
  const after = asUtc - offsetMinutes(asUtc + DAY * MINUTE, timeZone) * MINUTE;
  const shows = (at: Instant): boolean => {
    const wall = wallTime(at, timeZone);
    return wall.day === day && wall.minute === minute;
  };
  return [Math.min(before, after), Math.max(before, after)].find(shows) ?? before;
}

const MINUTE = 60_000;
const QUARTER = 15 * MINUTE;
const DAY = 1_440;
const ZONES_AT_MOST = 100;

/** A memory only: the same question has the same answer without it. */
const lately = new Map<string, { readonly quarter: number; readonly offset: number }>();
const formats = new Map<string, Intl.DateTimeFormat>();

function readOffset(at: Instant, timeZone: string): number {
  const format = formatOf(timeZone);
  if (format === undefined || !Number.isFinite(at) || Math.abs(at) > LAST_INSTANT) return 0;
  const found = new Map<string, number>();
  for (const { type, value } of format.formatToParts(at)) found.set(type, Number(value));
  const part = (name: string): number => found.get(name) ?? 0;
  const day = dayNumber({ year: part('year'), month: part('month'), day: part('day') });
  return day * DAY + part('hour') * 60 + part('minute') - at / MINUTE;
}

/** ECMA-262 §21.4.1.1: no instant lies further from the epoch. */
const LAST_INSTANT = 8.64e15;

function formatOf(timeZone: string): Intl.DateTimeFormat | undefined {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  try {
    const format = new Intl.DateTimeFormat('en-GB', {
      timeZone,
      calendar: 'gregory',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
    });
    if (formats.size < ZONES_AT_MOST) formats.set(timeZone, format);
    return format;
  } catch {
    return undefined;
  }
}

const two = (number: number): string => String(number).padStart(2, '0');
