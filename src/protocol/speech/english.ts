import type { CivilTime } from './civil-time.ts';
import { GREATEST, POSITIONS, relativeDay, type Speaker, whole, YEAR_AFTER_DAYS } from './speaker.ts';
import { dialable, groupsOf, spelled } from './spelling.ts';
import { pause, type Word } from './word.ts';

/** English as it is spoken in Britain: "one hundred and five", "Monday the third of November". */
export const english: Speaker = {
  number: cardinal,
  masculine: cardinal,
  feminine: cardinal,
  position: (value) => (whole(value) > POSITIONS || whole(value) === 0 ? cardinal(value) : ordinal(whole(value))),
  digits,
  phone,
  date,
  time,
  moment: (at, now) => {
    const day = relativeDay(at, now);
    const told = day === undefined ? [word('on'), ...date(at, now)] : [word(day)];
    return [...told, word('at'), ...time(at)];
  },
  wait,
  duration,
};

const units = (
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen ' +
  'eighteen nineteen'
).split(' ');
const tens = ['', '', 'twenty', 'thirty', 'forty', 'fifty', 'sixty', 'seventy', 'eighty', 'ninety'];
const and: Word = { piece: 'number.and', text: 'and' };

function cardinal(value: number): readonly Word[] {
  const number = whole(value);
  if (number > GREATEST) return digits(String(number));
  const [thousands, rest] = [Math.floor(number / 1000), number % 1000];
  if (thousands === 0) return belowThousand(rest);
  const told = [...belowThousand(thousands), { piece: 'number.1000', text: 'thousand' }];
  if (rest === 0) return told;
  return [...told, ...(rest < 100 ? [and] : []), ...belowThousand(rest)];
}

function belowThousand(number: number): readonly Word[] {
  const [hundreds, rest] = [Math.floor(number / 100), number % 100];
  if (hundreds === 0) return belowHundred(rest);
  const told = [unit(hundreds), { piece: 'number.100', text: 'hundred' }];
  return rest === 0 ? told : [...told, and, ...belowHundred(rest)];
}

function belowHundred(number: number): readonly Word[] {
  if (number < 20) return [unit(number)];
  const rest = number % 10;
  return rest === 0 ? [ten(number, '')] : [ten(number - rest, '-'), unit(rest)];
}

function ten(number: number, hyphen: string): Word {
  return { piece: `number.${number}`, text: `${tens[number / 10] ?? ''}${hyphen}` };
}

function unit(number: number): Word {
  return { piece: `number.${number}`, text: units[number] ?? '' };
}

const ordinals = (
  'first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth ' +
  'sixteenth seventeenth eighteenth nineteenth twentieth'
).split(' ');

/** From 1 to 31, as far as a month goes. */
function ordinal(number: number): readonly Word[] {
  if (number === 30) return [{ piece: 'ordinal.30', text: 'thirtieth' }];
  if (number <= 20) return [{ piece: `ordinal.${number}`, text: ordinals[number - 1] ?? '' }];
  const rest = number % 10;
  return [ten(number - rest, '-'), ...ordinal(rest)];
}

const letterNames: Readonly<Record<string, string>> = {
  ...Object.fromEntries(units.slice(0, 10).map((name, digit) => [String(digit), name])),
  '+': 'plus',
  '*': 'star',
  '#': 'hash',
};

function digits(text: string): readonly Word[] {
  return spelled(text, letterNames);
}

/** Digit by digit, with a breath where a French number is grouped. */
function phone(number: string): readonly Word[] {
  const words: Word[] = [];
  for (const run of dialable(number).match(/\d+|[+*#]/g) ?? []) {
    for (const group of /\d/.test(run) ? groupsOf(run) : [run]) {
      const follows = words.length > 0 && words.at(-1)?.piece?.startsWith('letter.') !== true;
      words.push(...(follows ? [pause] : []), ...digits(group));
    }
  }
  return words;
}

const weekdays = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
const months = 'January February March April May June July August September October November December'.split(' ');

/** "Monday the third of November"; with the year when it is far away. */
function date(at: CivilTime, now: CivilTime): readonly Word[] {
  const isFar = Math.abs(at.dayNumber - now.dayNumber) > YEAR_AFTER_DAYS;
  return [
    { piece: `day.${at.weekday}`, text: weekdays[at.weekday - 1] ?? '' },
    word('the'),
    ...ordinal(at.day),
    word('of'),
    { piece: `month.${at.month}`, text: months[at.month - 1] ?? '' },
    ...(isFar ? cardinal(at.year) : []),
  ];
}

/** "two thirty p.m.", "nine oh five a.m.", "noon", "midnight". */
function time({ hour, minute }: CivilTime): readonly Word[] {
  if (minute === 0 && hour === 0) return [{ piece: 'hour.0', text: 'midnight' }];
  if (minute === 0 && hour === 12) return [{ piece: 'hour.12', text: 'noon' }];
  const half = hour < 12 ? 'am' : 'pm';
  return [
    unit(hour % 12 === 0 ? 12 : hour % 12),
    ...(minute > 0 && minute < 10 ? [{ piece: 'number.oh', text: 'oh' }] : []),
    ...(minute === 0 ? [] : belowHundred(minute)),
    { piece: `hour.${half}`, text: half === 'am' ? 'a.m.' : 'p.m.' },
  ];
}

function wait(seconds: number): readonly Word[] {
  if (whole(seconds) < 60) return [word('under-a-minute', 'less than a minute')];
  const minutes = Math.ceil(whole(seconds) / 60);
  return minutes > 60 ? [word('over-an-hour', 'more than an hour')] : duration(minutes * 60);
}

/** "thirty seconds", "two minutes and thirty seconds", "one hour and twenty minutes". */
function duration(value: number): readonly Word[] {
  const seconds = whole(value);
  if (seconds < 60) return counted(seconds, 'second');
  const [minutes, restSeconds] = [Math.floor(seconds / 60), seconds % 60];
  if (minutes < 60) return both(counted(minutes, 'minute'), restSeconds, 'second');
  return both(counted(Math.floor(minutes / 60), 'hour'), minutes % 60, 'minute');
}

function both(told: readonly Word[], count: number, noun: string): readonly Word[] {
  return count === 0 ? told : [...told, and, ...counted(count, noun)];
}

function counted(count: number, noun: string): readonly Word[] {
  return [...cardinal(count), word(count === 1 ? noun : `${noun}s`)];
}

function word(name: string, text: string = name): Word {
  return { piece: `word.${name}`, text };
}
