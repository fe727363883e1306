/** A part of a day: minutes since midnight on the clock of the wall, 0 ≤ from < to ≤ 1440. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Seven days, Monday first; in each the spans, in order and apart from each other. */
export type WeekHours = readonly (readonly Span[])[];

/** What is wrong with hours as they are written, and the word that it is about. */
export interface HoursMistake {
  readonly wrong: string;
  readonly word: string;
}

export const HOURS_EXAMPLE = 'opening hours such as "lun-ven 08:30-12:00 13:30-17:30; sam 09:00-12:00", or "24/7"';

/**
 * Opening hours in plain words: days, then one or more spans; groups apart by ";". French or English names of days, long or
 * short, as a list or a range that may run over the week-end; `8h30` is as good as `08:30`. A span that ends before it begins
 * runs past midnight. Groups add up.
 */
export function readHours(text: string): WeekHours | HoursMistake {
  if (/^\s*(24\/7|7j\/7\s*24h\/24)\s*$/i.test(text)) return ALWAYS;
  const days: Span[][] = Array.from({ length: 7 }, () => []);
  for (const group of text.split(/[;\n]/)) {
    if (group.trim() === '') continue;
    const mistake = readGroup(group.trim(), days);
    if (mistake !== undefined) return mistake;
  }
  if (days.every((day) => day.length === 0)) return { wrong: 'it is never open', word: text.trim() };
  return days.map(joined);
}

/** Hours as a table: a key for a day or for several, the spans as its value; `fermé` or `closed` for none. */
export function readHoursTable(table: Readonly<Record<string, string>>): WeekHours | HoursMistake {
  const groups = Object.entries(table).filter(([, spans]) => !/^\s*(ferm[ée]e?|closed)?\s*$/i.test(spans));
  return readHours(groups.map(([days, spans]) => `${days} ${spans}`).join(';'));
}

/** Spans alone, `09:00-12:00 14:00-17:00`: for a day with hours of its own. Past midnight they would be another day’s. */
export function readSpans(text: string): readonly Span[] | HoursMistake {
  const days: Span[][] = Array.from({ length: 7 }, () => []);
  const mistake = readGroup(`lun ${text}`, days);
  if (mistake !== undefined) return mistake;
  if ((days[1]?.length ?? 0) > 0) return { wrong: 'it runs past midnight', word: text };
  return joined(days[0] ?? []);
}

export function isHoursMistake(read: object): read is HoursMistake {
  return 'wrong' in read;
}

/** The same hours in the shortest words, days with the same spans together: `lun-ven 08:30-17:30; sam 09:00-12:00`. */
export function hoursText(week: WeekHours): string {
  if (week.every(isWholeDay)) return '24/7';
  const texts = week.map((spans) => spans.map(spanText).join(' '));
  const groups: { from: number; to: number; text: string }[] = [];
  texts.forEach((text, day) => {
    const last = groups.at(-1);
    if (last !== undefined && last.text === text && last.to === day - 1) last.to = day;
    else groups.push({ from: day, to: day, text });
  });
  return groups
    .filter(({ text }) => text !== '')
    .map(({ from, to, text }) => `${SHORT[from]}${to === from ? '' : `-${SHORT[to]}`} ${text}`)
    .join('; ');
}

/** The names of days that are understood, for a guess at a misspelt one. */
export function dayNames(): readonly string[] {
  return NAMES.flat();
}

const DAY = 1_440;
const ALWAYS: WeekHours = Array.from({ length: 7 }, () => [{ from: 0, to: DAY }]);
const SHORT = ['lun', 'mar', 'mer', 'jeu', 'ven', 'sam', 'dim'] as const;
const NAMES: readonly (readonly string[])[] = [
  ['lun', 'lundi', 'mon', 'monday'],
  ['mar', 'mardi', 'tue', 'tues', 'tuesday'],
  ['mer', 'mercredi', 'wed', 'wednesday'],
  ['jeu', 'jeudi', 'thu', 'thurs', 'thursday'],
  ['ven', 'vendredi', 'fri', 'friday'],
  ['sam', 'samedi', 'sat', 'saturday'],
  ['dim', 'dimanche', 'sun', 'sunday'],
];
const EVERY_DAY = /^(tous les jours|every day|7j\/7)\b/i;

