/** What a clock on the wall and the calendar beside it show. */
export interface CivilTime {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  /** 1 to 31. */
  readonly day: number;
  /** Monday is 1, Sunday 7 (ISO 8601). */
  readonly weekday: number;
  /** 0 to 23. */
  readonly hour: number;
  readonly minute: number;
  /** Days since 1 January 1970, to tell how far apart two days are. */
  readonly dayNumber: number;
}

const formats = new Map<string, Intl.DateTimeFormat>();
const mostFormats = 50;

/**
 * The time in a zone such as "Europe/Paris", at an instant (ms since the epoch, UTC). An unknown zone counts as UTC.
 * @throws RangeError when there is no such instant
 */
export function civilTime(at: number, timeZone: string): CivilTime {
  const found = new Map<string, number>();
  for (const { type, value } of formatOf(timeZone).formatToParts(at)) found.set(type, Number(value));
  const part = (name: string) => found.get(name) ?? 0;
  // The wall's time, read as if it were UTC, so that its day can be counted.
  const [year, month, day] = [part('year'), part('month'), part('day')];
  const dayNumber = daysSince1970(year, month, day);
  const weekday = ((((dayNumber + 3) % 7) + 7) % 7) + 1;
  return { year, month, day, weekday, hour: part('hour'), minute: part('minute'), dayNumber };
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  const format = newFormat(timeZone);
  if (formats.size < mostFormats) formats.set(timeZone, format);
  return format;
}

function newFormat(timeZone: string): Intl.DateTimeFormat {
  const options = { year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric' } as const;
  const fixed = { ...options, calendar: 'gregory', numberingSystem: 'latn', hourCycle: 'h23' } as const;
  try {
    return new Intl.DateTimeFormat('en-GB', { ...fixed, timeZone });
  } catch {
    return new Intl.DateTimeFormat('en-GB', { ...fixed, timeZone: 'UTC' });
  }
}

/** In the Gregorian calendar, counted from 1 March of year 0, so that the leap day ends its year. */
function daysSince1970(year: number, month: number, day: number): number {
  const shifted = month > 2 ? year : year - 1;
  const leapDays = Math.floor(shifted / 4) - Math.floor(shifted / 100) + Math.floor(shifted / 400);
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
  return shifted * 365 + leapDays + dayOfYear - 719_468;
}
