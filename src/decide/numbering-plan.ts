import type { Reach } from '../domain/reach.ts';

/** What a country's numbers look like. A country is a table; `numbering.ts` reads it. */
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

/** A row of a table. The pattern holds the whole number, and no capturing groups. */
export interface NumberClass {
  readonly pattern: RegExp;
  readonly reach: Reach;
  readonly what: string;
}
