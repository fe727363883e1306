import { type CivilDay, civilDay, type DayNumber, dayNumber, easter } from './civil-day.ts';

/** Whose public holidays: those of the whole country (Code du travail L3133-1), or with those of a territory beside them. */
export const holidaySets = [
  'france',
  'alsace-moselle',
  'guadeloupe',
  'guyane',
  'martinique',
  'mayotte',
  'reunion',
  'saint-barthelemy',
  'saint-martin',
] as const;
export type HolidaySet = (typeof holidaySets)[number];

/** The name of the public holiday that this day is, in French, as people there know it. */
export function holidayOn(day: DayNumber, set: HolidaySet): string | undefined {
  const date = civilDay(day);
  const fixed = [...FIXED, ...(OF_TERRITORY[set] ?? [])].find((one) => isSame(one, date));
  if (fixed !== undefined) return fixed.name;
  const afterEaster = day - easter(date.year);
  const moving = [...MOVING, ...(set === 'alsace-moselle' ? [GOOD_FRIDAY] : [])];
  return moving.find(({ days }) => days === afterEaster)?.name;
}

/** A day between a public holiday and the week-end (un pont): the Friday after a Thursday, the Monday before a Tuesday. */
export function isBridge(day: DayNumber, weekday: number, set: HolidaySet): boolean {
  if (holidayOn(day, set) !== undefined) return false;
  if (weekday === FRIDAY) return holidayOn(day - 1, set) !== undefined;
  return weekday === MONDAY && holidayOn(day + 1, set) !== undefined;
}

const MONDAY = 0;
const FRIDAY = 4;

interface Fixed {
  readonly month: number;
  readonly day: number;
  readonly name: string;
}

const FIXED: readonly Fixed[] = [
  { month: 1, day: 1, name: '1er janvier, jour de l’an' },
  { month: 5, day: 1, name: '1er mai, fête du travail' },
  { month: 5, day: 8, name: '8 mai, victoire de 1945' },
  { month: 7, day: 14, name: '14 juillet, fête nationale' },
  { month: 8, day: 15, name: '15 août, Assomption' },
  { month: 11, day: 1, name: '1er novembre, Toussaint' },
  { month: 11, day: 11, name: '11 novembre, armistice de 1918' },
  { month: 12, day: 25, name: '25 décembre, Noël' },
];

/** Code du travail L3134-13 (Alsace-Moselle) and L3422-2 (the end of slavery, in each territory). */
const OF_TERRITORY: Readonly<Partial<Record<HolidaySet, readonly Fixed[]>>> = {
  'alsace-moselle': [{ month: 12, day: 26, name: '26 décembre, Saint-Étienne' }],
  guadeloupe: [{ month: 5, day: 27, name: '27 mai, abolition de l’esclavage' }],
  guyane: [{ month: 6, day: 10, name: '10 juin, abolition de l’esclavage' }],
  martinique: [{ month: 5, day: 22, name: '22 mai, abolition de l’esclavage' }],
  mayotte: [{ month: 4, day: 27, name: '27 avril, abolition de l’esclavage' }],
  reunion: [{ month: 12, day: 20, name: '20 décembre, abolition de l’esclavage' }],
  'saint-barthelemy': [{ month: 10, day: 9, name: '9 octobre, abolition de l’esclavage' }],
  'saint-martin': [{ month: 5, day: 28, name: '28 mai, abolition de l’esclavage' }],
};

/** Days after Easter Sunday. */
const MOVING = [
  { days: 1, name: 'lundi de Pâques' },
  { days: 39, name: 'Ascension' },
  { days: 50, name: 'lundi de Pentecôte' },
] as const;
const GOOD_FRIDAY = { days: -2, name: 'Vendredi saint' } as const;

function isSame(one: Fixed, { month, day }: CivilDay): boolean {
  return one.month === month && one.day === day;
}

/** Every public holiday of a year, in order: for tables and tests. */
export function holidaysOf(
  year: number,
  set: HolidaySet,
): readonly { readonly day: DayNumber; readonly name: string }[] {
  const first = dayNumber({ year, month: 1, day: 1 });
  const last = dayNumber({ year, month: 12, day: 31 });
  return Array.from({ length: last - first + 1 }, (_, at) => first + at).flatMap((day) => {
    const name = holidayOn(day, set);
    return name === undefined ? [] : [{ day, name }];
  });
}
