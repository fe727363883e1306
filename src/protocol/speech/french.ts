import type { CivilTime } from './civil-time.ts';
import { GREATEST, POSITIONS, relativeDay, type Speaker, whole, YEAR_AFTER_DAYS } from './speaker.ts';
import { dialable, groupsOf, spelled } from './spelling.ts';
import { pause, type Word } from './word.ts';

/** French as it is spoken in France, in the spelling from before 1990: "vingt et un", "deux cents", "quatre-vingts". */
export const french: Speaker = {
  number: (value) => cardinal(value),
  masculine: (value) => cardinal(value, { bound: true }),
  feminine: (value) => cardinal(value, { bound: true, feminine: true }),
  position,
  digits,
  phone,
  date,
  time,
  moment: (at, now) => {
    const day = relativeDay(at, now);
    return [...(day === undefined ? date(at, now) : [word(day, dayNames[day])]), word('at', 'à'), ...time(at)];
  },
  wait,
  duration,
};

interface Manner {
  readonly feminine?: boolean;
  /** A consonant follows: six loses its s, "vingt" before "deux" sounds its t. */
  readonly bound?: boolean;
  /** "quatre-vingt mille", "deux cent mille": the s of the plural is lost before "mille". */
  readonly beforeMille?: boolean;
}

const units = (
  'zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize ' +
  'dix-sept dix-huit dix-neuf'
).split(' ');
const tens = [
  '',
  '',
  'vingt',
  'trente',
  'quarante',
  'cinquante',
  'soixante',
  'soixante',
  'quatre-vingt',
  'quatre-vingt',
];
const bound: ReadonlySet<number> = new Set([6, 8, 10]);

function cardinal(value: number, manner: Manner = {}): readonly Word[] {
  const number = whole(value);
  if (number > GREATEST) return digits(String(number));
  if (number === 0) return [unit(0, {})];
  const [thousands, rest] = [Math.floor(number / 1000), number % 1000];
  return [...thousandsOf(thousands), ...(rest === 0 ? [] : belowThousand(rest, manner))];
}

function thousandsOf(thousands: number): readonly Word[] {
  if (thousands === 0) return [];
  const mille: Word = { piece: 'number.1000', text: 'mille' };
  return thousands === 1 ? [mille] : [...belowThousand(thousands, { bound: true, beforeMille: true }), mille];
}

function belowThousand(number: number, manner: Manner): readonly Word[] {
  const [hundreds, rest] = [Math.floor(number / 100), number % 100];
  if (hundreds === 0) return belowHundred(rest, manner);
  const plural = hundreds > 1 && rest === 0 && manner.beforeMille !== true;
  return [
    ...(hundreds === 1 ? [] : [unit(hundreds, { bound: true })]),
    { piece: 'number.100', text: plural ? 'cents' : 'cent' },
    ...(rest === 0 ? [] : belowHundred(rest, manner)),
  ];
}

/** Soixante-dix and quatre-vingt-dix count on to nineteen; quatre-vingts has no "et". */
function belowHundred(number: number, manner: Manner): readonly Word[] {
  if (number < 20) return [unit(number, manner)];
  const ten = Math.floor(number / 10);
  const name = tens[ten] ?? '';
  const base = ten >= 8 ? 80 : Math.min(ten, 6) * 10;
  const rest = number - base;
  if (rest === 0) return [{ piece: `number.${base}`, text: `${name}${base === 80 && !manner.beforeMille ? 's' : ''}` }];
  if (base < 80 && (rest === 1 || rest === 11)) return [joinedByEt(number, `${name} et`, manner)];
  return [{ piece: base === 20 ? 'number.20.bound' : `number.${base}`, text: `${name}-` }, unit(rest, manner)];
}

/** "vingt et un", "vingt et une", "soixante et onze": spoken in one breath, so each is a recording of its own. */
function joinedByEt(number: number, text: string, manner: Manner): Word {
  if (number === 71) return { piece: 'number.71', text: `${text} onze` };
  return manner.feminine === true
    ? { piece: `number.${number}.feminine`, text: `${text} une` }
    : { piece: `number.${number}`, text: `${text} un` };
}

function unit(number: number, manner: Manner): Word {
  if (number === 1 && manner.feminine === true) return { piece: 'number.1.feminine', text: 'une' };
  const isBound = manner.bound === true && bound.has(number);
  return { piece: `number.${number}${isBound ? '.bound' : ''}`, text: units[number] ?? '' };
}

const ordinals = (
  'première deuxième troisième quatrième cinquième sixième septième huitième neuvième dixième onzième douzième ' +
  'treizième quatorzième quinzième seizième dix-septième dix-huitième dix-neuvième vingtième'
).split(' ');

/** Feminine, as a position is: "en première position". */
function position(value: number): readonly Word[] {
  const place = whole(value);
  const text = place > POSITIONS ? undefined : ordinals[place - 1];
  return text === undefined ? cardinal(place) : [{ piece: `ordinal.${place}`, text }];
}

