import { type CivilTime, civilTime } from './civil-time.ts';
import { english } from './english.ts';
import { french } from './french.ts';
import { POSITIONS, type Speaker, whole } from './speaker.ts';
import { pause, type Word } from './word.ts';

/** Of one language: a stretch of recorded words, or a gap to be filled. */
export type Part = Word | { readonly slot: string };

/** A sentence, or one for each count. `beyond`: for a place in a row that has no name. */
export interface Wording {
  readonly none?: readonly Part[];
  readonly one?: readonly Part[];
  readonly many: readonly Part[];
  readonly beyond?: readonly Part[];
}

export type Variant = keyof Wording;

/** How a gap is spoken. Moments and dates are instants (ms since the epoch), waits and durations seconds. */
export type SpokenAs =
  | 'masculine'
  | 'feminine'
  | 'number'
  | 'position'
  | 'key'
  | 'phone'
  | 'moment'
  | 'date'
  | 'wait'
  | 'duration';

export interface Now {
  /** Milliseconds since the epoch, UTC. */
  readonly at: number;
  /** Such as "Europe/Paris". */
  readonly timeZone: string;
}

export const speakers: Readonly<Record<'fr' | 'en', Speaker>> = { fr: french, en: english };

/**
 * Fills the gaps of a sentence. Never throws: a value that is missing or cannot be spoken is
 * left out, so that a caller hears the rest.
 */
export function sentence(
  wording: Wording,
  slots: Readonly<Record<string, SpokenAs>>,
  values: Readonly<Record<string, number | string>>,
  speaker: Speaker,
  now: Now,
): readonly Word[] {
  return variantOf(wording, slots, values).flatMap((part) => {
    if (!('slot' in part)) return [part];
    const [kind, value] = [slots[part.slot], values[part.slot]];
    return kind === undefined || value === undefined ? [] : spoken(kind, value, speaker, now);
  });
}

/** One after the other, with a breath between. */
export function inTurn(sentences: readonly (readonly Word[])[]): readonly Word[] {
  const breath: Word = { ...pause, text: '' };
  return sentences.flatMap((words, index) => (index === 0 ? words : [breath, ...words]));
}

/** Cuts `Vous êtes en {position} position.` into parts; the recordings are named `<id>.1`, `<id>.2`, or `<id>` when there is but one. */
export function partsOf(id: string, text: string): readonly Part[] {
  const stretches = text.split(/(\{[a-z-]+\})/).filter((stretch) => stretch.trim() !== '');
  if (stretches.length === 1 && !text.includes('{')) return [{ piece: id, text }];
  let count = 0;
  return stretches.map((stretch) => {
    const [, slot] = /^\{([a-z-]+)\}$/.exec(stretch) ?? [];
    if (slot !== undefined) return { slot };
    if (!/[\p{L}\p{N}]/u.test(stretch)) return { text: stretch };
    count += 1;
    return { piece: `${id}.${count}`, text: stretch.trim() };
  });
}

function variantOf(
  wording: Wording,
  slots: Readonly<Record<string, SpokenAs>>,
  values: Readonly<Record<string, number | string>>,
): readonly Part[] {
  const [slot, kind] = Object.entries(slots).find(([, each]) => counts.has(each)) ?? [];
  const value = slot === undefined ? undefined : values[slot];
  if (typeof value !== 'number') return wording.many;
  const count = whole(value);
  if (count === 0 && wording.none !== undefined) return wording.none;
  if (count === 1 && wording.one !== undefined) return wording.one;
  if (kind === 'position' && count > POSITIONS && wording.beyond !== undefined) return wording.beyond;
  return wording.many;
}

/** ECMA-262 §21.4.1.1: no instant is farther from the epoch. */
const GREATEST_INSTANT = 8.64e15;

const counts: ReadonlySet<SpokenAs> = new Set<SpokenAs>(['masculine', 'feminine', 'number', 'position']);

function spoken(kind: SpokenAs, value: number | string, speaker: Speaker, now: Now): readonly Word[] {
  if (kind === 'phone') return speaker.phone(String(value));
  if (kind === 'key') return speaker.digits(String(value));
  const number = Number(value);
  if (!(Math.abs(number) <= GREATEST_INSTANT)) return [];
  if (kind === 'moment' || kind === 'date') {
    const there = (at: number): CivilTime => civilTime(at, now.timeZone);
    return speaker[kind](there(number), there(now.at));
  }
  return speaker[kind](number);
}
