import type { Destination, Reason } from '../domain/call.ts';
import type { Config, Owner } from '../domain/config.ts';
import type { SiteId } from '../domain/ids.ts';
import type { E164, Extension, ShortNumber } from '../domain/numbers.ts';
import { remember } from '../domain/remember.ts';
import { destinationLabel } from './summary.ts';

/** Whose a town-wide number is: a line's, a service's, or one of a block on an IPBX. */
export function ownerOfExtension(extension: string, config: Config): Owner | undefined {
  const owner = config.byExtension.get(extension as Extension);
  if (owner !== undefined) return owner;
  for (const { from, to, trunk } of config.blocks) {
    if (extension.length === from.length && extension >= from && extension <= to) return { is: 'ipbx', trunk };
  }
  return undefined;
}

/** Whose a public number is. `extension` is set when it belongs to an IPBX: its last digits. */
export function ownerOfPublic(
  number: E164,
  config: Config,
): { readonly owner: Owner; readonly extension: string } | undefined {
  const extension = extensionOf(number, config);
  const owner = config.byDid.get(number);
  if (owner !== undefined) return { owner, extension: extension ?? '' };
  if (extension === undefined) return undefined;
  const inBlock = ownerOfExtension(extension, config);
  return inBlock?.is === 'ipbx' ? { owner: inBlock, extension } : undefined;
}

/** The extension that the last digits of a number of the town's own would be. */
export function extensionOf(number: E164, config: Config): string | undefined {
  const { didPrefix, digits } = config.exchange.extensions;
  return number.startsWith(didPrefix) && number.length === didPrefix.length + digits
    ? number.slice(didPrefix.length)
    : undefined;
}

/** The public number whose last digits are this extension, when it has as many as the town's extensions have. */
export function publicOf(extension: string, config: Config): E164 | undefined {
  const { didPrefix, digits } = config.exchange.extensions;
  return extension.length === digits ? ((didPrefix + extension) as E164) : undefined;
}

/** Somebody in the town, and what they are called, for people. */
export interface Reached {
  readonly destination: Destination;
  readonly label: string;
  /** The number asked for, and that it is theirs. */
  readonly number: string;
  readonly because: Reason;
}

/** Where an extension is reached. `undefined`: nobody has it. */
export function extensionReaches(extension: string, config: Config): Reached | undefined {
  const known = reachedIn(config).get(extension);
  if (known !== undefined) return known;
  const owner = ownerOfExtension(extension, config);
  const found = owner && reachedAt(owner, extension, extension, config);
  // The numbers of a block are as many as somebody cares to write down; those of lines and services are as many as there are.
  if (found !== undefined && found.destination.is !== 'ipbx') reachedIn(config).set(extension, found);
  return found;
}

/** Where one of the town's own public numbers is reached. `undefined`: it is none. */
export function publicReaches(number: E164, config: Config): Reached | undefined {
  const known = reachedIn(config).get(number);
  if (known !== undefined) return known;
  const found = ownerOfPublic(number, config);
  if (found === undefined) return undefined;
  const reached = reachedAt(found.owner, number, found.extension, config);
  if (reached !== undefined && reached.destination.is !== 'ipbx') reachedIn(config).set(number, reached);
  return reached;
}

/** Where the line with this short number of the site is reached. */
export function shortNumberReaches(number: string, site: SiteId, config: Config): Reached | undefined {
  const line = config.byShortNumber.get(site)?.get(number as ShortNumber);
  return line && reachedAt({ is: 'line', line }, number, number, config);
}

/** Extensions and public numbers that were dialled before, with what they led to under this configuration. */
const reachedIn = remember((_: Config) => new Map<string, Reached>());

function reachedAt(owner: Owner, number: string, extension: string, config: Config): Reached | undefined {
  const destination = destinationOf(owner, extension, config);
  if (destination === undefined) return undefined;
  const label = destinationLabel(destination);
  return { destination, label, number, because: { room: 'dial plan', says: `${number} is ${label}` } };
}

function destinationOf(owner: Owner, extension: string, config: Config): Destination | undefined {
  switch (owner.is) {
    case 'line': {
      const line = config.lines.get(owner.line);
      const site = line && config.sites.get(line.site);
      return line && site && { is: 'line', line, site };
    }
    case 'service': {
      const service = config.services.get(owner.service);
      const site = service && config.sites.get(service.site);
      return service && site && { is: 'service', service, site };
    }
    case 'meeting': {
      const meeting = config.meetings.get(owner.meeting);
      const site = meeting && config.sites.get(meeting.site);
      return meeting && site && { is: 'meeting', meeting, site };
    }
    case 'mailboxes':
      return { is: 'feature', code: '*98' };
    case 'ipbx': {
      const trunk = config.trunks.get(owner.trunk);
      return trunk && extension !== '' ? { is: 'ipbx', trunk, extension } : undefined;
    }
  }
}