function readGroup(group: string, days: readonly Span[][]): HoursMistake | undefined {
  const words = wordsOf(group);
  const firstTime = words.findIndex((word) => /^\d/.test(word));
  const named = firstTime < 0 ? words : words.slice(0, firstTime);
  const chosen = all(named, readDays, dayMistake);
  if ('wrong' in chosen) return chosen;
  const late = firstTime < 0 ? undefined : words.slice(firstTime).find((word) => readDays(word) !== undefined);
  if (late !== undefined) return { wrong: `${late} stands behind the hours: a ";" is missing before it`, word: late };
  const spans = all(words.slice(named.length), readSpan, (word) => ({ wrong: `${word} is no span of time`, word }));
  if ('wrong' in spans) return spans;
  if (chosen.length === 0) return { wrong: 'no day is named', word: group };
  if (spans.length === 0) return { wrong: 'no hours are named', word: group };
  for (const day of new Set(chosen.flat())) for (const span of spans) put(span, day, days);
  return undefined;
}

/** `lundi au vendredi de 8h à 12h` in words that are days, ranges of days, or spans. */
function wordsOf(group: string): readonly string[] {
  return group
    .replace(EVERY_DAY, 'lun-dim')
    .replaceAll(/\s*(?:-|–|(?<=\s)(?:à|au|to)(?=\s))\s*/gi, '-')
    .split(/[\s,]+/)
    .filter((word) => word !== '' && !/^(de|du|et|and|from)$/i.test(word));
}

/** Every word read, or what is wrong with the first that cannot be. */
function all<T>(
  words: readonly string[],
  read: (word: string) => T | undefined,
  mistake: (word: string) => HoursMistake,
): readonly T[] | HoursMistake {
  const found: T[] = [];
  for (const word of words) {
    const one = read(word);
    if (one === undefined) return mistake(word);
    found.push(one);
  }
  return found;
}

function dayMistake(word: string): HoursMistake {
  const part = word.split('-').find((one) => dayNamed(one.toLowerCase()) === undefined);
  return { wrong: `${word} is no day`, word: part ?? word };
}

/** A span over midnight is two: the rest of it belongs to the day after. */
function put({ from, to }: Span, day: number, days: readonly Span[][]): void {
  if (to > from) {
    days[day]?.push({ from, to });
    return;
  }
  days[day]?.push({ from, to: DAY });
  if (to > 0) days[(day + 1) % 7]?.push({ from: 0, to });
}

function readDays(word: string): readonly number[] | undefined {
  const [first = '', last, ...more] = word.toLowerCase().split('-');
  const from = dayNamed(first);
  const to = last === undefined ? from : dayNamed(last);
  if (from === undefined || to === undefined || more.length > 0) return undefined;
  return Array.from({ length: ((to - from + 7) % 7) + 1 }, (_, at) => (from + at) % 7);
}

function dayNamed(word: string): number | undefined {
  const at = NAMES.findIndex((names) => names.includes(word.replace(/\.$/, '')));
  return at < 0 ? undefined : at;
}

function readSpan(word: string): Span | undefined {
  const [first = '', last, ...more] = word.split('-');
  const from = readTime(first);
  const to = last === undefined ? undefined : readTime(last);
  if (from === undefined || to === undefined || more.length > 0 || from === to || from === DAY) return undefined;
  return { from, to };
}

/** `08:30`, `8h30`, `8h`, `24:00`. */
function readTime(text: string): number | undefined {
  const [, hours, minutes = '0'] = /^(\d{1,2})(?:[:h](\d\d)?)?$/i.exec(text) ?? [];
  if (hours === undefined) return undefined;
  const time = Number(hours) * 60 + Number(minutes);
  return Number(minutes) < 60 && time <= DAY ? time : undefined;
}

/** In order; spans that touch or overlap are one. */
function joined(spans: readonly Span[]): readonly Span[] {
  const apart: Span[] = [];
  for (const span of spans.toSorted((a, b) => a.from - b.from)) {
    const last = apart.at(-1);
    if (last !== undefined && span.from <= last.to) {
      apart[apart.length - 1] = { from: last.from, to: Math.max(last.to, span.to) };
    } else apart.push(span);
  }
  return apart;
}

const isWholeDay = (spans: readonly Span[]): boolean => spans[0]?.from === 0 && spans[0].to === DAY;
const spanText = ({ from, to }: Span): string => `${timeText(from)}-${timeText(to)}`;
const timeText = (minutes: number): string =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