const letterNames: Readonly<Record<string, string>> = {
  ...Object.fromEntries(units.slice(0, 10).map((name, digit) => [String(digit), name])),
  '+': 'plus',
  '*': 'étoile',
  '#': 'dièse',
};

function digits(text: string): readonly Word[] {
  return spelled(text, letterNames);
}

/** "zéro un, quatre-vingt-dix-neuf, …": in pairs, a leading zero by itself. */
function phone(number: string): readonly Word[] {
  const groups = dialable(number).match(/\d+|[+*#]/g) ?? [];
  const words: Word[] = [];
  for (const run of groups) {
    const read = /\d/.test(run) ? groupsOf(run) : [run];
    for (const group of read) words.push(...(words.length > 0 && !isSign(words) ? [pause] : []), ...readGroup(group));
  }
  return words;
}

/** After "plus" or "étoile" no breath is taken. */
function isSign(words: readonly Word[]): boolean {
  return words.at(-1)?.piece?.startsWith('letter.') === true;
}

function readGroup(group: string): readonly Word[] {
  const [zeros = ''] = /^0*/.exec(group) ?? [];
  const rest = group.slice(zeros.length);
  if (!/^\d+$/.test(group)) return digits(group);
  return [...digits(zeros), ...(rest === '' ? [] : cardinal(Number(rest)))];
}

const dayNames = { yesterday: 'hier', today: 'aujourd’hui', tomorrow: 'demain' } as const;
const weekdays = ['lundi', 'mardi', 'mercredi', 'jeudi', 'vendredi', 'samedi', 'dimanche'];
const months = 'janvier février mars avril mai juin juillet août septembre octobre novembre décembre'.split(' ');

/** "lundi premier mars", "mardi dix novembre"; with the year when it is far away. */
function date(at: CivilTime, now: CivilTime): readonly Word[] {
  const month = months[at.month - 1] ?? '';
  const day: readonly Word[] =
    at.day === 1
      ? [{ piece: 'ordinal.1.masculine', text: 'premier' }]
      : cardinal(at.day, { bound: !/^[aeiou]/.test(month) });
  const isFar = Math.abs(at.dayNumber - now.dayNumber) > YEAR_AFTER_DAYS;
  return [
    { piece: `day.${at.weekday}`, text: weekdays[at.weekday - 1] ?? '' },
    ...day,
    { piece: `month.${at.month}`, text: month },
    ...(isFar ? cardinal(at.year) : []),
  ];
}

/** "quatorze heures trente", "une heure", "midi", "minuit cinq". Minutes are feminine. */
function time({ hour, minute }: CivilTime): readonly Word[] {
  const name = hour === 0 ? 'minuit' : hour === 12 ? 'midi' : hoursText(hour);
  return [{ piece: `hour.${hour}`, text: name }, ...(minute === 0 ? [] : cardinal(minute, { feminine: true }))];
}

function hoursText(hours: number): string {
  return hours === 1
    ? 'une heure'
    : `${cardinal(hours, { feminine: true })
        .map(({ text }) => text)
        .join('')} heures`;
}

function wait(seconds: number): readonly Word[] {
  if (whole(seconds) < 60) return [word('under-a-minute', 'moins d’une minute')];
  const minutes = Math.ceil(whole(seconds) / 60);
  return minutes > 60 ? [word('over-an-hour', 'plus d’une heure')] : duration(minutes * 60);
}

/** "trente secondes", "deux minutes trente", "une heure vingt". */
function duration(value: number): readonly Word[] {
  const seconds = whole(value);
  if (seconds < 60) return counted(seconds, 'second', 'seconde');
  const [minutes, restSeconds] = [Math.floor(seconds / 60), seconds % 60];
  if (minutes < 60) return [...counted(minutes, 'minute', 'minute'), ...remainder(restSeconds)];
  return [...hours(Math.floor(minutes / 60)), ...remainder(minutes % 60)];
}

function counted(count: number, piece: string, noun: string): readonly Word[] {
  const plural = count > 1;
  return [...french.feminine(count), word(plural ? `${piece}s` : piece, plural ? `${noun}s` : noun)];
}

function remainder(count: number): readonly Word[] {
  return count === 0 ? [] : cardinal(count, { feminine: true });
}

/** Bound by a liaison ("deux‿heures"), so each is a recording of its own; noon and midnight are no durations. */
function hours(count: number): readonly Word[] {
  if (count === 12) return [{ piece: 'hours.12', text: 'douze heures' }];
  if (count < 24) return [{ piece: `hour.${count}`, text: hoursText(count) }];
  return [...cardinal(count, { feminine: true }), word('hours', 'heures')];
}

function word(name: string, text: string): Word {
  return { piece: `word.${name}`, text };
}
