import { civilDay, dayNumber } from '../domain/civil-day.ts';
import type { Instant } from '../domain/instant.ts';
import { instantOf, wallTime } from './wall-clock.ts';

/** When the next such day begins on the wall, after today. `undefined`: no year has it, or only one far away. */
export function nextDay(at: Instant, day: number, month: number, timeZone: string): Instant | undefined {
  const today = wallTime(at, timeZone).day;
  const { year } = civilDay(today);
  for (const candidate of [year, year + 1]) {
    const number = dayNumber({ year: candidate, month, day });
    const read = civilDay(number);
    if (read.month === month && read.day === day && number > today)
      return instantOf({ day: number, minute: 0 }, timeZone);
  }
  return undefined;
}
