import type { PublicNumber } from '../domain/call.ts';
import type { Config } from '../domain/config.ts';
import type { E164 } from '../domain/numbers.ts';
import type { Trunk } from '../domain/trunk.ts';
import { asWritten, numberingOf } from './numbering.ts';
import { ownerOfPublic, publicOf } from './town-numbers.ts';

/** A public number in the trunk's format: the user part of a URI. A trunk inside the town gets our own numbers as extensions. */
export function writtenOn(trunk: Trunk, number: E164, config: Config): string {
  const format = trunk.numbers.sent;
  if (format !== 'extension') return asWritten(number, format, numberingOf(config));
  const own = ownerOfPublic(number, config);
  return own?.extension || asWritten(number, 'national', numberingOf(config));
}

/** The number called, as it leaves on the trunk. Short numbers keep their digits everywhere: they have no other form. */
export function calledOn(trunk: Trunk, number: PublicNumber, config: Config): string {
  return 'short' in number ? number.short : writtenOn(trunk, number.e164, config);
}

/** An extension of the IPBX, as that trunk writes numbers. */
export function extensionOn(trunk: Trunk, extension: string, config: Config): string {
  const number = trunk.numbers.sent === 'extension' ? undefined : publicOf(extension, config);
  return number === undefined ? extension : writtenOn(trunk, number, config);
}
