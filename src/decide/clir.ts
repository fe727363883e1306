import { remember } from '../domain/remember.ts';
import type { NumberingPlan } from './numbering-plan.ts';

/**
 * The number behind a prefix that withholds the caller's own for this call, such as `3651` or `#31#`. `undefined`: none.
 * Behind plain digits only what follows as a public number would is taken for one: 0, + or an emergency number.
 */
export function behindClir(digits: string, plan: NumberingPlan): string | undefined {
  // Most numbers begin like no prefix at all.
  if (!firstOfClir(plan).includes(digits.charAt(0))) return undefined;
  for (const prefix of plan.clir) {
    if (!digits.startsWith(prefix) || digits.length === prefix.length) continue;
    const rest = digits.slice(prefix.length);
    if (STAR_CODE.test(prefix) || /^[0+]/.test(rest) || plan.emergency.has(rest)) return rest;
  }
  return undefined;
}

const firstOfClir = remember((plan: NumberingPlan) => plan.clir.map((prefix) => prefix.charAt(0)).join(''));
const STAR_CODE = /^[*#]/;
