import type { Destination } from '../domain/call.ts';
import type { Config, Owner } from '../domain/config.ts';
import type { E164, Extension } from '../domain/numbers.ts';

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

/** Where the owner of a number is reached. A reference that leads nowhere is a number that does not exist. */
export function destinationOf(owner: Owner | undefined, extension: string, config: Config): Destination {
  const found = owner && reachedAt(owner, extension, config);
  return found ?? { is: 'nowhere', why: 'unallocated' };
}

function reachedAt(owner: Owner, extension: string, config: Config): Destination | undefined {
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
    case 'ipbx': {
      const trunk = config.trunks.get(owner.trunk);
      return trunk && extension !== '' ? { is: 'ipbx', trunk, extension } : undefined;
    }
  }
}
