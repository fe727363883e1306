import type { Config } from '../domain/config.ts';
import type { SiteId, TrunkId } from '../domain/ids.ts';
import { remember } from '../domain/remember.ts';
import type { Site } from '../domain/site.ts';
import { behindClir } from './clir.ts';
import type { NumberingPlan } from './numbering-plan.ts';

/**
 * The emergency number that was dialled: exactly, or after the outside prefix, the country code or a prefix that withholds
 * the caller's number (which has no effect here). It comes before every rule and every right, so that nothing can bar it.
 */
export function emergencyNumber(dialled: string, outsidePrefix: string, plan: NumberingPlan): string | undefined {
  const digits = behindClir(dialled, plan) ?? dialled;
  if (digits.length > LONGEST) return undefined;
  if (plan.emergency.has(digits)) return digits;
  return (
    emergencyBehind(outsidePrefix, digits, plan) ??
    emergencyBehind(plan.code, digits, plan) ??
    (outsidePrefix !== '' && digits.startsWith(outsidePrefix)
      ? withheldBehind(digits.slice(outsidePrefix.length), plan)
      : undefined)
  );
}

/** The trunks an emergency call tries: the site's own for it, those of its outside line, then every operator's there is. */
export function emergencyTrunks(site: Site, config: Config): readonly TrunkId[] {
  const known = trunksBySite(config).get(site.id);
  if (known !== undefined) return known;
  const operators = [...config.trunks.values()].filter(({ role }) => role === 'operator').map(({ id }) => id);
  const trunks = [...new Set([...site.emergency.trunks, ...site.outsideLine.trunks, ...operators])];
  trunksBySite(config).set(site.id, trunks);
  return trunks;
}

const trunksBySite = remember((_: Config) => new Map<SiteId, readonly TrunkId[]>());

/** CLIR prefix, outside prefix or country code, and 116000. */
const LONGEST = 16;

function emergencyBehind(prefix: string, digits: string, plan: NumberingPlan): string | undefined {
  if (prefix === '' || !digits.startsWith(prefix)) return undefined;
  const rest = digits.slice(prefix.length);
  return plan.emergency.has(rest) ? rest : undefined;
}

function withheldBehind(digits: string, plan: NumberingPlan): string | undefined {
  const rest = behindClir(digits, plan);
  return rest !== undefined && plan.emergency.has(rest) ? rest : undefined;
}
