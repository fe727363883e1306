import type { Config } from '../domain/config.ts';
import type { LineId, MailboxId } from '../domain/ids.ts';
import type { Line } from '../domain/line.ts';
import { type Mailbox, type MailboxDefaults, type MailboxWishes, usualMailbox } from '../domain/mailbox.ts';
import type { Extension } from '../domain/numbers.ts';
import type { Say } from '../domain/say.ts';
import type { Service } from '../domain/service.ts';
import type { Site } from '../domain/site.ts';

type Town = Pick<Config, 'exchange' | 'sites' | 'lines' | 'services' | 'byExtension'>;

/** Every mailbox of the town, with everything resolved: its own wishes, then its site's, then the exchange's. */
export function mailboxesOf(town: Town): ReadonlyMap<MailboxId, Mailbox> {
  const mailboxes = new Map<MailboxId, Mailbox>();
  for (const line of town.lines.values()) {
    const mailbox = ofLine(line, town);
    if (mailbox !== undefined) mailboxes.set(mailbox.id, mailbox);
  }
  for (const service of town.services.values()) {
    const mailbox = ofService(service, town);
    if (mailbox !== undefined) mailboxes.set(mailbox.id, mailbox);
  }
  return mailboxes;
}

function ofLine(line: Line, town: Town): Mailbox | undefined {
  const site = town.sites.get(line.site);
  const { mailbox = isForPeople(line) && everyLine(site, town) } = line;
  if (site === undefined || mailbox === false) return undefined;
  const others = lines(mailbox === true ? [] : (mailbox.members ?? []), town);
  return {
    ...wished(site, town, mailbox === true ? {} : mailbox),
    greeting: [],
    id: line.id as string as MailboxId,
    owner: { is: 'line', line: line.id },
    name: line.name,
    extension: line.extension,
    members: [line.id, ...others.filter((id) => id !== line.id)],
  };
}

function ofService(service: Service, town: Town): Mailbox | undefined {
  const own: ServiceMailbox | undefined = service.mailbox;
  const site = town.sites.get(service.site);
  if (site === undefined || own === undefined) return undefined;
  const { greeting = [], ...wishes } = own;
  return {
    ...wished(site, town, wishes),
    greeting,
    id: service.id as string as MailboxId,
    owner: { is: 'service', service: service.id },
    name: service.name,
    ...(service.extension !== undefined && { extension: service.extension }),
    members: lines(wishes.members ?? service.members.map(extensionOf), town),
  };
}

type ServiceMailbox = MailboxWishes & { readonly greeting?: readonly Say[] };

/** A member as the block writes it, or as it was read. */
function extensionOf(member: Extension | { readonly is: string; readonly extension?: Extension }) {
  return typeof member === 'string' ? member : member.extension;
}

function wished(site: Site, { exchange }: Town, { members: _, ...wishes }: MailboxWishes) {
  return {
    ...usualMailbox,
    ...keysOfWishes(exchange.mailboxes),
    ...keysOfWishes(site.mailboxes ?? {}),
    ...said(wishes),
    site: site.id,
    timeZone: site.timeZone,
  };
}

function keysOfWishes(defaults: MailboxDefaults & { readonly numbers?: unknown }) {
  const { everyLine: _, numbers: __, ...wishes } = defaults;
  return said(wishes);
}

/** Without the keys that nobody wrote. */
function said<T extends object>(wishes: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(wishes).filter(([, value]) => value !== undefined)) as never;
}

function everyLine(site: Site | undefined, { exchange }: Town): boolean {
  return site?.mailboxes?.everyLine ?? exchange.mailboxes.everyLine ?? false;
}

/** Nobody speaks to a lift. */
function isForPeople({ kind }: Line): boolean {
  return kind === 'phone' || kind === 'softphone';
}

function lines(extensions: readonly (Extension | undefined)[], { byExtension }: Town): readonly LineId[] {
  return extensions.flatMap((extension) => {
    const owner = extension && byExtension.get(extension);
    return owner?.is === 'line' ? [owner.line] : [];
  });
}
