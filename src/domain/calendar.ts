import { z } from 'zod';
import type { DayNumber } from './civil-day.ts';
import { type HolidaySet, holidaySets } from './public-holidays.ts';
import type { Span } from './week-hours.ts';

/** A calendar's name: that of its file. */
export const CalendarId = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,47}$/, 'an id: small letters, digits and dashes')
  .brand<'CalendarId'>();
export type CalendarId = z.infer<typeof CalendarId>;

export const DayText = z.string().regex(/^\d{4}-\d\d-\d\d$/, 'a day, such as 2026-12-24');

export const schoolZones = ['A', 'B', 'C'] as const;

const days = {
  name: z.string().min(1).max(80).describe('for people'),
  from: DayText.describe('the first day'),
  to: DayText.optional().describe('the last day; the same unless given'),
};

const SchoolHolidays = z.strictObject({
  ...days,
  zones: z.array(z.enum(schoolZones)).min(1).readonly().optional().describe('for these zones only'),
});

const Closure = z.strictObject(days);
const Opening = z.strictObject({
  ...days,
  hours: z.string().min(1).max(200).describe('the hours of these days, such as 09:00-12:00'),
});

/** `calendars/<id>.yaml`: the days that are not like others. */
export const CalendarFile = z.strictObject({
  name: z.string().min(1).max(80),
  publicHolidays: z
    .enum([...holidaySets, 'none'])
    .default('france')
    .describe('closed on public holidays: those of the country, or with those of a territory'),
  bridges: z
    .union([z.boolean(), z.array(DayText).max(50).readonly()])
    .default(false)
    .describe('closed between a public holiday and the week-end: always, never, or on these days'),
  schoolZone: z.enum(schoolZones).optional().describe('which of the school holidays below are ours'),
  schoolHolidays: z
    .array(SchoolHolidays)
    .max(200)
    .readonly()
    .default([])
    .describe('for services with other hours then (hoursInSchoolHolidays)'),
  closures: z.array(Closure).max(200).readonly().default([]).describe('closed, whatever the week says'),
  openings: z
    .array(Opening)
    .max(200)
    .readonly()
    .default([])
    .describe('open, whatever the week and the lines above say; with these hours'),
});
export type CalendarFile = z.infer<typeof CalendarFile>;

/** Some days in a row, with a name. */
export interface Days {
  readonly name: string;
  readonly first: DayNumber;
  readonly last: DayNumber;
}

/** A calendar with everything read. */
export interface Calendar {
  readonly id: CalendarId;
  readonly name: string;
  readonly publicHolidays: HolidaySet | 'none';
  readonly bridges: boolean | readonly DayNumber[];
  readonly schoolHolidays: readonly Days[];
  readonly closures: readonly Days[];
  readonly openings: readonly (Days & { readonly spans: readonly Span[] })[];
}
