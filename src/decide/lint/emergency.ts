import type { Config } from '../../domain/config.ts';
import type { ShortNumber } from '../../domain/numbers.ts';
import { fit as fitOf } from '../../domain/pattern.ts';
import type { Site } from '../../domain/site.ts';
import { mayShow } from '../caller-id.ts';
import { emergencyTrunks } from '../emergency.ts';
import { numberingOf } from '../numbering.ts';
import { ownerOfExtension, ownerOfPublic } from '../town-numbers.ts';
import type { Finding } from './finding.ts';

/** Is help within reach of every site, can it call back, and does no number of the town's own stand in its way? */
export function lintEmergency(config: Config): readonly Finding[] {
  const operators = [...config.trunks.values()].filter(({ role }) => role === 'operator');
  if (operators.length === 0) {
    return [
      {
        severity: 'error',
        rule: 'emergency-out-of-reach',
        says: 'there is no trunk to an operator: nobody can call help',
        config: 'trunks',
      },
    ];
  }
  return [...config.sites.values()].flatMap((site) => [
    ...cannotCallBack(site, config),
    ...trunksOfSite(site, config),
    ...inTheWay(site, config),
    ...barred(site, config),
  ]);
}

function cannotCallBack({ id, emergency }: Site, config: Config): readonly Finding[] {
  if (ownerOfPublic(emergency.number, config) !== undefined) return [];
  const says = `help cannot call ${id} back: nobody in the town has ${emergency.number}`;
  return [{ severity: 'error', rule: 'emergency-no-callback', says, config: `sites.${id}.emergency.number` }];
}

/** The trunk that is tried first; those after it are better than nothing, whatever number they let us show. */
function trunksOfSite(site: Site, config: Config): readonly Finding[] {
  const trunks = emergencyTrunks(site, config).flatMap((id) => config.trunks.get(id) ?? []);
  const [first] = trunks;
  if (first === undefined) return [];
  const where = `sites.${site.id}.emergency`;
  if (first.role !== 'operator') {
    const says = `the first trunk of ${site.id} for emergency calls, ${first.id}, leads to no operator`;
    return [{ severity: 'warning', rule: 'emergency-by-ipbx', says, config: `${where}.trunks` }];
  }
  if (mayShow(site.emergency.number, first)) return [];
  const says = `the contract of trunk ${first.id} does not let it show ${site.emergency.number}, which ${site.id} shows to help`;
  return [{ severity: 'warning', rule: 'emergency-number-not-allowed', says, config: `${where}.number` }];
}

/** Numbers of the town that can never be dialled at this site, because they are, or with its prefix become, emergency numbers. */
function inTheWay(site: Site, config: Config): readonly Finding[] {
  const { prefix } = site.outsideLine;
  const shorts = config.byShortNumber.get(site.id);
  return [...numberingOf(config).emergency].flatMap((number) => {
    const dialled = prefix === '' ? [number] : [number, prefix + number];
    return dialled.flatMap((digits): Finding[] => {
      const line = shorts?.get(digits as ShortNumber);
      const owner = ownerOfExtension(digits, config);
      if (line === undefined && owner === undefined) return [];
      const says = `nobody can call the number ${digits} at ${site.id}: it is the emergency number ${number}`;
      const config_ = line === undefined ? `sites.${site.id}.dialPlan` : `sites.${site.id}.shortNumbers`;
      return [{ severity: 'error', rule: 'emergency-in-the-way', says, config: config_ }];
    });
  });
}

function barred({ id, plan }: Site, config: Config): readonly Finding[] {
  return plan.flatMap(({ rule, pattern, config: where }): Finding[] => {
    if (rule.to !== 'refuse') return [];
    const number = [...numberingOf(config).emergency].find((one) => fitOf(pattern, one) === 'fits');
    if (number === undefined) return [];
    const says = `${rule.match} does not bar ${number} at ${id}: emergency numbers are never barred`;
    return [{ severity: 'warning', rule: 'emergency-not-barred', says, config: where }];
  });
}
