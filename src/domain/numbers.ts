import { z } from 'zod';

declare const brand: unique symbol;
type Brand<T, Name extends string> = T & { readonly [brand]: Name };

/** A public number in full international form: `+` and 7 to 15 digits (ITU-T E.164 §6). */
export type E164 = Brand<string, 'E164'>;
/** A town-wide internal number: the last digits of a DID, a block on the IPBX, a service. */
export type Extension = Brand<string, 'Extension'>;
/** A number that means something at one site only (the overlapping "3-digit" numbers). */
export type ShortNumber = Brand<string, 'ShortNumber'>;
/** What the caller keyed, untouched: digits, `*`, `#`, perhaps a leading `+`; at most 32 characters. */
export type Dialled = Brand<string, 'Dialled'>;
/** A number that only has a meaning inside the country: emergency, 3BPQ, 10XY, 116 XXX, 118 XXX. It has no E.164 form. */
export type NationalShort = Brand<string, 'NationalShort'>;

export const E164 = z
  .string()
  .regex(/^\+[1-9]\d{6,14}$/, 'a public number in international form: + and 7 to 15 digits, such as "+33199004000"')
  .transform((text) => text as E164);

export const Extension = z
  .string()
  .regex(/^\d{3,7}$/, 'an extension: 3 to 7 digits, in quotes, such as "4101"')
  .transform((text) => text as Extension);

export const ShortNumber = z
  .string()
  .regex(/^\d{2,4}$/, 'a short number: 2 to 4 digits, in quotes, such as "101"')
  .transform((text) => text as ShortNumber);

export const Dialled = z
  .string()
  .regex(/^\+?[\d*#]{1,32}$/, 'digits, * and #, perhaps a leading +, at most 32 characters')
  .transform((text) => text as Dialled);
