import type { CallerNumber } from '../domain/call.ts';
import type { Config } from '../domain/config.ts';
import type { E164 } from '../domain/numbers.ts';
import type { NumberFormat, Trunk } from '../domain/trunk.ts';
import { numberingOf, toE164 } from './numbering.ts';
import type { NumberingPlan } from './numbering-plan.ts';
import { extensionOf, ownerOfExtension } from './town-numbers.ts';

/** A number as a trunk writes it, in full. What has no E.164 form is `undefined`. */
export function receivedE164(digits: string, format: NumberFormat, plan: NumberingPlan): E164 | undefined {
  const read = toE164(digits, plan);
  // No country code begins with 0, so digits that are no national form can only be the international one without its +.
  if (read !== undefined || format !== 'e164' || digits.startsWith('0') || digits.startsWith('+')) return read;
  return toE164(`+${digits}`, plan);
}

/** A caller's number as an operator writes it. Short and unreadable numbers tell us nothing. */
export function operatorNumber(digits: string, trunk: Trunk, config: Config): CallerNumber | undefined {
  const e164 = receivedE164(digits, trunk.numbers.received, numberingOf(config));
  return e164 && { e164 };
}

/**
 * A caller's number as an IPBX writes it: an extension of its own, which it may write in full too, or a number it passes on.
 * An extension that is somebody else's is not believed.
 */
export function ipbxNumber(digits: string, trunk: Trunk, config: Config): CallerNumber | undefined {
  if (/^\d{2,7}$/.test(digits)) return isItsOwn(digits, trunk, config) ? { extension: digits } : undefined;
  const e164 = receivedE164(digits, trunk.numbers.received, numberingOf(config));
  if (e164 === undefined) return undefined;
  const extension = extensionOf(e164, config);
  if (extension === undefined) return { e164 };
  const owner = ownerOfExtension(extension, config);
  return owner?.is === 'ipbx' && owner.trunk === trunk.id ? { extension } : { e164 };
}

function isItsOwn(extension: string, trunk: Trunk, config: Config): boolean {
  const owner = ownerOfExtension(extension, config);
  return owner === undefined || (owner.is === 'ipbx' && owner.trunk === trunk.id);
}
