import type { PublicNumber } from '../domain/call.ts';
import type { Config } from '../domain/config.ts';
import type { E164, NationalShort } from '../domain/numbers.ts';
import type { Reach } from '../domain/reach.ts';
import { remember } from '../domain/remember.ts';
import { numberingFr } from './numbering-fr.ts';
import type { NumberClass, NumberingPlan } from './numbering-plan.ts';

/** A number of the public network, read and classified. */
export interface Classified {
  readonly number: PublicNumber;
  readonly reach: Reach;
  /** For people: `mobile`, `surcharged short number`. */
  readonly what: string;
}

export function numberingOf(config: Config): NumberingPlan {
  return plans[config.exchange.country];
}

/**
 * Reads digits as a public number: +, 00, national and short forms, outside prefix already taken off.
 * `local` is a national number that begins with one of `localArea` (E.164 beginnings).
 * `undefined`: not a number of the public network.
 */
export function classify(
  digits: string,
  plan: NumberingPlan,
  localArea: readonly string[] = [],
): Classified | undefined {
  const bare = digits.startsWith(plan.code) ? digits.slice(plan.code.length) : digits;
  // Peers that put + before everything put it before short numbers too; none of them could be an E.164 number.
  if (bare.length <= 6) return classifyShort(bare, plan);
  const read = readFull(digits, plan);
  if (read === undefined) return undefined;
  const { e164, row } = read;
  const reach = isLocal(row.reach, e164, localArea) ? 'local' : row.reach;
  return { number: { e164 }, reach, what: row.what };
}

/** Digits as E.164: `+…` and `00…` anywhere, `0…` inside the country, overseas before metropolitan. Short numbers have none. */
export function toE164(digits: string, plan: NumberingPlan): E164 | undefined {
  return readFull(digits, plan)?.e164;
}

/** The number as it is written: `e164` +33199004000; `national` 0199004000, or 00… for a foreign one. */
export function asWritten(number: E164, format: 'e164' | 'national', plan: NumberingPlan): string {
  if (format === 'e164') return number;
  return nationalForm(number, plan) ?? plan.international + number.slice(1);
}

/** As people of the country read it: 0199004000, and + for a foreign one. */
export function asRead(number: E164, plan: NumberingPlan): string {
  return nationalForm(number, plan) ?? number;
}

/** Is it one of the national short numbers, which keep their local digits everywhere? */
export function isShort(digits: string, plan: NumberingPlan): digits is NationalShort {
  return plan.emergency.has(digits) || tablesOf(plan).short(digits) !== undefined;
}

const plans = { FR: numberingFr } as const satisfies Record<Config['exchange']['country'], NumberingPlan>;

const E164_SHAPE = /^\+[1-9]\d{6,14}$/;
/** ITU-T E.164 assignments that are not a country: satellite (870, 881), networks (882, 883), personal (878) and premium rate (979). */
const COSTLY_ABROAD = /^\+(?:87[08]|88[123]|979)/;
const ABROAD: NumberRow = { reach: 'international', what: 'abroad' };
const ABROAD_AND_COSTLY: NumberRow = { reach: 'premium', what: 'satellite or premium rate abroad' };

type NumberRow = Omit<NumberClass, 'pattern'>;

/** A number that has an E.164 form, and its class. */
interface Full {
  readonly e164: E164;
  readonly row: NumberRow;
}

function readFull(digits: string, plan: NumberingPlan): Full | undefined {
  if (digits.startsWith('+')) return readInternational(digits, plan);
  if (digits.startsWith(plan.international)) {
    return readInternational(`+${digits.slice(plan.international.length)}`, plan);
  }
  return digits.startsWith(plan.national) ? readNational(digits, plan) : undefined;
}

function readInternational(digits: string, plan: NumberingPlan): Full | undefined {
  const { code, national, ported } = plan;
  if (digits.startsWith(code)) {
    const strip = digits.length === code.length + ported.total ? ported.strip : 0;
    return readNational(national + digits.slice(code.length + strip), plan);
  }
  if (!E164_SHAPE.test(digits)) return undefined;
  const e164 = digits as E164;
  const inside = nationalForm(e164, plan);
  if (inside !== undefined) return readNational(inside, plan);
  return { e164, row: COSTLY_ABROAD.test(e164) ? ABROAD_AND_COSTLY : ABROAD };
}

/** Overseas numbers look like metropolitan ones, so they are looked for first. */
function readNational(digits: string, plan: NumberingPlan): Full | undefined {
  const { long, overseas } = tablesOf(plan);
  const row = long(digits);
  if (row === undefined) return undefined;
  const code = overseas(digits)?.code ?? plan.code;
  return { e164: (code + digits.slice(plan.national.length)) as E164, row };
}

/** The form dialled inside the country, when the number has one. */
function nationalForm(number: E164, plan: NumberingPlan): string | undefined {
  if (number.startsWith(plan.code)) return plan.national + number.slice(plan.code.length);
  const { codes, overseas } = tablesOf(plan);
  const code = codes.find((one) => number.startsWith(one));
  if (code === undefined) return undefined;
  const national = plan.national + number.slice(code.length);
  return overseas(national)?.code === code ? national : undefined;
}

function classifyShort(digits: string, plan: NumberingPlan): Classified | undefined {
  if (plan.emergency.has(digits)) return { number: { short: digits }, reach: 'emergency', what: 'emergency' };
  const row = tablesOf(plan).short(digits);
  return row && { number: { short: digits }, reach: row.reach, what: row.what };
}

function isLocal(reach: Reach, e164: E164, localArea: readonly string[]): boolean {
  return reach === 'national' && localArea.some((beginning) => e164.startsWith(beginning));
}

/** The tables of a plan, each as one regular expression: a number is read in one go, however many rows there are. */
const tablesOf = remember((plan: NumberingPlan) => ({
  short: firstThatFits(plan.short),
  long: firstThatFits(plan.long),
  overseas: firstThatFits(plan.overseas),
  codes: [...new Set(plan.overseas.map(({ code }) => code))],
}));

/** The patterns hold no capturing groups, so the group that is filled says which row it is. */
function firstThatFits<Row extends { readonly pattern: RegExp }>(
  rows: readonly Row[],
): (digits: string) => Row | undefined {
  const all = new RegExp(rows.map(({ pattern }) => `(${pattern.source})`).join('|'), 'u');
  return (digits) => {
    // Asking whether there is one costs a fraction of asking which, and most numbers are in one table of the three.
    if (!all.test(digits)) return undefined;
    const groups = all.exec(digits);
    return groups === null ? undefined : rows[groups.indexOf(digits, 1) - 1];
  };
}
