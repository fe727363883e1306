import type { CivilTime } from './civil-time.ts';
import type { Word } from './word.ts';

/** How one language speaks what stands in the gaps of sentences. Never throws: what has no name is read digit by digit. */
export interface Speaker {
  readonly number: (value: number) => readonly Word[];
  /** Before a masculine noun that begins with a consonant. */
  readonly masculine: (value: number) => readonly Word[];
  /** Before a feminine noun that begins with a consonant. */
  readonly feminine: (value: number) => readonly Word[];
  /** A place in a row; beyond POSITIONS the bare number. */
  readonly position: (value: number) => readonly Word[];
  readonly digits: (text: string) => readonly Word[];
  readonly phone: (number: string) => readonly Word[];
  readonly date: (at: CivilTime, now: CivilTime) => readonly Word[];
  readonly time: (at: CivilTime) => readonly Word[];
  readonly moment: (at: CivilTime, now: CivilTime) => readonly Word[];
  readonly wait: (seconds: number) => readonly Word[];
  readonly duration: (seconds: number) => readonly Word[];
}

/** The last place in a row that has a recording: "vingtième". */
export const POSITIONS = 20;

/** The greatest number that is spoken as one; a greater one is read digit by digit. */
export const GREATEST = 999_999;

/** A date so many days away is told with its year. */
export const YEAR_AFTER_DAYS = 300;

/** "hier", "aujourd’hui", "demain": the name of a day seen from another, when it has one. */
export function relativeDay(at: CivilTime, now: CivilTime): 'yesterday' | 'today' | 'tomorrow' | undefined {
  const days = at.dayNumber - now.dayNumber;
  if (days === 0) return 'today';
  if (days === 1) return 'tomorrow';
  return days === -1 ? 'yesterday' : undefined;
}

/** What can be counted: whole, not negative. An average of 92.4 s is 92. */
export function whole(value: number): number {
  return Number.isFinite(value) ? Math.min(Number.MAX_SAFE_INTEGER, Math.max(0, Math.round(value))) : 0;
}
