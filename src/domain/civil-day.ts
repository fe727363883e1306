/** A day of the calendar, counted from 1 January 1970, in no time zone: day 0 was a Thursday. */
export type DayNumber = number;

export interface CivilDay {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  /** 1 to 31. */
  readonly day: number;
}

/** In the Gregorian calendar. Years are counted from March, so that the leap day is the last of its year. */
export function dayNumber({ year, month, day }: CivilDay): DayNumber {
  const from = month > 2 ? year : year - 1;
  const leapDays = Math.floor(from / 4) - Math.floor(from / 100) + Math.floor(from / 400);
  const inYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
  return from * 365 + leapDays + inYear - 719_468;
}

export function civilDay(number: DayNumber): CivilDay {
  const since = number + 719_468;
  const era = Math.floor(since / 146_097);
  const inEra = since - era * 146_097;
  const years = inEra - Math.floor(inEra / 1_460) + Math.floor(inEra / 36_524) - Math.floor(inEra / 146_096);
  const yearInEra = Math.floor(years / 365);
  const inYear = inEra - (365 * yearInEra + Math.floor(yearInEra / 4) - Math.floor(yearInEra / 100));
  const fromMarch = Math.floor((5 * inYear + 2) / 153);
  const month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9;
  return {
    year: era * 400 + yearInEra + (month > 2 ? 0 : 1),
    month,
    day: inYear - Math.floor((153 * fromMarch + 2) / 5) + 1,
  };
}

/** Monday is 0, Sunday 6. */
export function weekday(number: DayNumber): number {
  return (((number + 3) % 7) + 7) % 7;
}

/** `2026-07-14`; `undefined` for anything else, and for a 30 February. */
export function readDay(text: string): DayNumber | undefined {
  const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text) ?? [];
  if (year === undefined || month === undefined || day === undefined) return undefined;
  const number = dayNumber({ year: Number(year), month: Number(month), day: Number(day) });
  return dayText(number) === text ? number : undefined;
}

/** `2026-07-14` */
export function dayText(number: DayNumber): string {
  const { year, month, day } = civilDay(number);
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`;
}

/** Easter Sunday of the Gregorian calendar (Meeus, Jones and Butcher). */
export function easter(year: number): DayNumber {
  const a = year % 19;
  const century = Math.floor(year / 100);
  const c = year % 100;
  const corrected = Math.floor((century - Math.floor((century + 8) / 25) + 1) / 3);
  const epact = (19 * a + century - Math.floor(century / 4) - corrected + 15) % 30;
  const shift = (32 + 2 * (century % 4) + 2 * Math.floor(c / 4) - epact - (c % 4)) % 7;
  const late = Math.floor((a + 11 * epact + 22 * shift) / 451);
  const total = epact + shift - 7 * late + 114;
  return dayNumber({ year, month: Math.floor(total / 31), day: (total % 31) + 1 });
}

const two = (number: number): string => String(number).padStart(2, '0');
