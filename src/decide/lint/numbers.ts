import type { Config, Owner } from '../../domain/config.ts';
import { classify, numberingOf } from '../numbering.ts';
import { ownerOfPublic, publicOf } from '../town-numbers.ts';
import type { Finding } from './finding.ts';

/** Numbers of the town: ones that are no numbers, that nobody answers, or that two have. */
export function lintNumbers(config: Config): readonly Finding[] {
  return [...didPrefix(config), ...mainNumbers(config), ...shownNumbers(config), ...blocks(config)];
}

function didPrefix(config: Config): readonly Finding[] {
  const { digits, didPrefix: prefix } = config.exchange.extensions;
  const sample = publicOf('0'.repeat(digits), config);
  if (sample !== undefined && classify(sample, numberingOf(config)) !== undefined) return [];
  const says = `${prefix} and ${digits} digits make no public number: ${sample ?? prefix}`;
  return [{ severity: 'error', rule: 'did-prefix', says, config: 'exchange.extensions.didPrefix' }];
}

function mainNumbers(config: Config): readonly Finding[] {
  return [...config.sites.values()].flatMap(({ id, mainNumber }): Finding[] => {
    if (ownerOfPublic(mainNumber, config) !== undefined) return [];
    const says = `nobody in the town answers ${mainNumber}, the number of ${id}`;
    return [{ severity: 'warning', rule: 'number-nobody-answers', says, config: `sites.${id}.mainNumber` }];
  });
}

function shownNumbers(config: Config): readonly Finding[] {
  return [...config.lines.values()].flatMap(({ id, shown, config: where }): Finding[] => {
    if (shown === 'line' || shown === 'site' || ownerOfPublic(shown, config) !== undefined) return [];
    const says = `line ${id} shows ${shown}, which is no number of the town`;
    return [{ severity: 'warning', rule: 'shows-a-foreign-number', says, config: where }];
  });
}

/** A line or service inside the block of an IPBX takes the number away from it. */
function blocks(config: Config): readonly Finding[] {
  return [...config.byExtension].flatMap(([extension, owner]): Finding[] => {
    if (owner.is === 'ipbx' || owner.is === 'mailboxes') return [];
    const block = config.blocks.find(
      ({ from, to }) => extension.length === from.length && extension >= from && extension <= to,
    );
    if (block === undefined) return [];
    const says = `${extension} is ${ownerText(owner)}, and also in the block of trunk ${block.trunk}, which will not get its calls`;
    return [{ severity: 'warning', rule: 'number-twice', says, config: `trunks.${block.trunk}.ipbx.blocks` }];
  });
}

function ownerText(owner: Exclude<Owner, { is: 'ipbx' | 'mailboxes' }>): string {
  if (owner.is === 'line') return `line ${owner.line}`;
  return owner.is === 'service' ? `service ${owner.service}` : `meeting ${owner.meeting}`;
}
