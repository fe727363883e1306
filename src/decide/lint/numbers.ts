import type { Config } from '../../domain/config.ts';
import type { E164 } from '../../domain/numbers.ts';
import { classify, numberingOf } from '../numbering.ts';
import { ownerOfExtension, ownerOfPublic, publicOf } from '../town-numbers.ts';
import type { Finding } from './finding.ts';

/** Numbers of the town: ones that are no numbers, that nobody answers, or that citizens must not be made to pay for. */
export function lintNumbers(config: Config): readonly Finding[] {
  return [
    ...didPrefix(config),
    ...mainNumbers(config),
    ...shownNumbers(config),
    ...services(config),
    ...blocks(config),
  ];
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

function services(config: Config): readonly Finding[] {
  return [...config.services.values()].flatMap(({ id, numbers, members }) => [
    ...numbers
      .filter((number) => isSurcharged(number, config))
      .map(
        (number): Finding => ({
          severity: 'warning',
          // ESSOC law: a public body may not make the public pay for calling it.
          rule: 'surcharged-service',
          says: `${number} of service ${id} is surcharged: a public body may not ask that of the public`,
          config: `services.${id}.numbers`,
        }),
      ),
    ...members
      .filter((member) => ownerOfExtension(member, config)?.is === 'service')
      .map(
        (member): Finding => ({
          severity: 'warning',
          rule: 'service-in-service',
          says: `${member} is a service itself: service ${id} cannot ring it`,
          config: `services.${id}.members`,
        }),
      ),
    ...members
      .filter((member, index) => members.indexOf(member) !== index)
      .map(
        (member): Finding => ({
          severity: 'warning',
          rule: 'member-twice',
          says: `${member} is named twice in service ${id}`,
          config: `services.${id}.members`,
        }),
      ),
  ]);
}

function isSurcharged(number: E164, config: Config): boolean {
  return classify(number, numberingOf(config))?.reach === 'premium';
}

/** A line or service inside the block of an IPBX takes the number away from it. */
function blocks(config: Config): readonly Finding[] {
  return [...config.byExtension].flatMap(([extension, owner]): Finding[] => {
    if (owner.is === 'ipbx' || owner.is === 'mailboxes') return [];
    const block = config.blocks.find(
      ({ from, to }) => extension.length === from.length && extension >= from && extension <= to,
    );
    if (block === undefined) return [];
    const says = `${extension} is ${owner.is} ${owner.is === 'line' ? owner.line : owner.service}, and also in the block of trunk ${block.trunk}, which will not get its calls`;
    return [{ severity: 'warning', rule: 'number-twice', says, config: `trunks.${block.trunk}.ipbx.blocks` }];
  });
}
