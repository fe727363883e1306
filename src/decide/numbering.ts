import type { PublicNumber } from '../domain/call.ts';
import type { Config } from '../domain/config.ts';
import type { E164, NationalShort } from '../domain/numbers.ts';
import type { Reach } from '../domain/reach.ts';
import { numberingFr } from './numbering-fr.ts';

/** What a country's numbers look like. A country is a table; the functions below read it. */
export interface NumberingPlan {
  readonly country: string;
  /** The country code, with its `+`. */
  readonly code: string;
  /** Dialled before a national number, and before an international one. */
  readonly national: string;
  readonly international: string;
  readonly emergency: ReadonlySet<string>;
  /** Dialled before a number to withhold one's own for this call. */
  readonly clir: readonly string[];
  /** Numbers without an E.164 form. */
  readonly short: readonly NumberClass[];
  /** Numbers with one, in national form. */
  readonly long: readonly NumberClass[];
  readonly overseas: readonly { readonly pattern: RegExp; readonly code: string }[];
  /** After the country code, a ported number has `total` digits, and the first `strip` are not the number's. */
  readonly ported: { readonly total: number; readonly strip: number };
}

export interface NumberClass {
  readonly pattern: RegExp;
  readonly reach: Reach;
  readonly what: string;
}

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
  const e164 = toE164(digits, plan);
  if (e164 === undefined) return undefined;
  const national = nationalForm(e164, plan);
  if (national === undefined) return { number: { e164 }, ...classifyForeign(e164) };
  for (const { pattern, reach, what } of plan.long) {
    if (pattern.test(national))
      return { number: { e164 }, what, reach: isLocal(reach, e164, localArea) ? 'local' : reach };
  }
  return undefined;
}

/** Digits as E.164: `+…` and `00…` anywhere, `0…` inside the country, overseas before metropolitan. Short numbers have none. */
export function toE164(digits: string, plan: NumberingPlan): E164 | undefined {
  if (digits.startsWith('+')) return international(digits, plan);
  if (digits.startsWith(plan.international)) return international(`+${digits.slice(plan.international.length)}`, plan);
  return digits.startsWith(plan.national) ? fromNational(digits, plan) : undefined;
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
  return plan.emergency.has(digits) || plan.short.some(({ pattern }) => pattern.test(digits));
}

const plans = { FR: numberingFr } as const satisfies Record<Config['exchange']['country'], NumberingPlan>;

const E164_SHAPE = /^\+[1-9]\d{6,14}$/;
/** ITU-T E.164 assignments that are not a country: satellite (870, 881), networks (882, 883), personal (878) and premium rate (979). */
const COSTLY_ABROAD = /^\+(87[08]|88[123]|979)/;

function international(digits: string, plan: NumberingPlan): E164 | undefined {
  if (!digits.startsWith(plan.code)) return E164_SHAPE.test(digits) ? (digits as E164) : undefined;
  const ported = digits.length === plan.code.length + plan.ported.total;
  return fromNational(plan.national + digits.slice(plan.code.length + (ported ? plan.ported.strip : 0)), plan);
}

/** Overseas numbers look like metropolitan ones, so they are looked for first. */
function fromNational(digits: string, plan: NumberingPlan): E164 | undefined {
  const rest = digits.slice(plan.national.length);
  const away = plan.overseas.find(({ pattern }) => pattern.test(digits));
  if (away !== undefined) return (away.code + rest) as E164;
  return plan.long.some(({ pattern }) => pattern.test(digits)) ? ((plan.code + rest) as E164) : undefined;
}

/** The form dialled inside the country, when the number has one. */
function nationalForm(number: E164, plan: NumberingPlan): string | undefined {
  if (number.startsWith(plan.code)) return plan.national + number.slice(plan.code.length);
  for (const { pattern, code } of plan.overseas) {
    if (!number.startsWith(code)) continue;
    const national = plan.national + number.slice(code.length);
    if (pattern.test(national)) return national;
  }
  return undefined;
}

function classifyShort(digits: string, plan: NumberingPlan): Classified | undefined {
  if (plan.emergency.has(digits)) return { number: { short: digits }, reach: 'emergency', what: 'emergency' };
  const row = plan.short.find(({ pattern }) => pattern.test(digits));
  return row && { number: { short: digits }, reach: row.reach, what: row.what };
}

function classifyForeign(e164: E164): { readonly reach: Reach; readonly what: string } {
  return COSTLY_ABROAD.test(e164)
    ? { reach: 'premium', what: 'satellite or premium rate abroad' }
    : { reach: 'international', what: 'abroad' };
}

function isLocal(reach: Reach, e164: E164, localArea: readonly string[]): boolean {
  return reach === 'national' && localArea.some((beginning) => e164.startsWith(beginning));
}
