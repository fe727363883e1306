/**
 * A dial-plan pattern: what a dialled number must look like.
 *
 *   digits * # +   themselves
 *   x              any one digit
 *   [2-5] [279]    one digit of a set
 *   .              (last) one or more further digits, * or #
 *
 * The most specific pattern wins: at the first place where two patterns differ, a digit beats a set,
 * a smaller set beats a larger one, anything beats `.`.
 */
export interface Pattern {
  readonly text: string;
  /** One entry a place: the characters it takes. */
  readonly places: readonly string[];
  /** Ends in `.`: takes further characters. */
  readonly open: boolean;
}

/** Why a number does not fit a pattern, or that it does. */
export type Fit = 'fits' | 'too short' | 'too long' | { readonly differsAt: number };

const ANY = '0123456789';
const PLACES_AT_MOST = 32;
/** Made once: a dial plan is asked for every call, and most rules differ at the first place. */
const differing: readonly Fit[] = Array.from({ length: PLACES_AT_MOST }, (_, at) => ({ differsAt: at }));

/** Reads a pattern. A string is the reason why it is none. */
export function parsePattern(text: string): Pattern | string {
  const tokens = text.match(/\[[^\]]*\]?|./gsu) ?? [];
  const open = tokens.at(-1) === '.';
  const places: string[] = [];
  for (const token of open ? tokens.slice(0, -1) : tokens) {
    const place = readPlace(token);
    if (place === undefined) return `"${token}" is not a digit, x, *, #, +, a set such as [2-5], or a last "."`;
    places.push(place);
  }
  if (tokens.length === 0) return 'a pattern needs at least one character';
  if (places.length > PLACES_AT_MOST) return `a pattern has at most ${PLACES_AT_MOST} places`;
  return { text, places, open };
}

/** Does the number fit? The answer says where it stops fitting. */
export function fit(pattern: Pattern, digits: string): Fit {
  const { places, open } = pattern;
  for (let at = 0; at < places.length; at += 1) {
    if (at >= digits.length) return 'too short';
    if (!(places[at] as string).includes(digits.charAt(at))) return differing[at] as Fit;
  }
  if (open) return digits.length > places.length ? 'fits' : 'too short';
  return digits.length === places.length ? 'fits' : 'too long';
}

/** Negative when `a` is the more specific; 0 when the two cannot be told apart at any place. */
export function compareSpecificity(a: Pattern, b: Pattern): number {
  const most = Math.max(a.places.length, b.places.length);
  for (let at = 0; at < most; at += 1) {
    const difference = (a.places[at]?.length ?? 99) - (b.places[at]?.length ?? 99);
    if (difference !== 0) return difference;
  }
  return Number(a.open) - Number(b.open);
}

/** Is there a number that both take, though neither is the more specific? Then the plan is ambiguous. */
export function ambiguous(a: Pattern, b: Pattern): boolean {
  if (compareSpecificity(a, b) !== 0 || a.places.length !== b.places.length) return false;
  return a.places.every((place, at) => [...place].some((one) => b.places[at]?.includes(one)));
}

function readPlace(token: string): string | undefined {
  if (token === 'x') return ANY;
  if (/^[\d*#+]$/.test(token)) return token;
  const set = /^\[((?:\d(?:-\d)?)+)\]$/.exec(token)?.[1];
  if (set === undefined) return undefined;
  const digits = (set.match(/\d(?:-\d)?/g) ?? []).flatMap((range) => {
    const from = Number(range.charAt(0));
    const to = Number(range.at(-1));
    return Array.from({ length: Math.max(0, to - from + 1) }, (_, step) => String(from + step));
  });
  return digits.length === 0 ? undefined : [...new Set(digits)].sort().join('');
}
