import type { Pattern } from '../../domain/pattern.ts';

/**
 * A number that fits `pattern` and none of the patterns that come before it; `undefined` when they take all of its numbers.
 * It goes place by place and leaves a branch as soon as no earlier pattern can fit any more, so it is quick where people are sane;
 * after `stepsAtMost` it gives the pattern the benefit of the doubt.
 */
export function numberFor(pattern: Pattern, earlier: readonly Pattern[]): string | undefined {
  const search: Search = { pattern, steps: 0 };
  return pick('', earlier, search);
}

interface Search {
  readonly pattern: Pattern;
  steps: number;
}

const stepsAtMost = 20_000;
const DIGITS = '0123456789';
/** What a last "." takes besides digits; looked at last. */
const REST = `${DIGITS}*#`;

function pick(start: string, rivals: readonly Pattern[], search: Search): string | undefined {
  search.steps += 1;
  const { pattern } = search;
  if (search.steps > stepsAtMost) return fill(start, pattern);
  if (ends(pattern, start.length) && !rivals.some((rival) => ends(rival, start.length))) return start;
  // Longer than every rival and still not free: all that are left are open, and they take every further digit.
  const longest = Math.max(pattern.places.length, ...rivals.map(({ places }) => places.length));
  if (start.length > longest + 1) return undefined;
  for (const { next, left } of choices(start.length, rivals, pattern)) {
    const found = left.length === 0 ? fill(start + next, pattern) : pick(start + next, left, search);
    if (found !== undefined) return found;
  }
  return undefined;
}

interface ChoiceOfDigit {
  readonly next: string;
  /** The rivals that take it too. */
  readonly left: readonly Pattern[];
}

/** What can follow depends only on which rivals are left, so one character stands for all that leave the same. */
function choices(at: number, rivals: readonly Pattern[], pattern: Pattern): readonly ChoiceOfDigit[] {
  const place = pattern.places[at] ?? (pattern.open ? REST : '');
  const found = new Map<string, ChoiceOfDigit>();
  for (const next of place) {
    const left = rivals.filter((rival) => takes(rival, at, next));
    const who = rivals.map((rival) => Number(left.includes(rival))).join('');
    if (!found.has(who)) found.set(who, { next, left });
  }
  return [...found.values()];
}

/** The beginning, made as long as the pattern needs. */
function fill(start: string, { places, open }: Pattern): string {
  const rest = places.slice(start.length).map((place) => place.charAt(0));
  const whole = start + rest.join('');
  return open && whole.length === places.length ? `${whole}0` : whole;
}

function takes({ places, open }: Pattern, at: number, digit: string): boolean {
  const place = places[at];
  return place === undefined ? open : place.includes(digit);
}

/** Does a number of this length, whose places all fit, fit the pattern? */
function ends({ places, open }: Pattern, length: number): boolean {
  return open ? length > places.length : length === places.length;
}
