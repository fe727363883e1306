import type { Config, Owner } from '../../src/domain/config.ts';
import type { Line } from '../../src/domain/line.ts';
import type { Extension } from '../../src/domain/numbers.ts';
import { ambiguous, compareSpecificity } from '../../src/domain/pattern.ts';
import type { Site } from '../../src/domain/site.ts';

/**
 * What must hold of every configuration in use, looked up in the result alone and not in the way it came about.
 * Each string is something that does not.
 */
export function unsound(config: Config): readonly string[] {
  return [
    ...[...config.lines.values()].flatMap((line) => lineFaults(line, config)),
    ...[...config.sites.values()].flatMap((site) => siteFaults(site, config)),
    ...trunkFaults(config),
    ...serviceFaults(config),
    ...indexFaults(config),
  ];
}

function lineFaults(line: Line, config: Config): readonly string[] {
  const site = config.sites.get(line.site);
  const { digits } = config.exchange.extensions;
  const owner = config.byExtension.get(line.extension);
  return claims(`line ${line.id}`, {
    'has a site': site !== undefined,
    'has an extension as long as the others': line.extension.length === digits,
    'has its extension to itself': owner?.is === 'line' && owner.line === line.id,
    'is in no block': !isInBlock(line.extension, config),
    'has a number that ends in its extension': line.did === undefined || line.did.endsWith(line.extension),
    'has a class of rights that is there': site?.rights.classes.has(line.rights) === true,
    'shows a number of the town': !line.shown.startsWith('+') || isOurs(line.shown, config),
    'has a short number as long as its site’s':
      line.short === undefined || line.short.length === site?.shortNumberDigits,
  });
}

function siteFaults(site: Site, config: Config): readonly string[] {
  const { trunks, international } = site.outsideLine;
  const leaving = [...trunks, ...(international ?? []), ...site.emergency.trunks];
  const pairs = site.plan.flatMap((rule, at) => site.plan.slice(at + 1).map((other) => [rule, other] as const));
  return claims(`site ${site.id}`, {
    'leaves by operators’ trunks': leaving.every((id) => config.trunks.get(id)?.role === 'operator'),
    'has a main number of the town': isOurs(site.mainNumber, config),
    'has an emergency number of the town': isOurs(site.emergency.number, config),
    'has a default class': site.rights.classes.has(site.rights.default),
    'has an address in some commune': /^(\d{5}|2[AB]\d{3})$/.test(site.address.insee),
    'has rules most specific first': pairs.every(([a, b]) => compareSpecificity(a.pattern, b.pattern) <= 0),
    'has no two rules alike': !pairs.some(([a, b]) => ambiguous(a.pattern, b.pattern)),
  });
}

function trunkFaults({ trunks, sites }: Config): readonly string[] {
  const sources = [...trunks.values()].flatMap((trunk) => trunk.sources.map((source) => JSON.stringify(source)));
  return [
    ...claims('the trunks', { 'have sources of their own': new Set(sources).size === sources.length }),
    ...[...trunks.values()].flatMap((trunk) =>
      claims(`trunk ${trunk.id}`, {
        'is an IPBX or none': (trunk.role === 'ipbx') === (trunk.ipbx !== undefined),
        'has a site': trunk.ipbx === undefined || sites.has(trunk.ipbx.site),
        'says what it shows otherwise': trunk.mayShow.length === 0 || trunk.otherwiseShow !== undefined,
      }),
    ),
  ];
}

const isRung = (extension: Extension, config: Config): boolean =>
  config.byExtension.get(extension)?.is === 'line' || isInBlock(extension, config);

function serviceFaults(config: Config): readonly string[] {
  return [...config.services.values()].flatMap((service) =>
    claims(`service ${service.id}`, {
      'has a site': config.sites.has(service.site),
      'has members that ring': service.members.every(
        (member) => member.is !== 'extension' || isRung(member.extension, config),
      ),
      'has its numbers to itself': service.numbers.every((number) => {
        const owner = config.byDid.get(number);
        return owner?.is === 'service' && owner.service === service.id;
      }),
    }),
  );
}

function indexFaults({ lines, services, meetings, byExtension, byDid, blocks }: Config): readonly string[] {
  const isThere = (owner: Owner): boolean => {
    if (owner.is === 'line') return lines.has(owner.line);
    if (owner.is === 'service') return services.has(owner.service);
    return owner.is === 'meeting' ? meetings.has(owner.meeting) : owner.is === 'mailboxes';
  };
  return claims('the index', {
    'knows only who is there': [...byExtension.values(), ...byDid.values()].every(isThere),
    'has every line once': [...byExtension.values()].filter(({ is }) => is === 'line').length === lines.size,
    'has blocks that end after they begin': blocks.every(({ from, to }) => from.length === to.length && from <= to),
  });
}

function isInBlock(extension: string, { blocks }: Config): boolean {
  return blocks.some(({ from, to }) => extension.length === from.length && extension >= from && extension <= to);
}

function isOurs(number: string, config: Config): boolean {
  const { didPrefix } = config.exchange.extensions;
  const isOfBlock = number.startsWith(didPrefix) && isInBlock(number.slice(didPrefix.length), config);
  return config.byDid.has(number as never) || isOfBlock;
}

function claims(what: string, facts: Readonly<Record<string, boolean>>): readonly string[] {
  return Object.entries(facts).flatMap(([fact, holds]) => (holds ? [] : [`not so: ${what} ${fact}`]));
}
