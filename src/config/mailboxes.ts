import type { Config } from '../domain/config.ts';
import type { LineId, MailboxId } from '../domain/ids.ts';
import { isForPeople, type Line } from '../domain/line.ts';
import { type Mailbox, type MailboxWishes, usualMailbox } from '../domain/mailbox.ts';
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
  return named(wished(site, town, mailbox === true ? {} : mailbox), {
    greeting: [],
    id: line.id as string as MailboxId,
    owner: { is: 'line', line: line.id },
    name: line.name,
    extension: line.extension,
    members: [line.id, ...others.filter((id) => id !== line.id)],
  });
}

function ofService(service: Service, town: Town): Mailbox | undefined {
  const own: ServiceMailbox | undefined = service.mailbox;
  const site = town.sites.get(service.site);
  if (site === undefined || own === undefined) return undefined;
  const { greeting = [], ...wishes } = own;
  return named(wished(site, town, wishes), {
    greeting,
    id: service.id as string as MailboxId,
    owner: { is: 'service', service: service.id },
    name: service.name,
    ...(service.extension !== undefined && { extension: service.extension }),
    members: lines(wishes.members ?? service.members.map(extensionOf), town),
  });
}

type ServiceMailbox = MailboxWishes & { readonly greeting?: readonly Say[] };

/** A member as the block writes it, or as it was read. */
function extensionOf(member: Extension | { readonly is: string; readonly extension?: Extension }) {
  return typeof member === 'string' ? member : member.extension;
}

/** What a mailbox is like that nobody has named yet. */
type Wish = keyof typeof usualMailbox;
type Usual = Pick<Mailbox, Wish>;
type Wishes = { readonly [Key in Wish]?: Usual[Key] | undefined };
type Wished = Usual & Pick<Mailbox, 'site' | 'timeZone'>;
type Named = Omit<Mailbox, keyof Wished>;

const usual: Usual = usualMailbox;

/** Its own wishes, then its site's, then the exchange's. */
function wished(site: Site, { exchange }: Town, own: MailboxWishes): Wished {
  const sources: readonly Wishes[] = [own, site.mailboxes ?? {}, exchange.mailboxes];
  const wish = <Key extends Wish>(key: Key): Usual[Key] =>
    sources.find((source) => source[key] !== undefined)?.[key] ?? usual[key];
  return {
    language: wish('language'),
    ringSeconds: wish('ringSeconds'),
    secondsAtMost: wish('secondsAtMost'),
    silenceSeconds: wish('silenceSeconds'),
    messagesAtMost: wish('messagesAtMost'),
    keepUnreadDays: wish('keepUnreadDays'),
    keepReadDays: wish('keepReadDays'),
    notify: wish('notify'),
    attach: wish('attach'),
    missedCalls: wish('missedCalls'),
    site: site.id,
    timeZone: site.timeZone,
  };
}

/** Each property by itself: what is copied from an object that was copied has a hidden class of its own, one for each mailbox. */
function named(wishes: Wished, { id, owner, name, extension, members, greeting }: Named): Mailbox {
  const { language, ringSeconds, secondsAtMost, silenceSeconds, messagesAtMost } = wishes;
  const { keepUnreadDays, keepReadDays, notify, attach, missedCalls, site, timeZone } = wishes;
  return {
    id,
    owner,
    name,
    ...(extension !== undefined && { extension }),
    members,
    greeting,
    site,
    timeZone,
    language,
    ringSeconds,
    secondsAtMost,
    silenceSeconds,
    messagesAtMost,
    keepUnreadDays,
    keepReadDays,
    notify,
    attach,
    missedCalls,
  };
}

function everyLine(site: Site | undefined, { exchange }: Town): boolean {
  return site?.mailboxes?.everyLine ?? exchange.mailboxes.everyLine ?? false;
}

function lines(extensions: readonly (Extension | undefined)[], { byExtension }: Town): readonly LineId[] {
  return extensions.flatMap((extension) => {
    const owner = extension && byExtension.get(extension);
    return owner?.is === 'line' ? [owner.line] : [];
  });
}
