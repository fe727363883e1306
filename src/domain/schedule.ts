import type { Calendar } from './calendar.ts';
import type { WeekHours } from './week-hours.ts';

/** When somebody is there: the hours of a week, and the days that are not like others. */
export interface Schedule {
  /** An IANA name: the clock on the wall of the site. */
  readonly timeZone: string;
  readonly hours: WeekHours;
  /** In their place during school holidays. */
  readonly hoursInSchoolHolidays?: WeekHours;
  readonly calendar?: Calendar;
}
