import type { Config } from '../../domain/config.ts';
import type { Source, Trunk } from '../../domain/trunk.ts';
import { mayShow } from '../caller-id.ts';
import { trunkAt } from '../sources.ts';
import type { Finding } from './finding.ts';

/** Trunks: addresses that belong to two, and numbers that the contract does not let us show. */
export function lintTrunks(config: Config): readonly Finding[] {
  const trunks = [...config.trunks.values()];
  return [
    ...sameSources(trunks),
    ...trunks.flatMap((trunk) => [...shownNumbers(trunk), ...format(trunk), ...strangeTargets(trunk, config)]),
    ...byIpbx(config),
  ];
}

function sameSources(trunks: readonly Trunk[]): readonly Finding[] {
  const owner = new Map<string, Trunk>();
  return trunks.flatMap((trunk) =>
    trunk.sources.flatMap((source, index): Finding[] => {
      const key = keyOf(source);
      const other = owner.get(key);
      owner.set(key, trunk);
      if (other === undefined || other === trunk) return [];
      const says = `the same address belongs to trunk ${other.id} and to trunk ${trunk.id}: nobody can tell who calls`;
      return [
        { severity: 'error', rule: 'source-of-two-trunks', says, config: `trunks.${trunk.id}.sources[${index}]` },
      ];
    }),
  );
}

function keyOf({ network, mask, port }: Source): string {
  return `${(network & mask) >>> 0}/${mask >>> 0}:${port ?? ''}`;
}

function shownNumbers(trunk: Trunk): readonly Finding[] {
  const config = `trunks.${trunk.id}.otherwiseShow`;
  if (trunk.mayShow.length === 0) return [];
  if (trunk.otherwiseShow === undefined) {
    const says = `trunk ${trunk.id} has no number to show in place of one it may not show`;
    return [{ severity: 'error', rule: 'nothing-to-show', says, config }];
  }
  if (mayShow(trunk.otherwiseShow, trunk)) return [];
  const says = `trunk ${trunk.id} shows ${trunk.otherwiseShow} in place of others, but may not show it either`;
  return [{ severity: 'error', rule: 'nothing-to-show', says, config }];
}

/** Whom we call by this trunk and would not know when they call: only an address tells, a name may stand for any. */
function strangeTargets({ id, targets, sources }: Trunk, config: Config): readonly Finding[] {
  return targets.flatMap(({ host }, index): Finding[] => {
    // The port that they call from is their affair, and may be any that the sources name.
    const isKnown = [0, ...sources.flatMap(({ port }) => port ?? [])].some(
      (port) => trunkAt(host, port, config)?.trunk.id === id,
    );
    if (!/^[\d.]+$/.test(host) || isKnown) return [];
    const says = `calls from ${host} are not those of trunk ${id}: no address of its sources holds it`;
    return [{ severity: 'warning', rule: 'target-no-source', says, config: `trunks.${id}.targets[${index}].host` }];
  });
}

/** An operator knows nothing of our extensions. */
function format({ id, role, numbers }: Trunk): readonly Finding[] {
  if (role !== 'operator' || (numbers.sent !== 'extension' && numbers.received !== 'extension')) return [];
  const says = `trunk ${id} leads to an operator, who does not write numbers as extensions of the town`;
  return [{ severity: 'error', rule: 'operator-with-extensions', says, config: `trunks.${id}.numbers` }];
}

/** Calls to outside that leave by the IPBX come back by it when it has no trunk of its own. */
function byIpbx(config: Config): readonly Finding[] {
  return [...config.sites.values()].flatMap(({ id, outsideLine }): Finding[] => {
    const ipbx = [...outsideLine.trunks, ...(outsideLine.international ?? [])].find(
      (trunk) => config.trunks.get(trunk)?.role === 'ipbx',
    );
    if (ipbx === undefined) return [];
    const says = `${id} calls outside by trunk ${ipbx}, an IPBX: it must have an outside line of its own`;
    return [{ severity: 'warning', rule: 'outside-by-ipbx', says, config: `sites.${id}.outsideLine` }];
  });
}
