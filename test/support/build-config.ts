import type { z } from 'zod';
import { mailboxesOf } from '../../src/config/mailboxes.ts';
import { type Calendar, CalendarFile, CalendarId } from '../../src/domain/calendar.ts';
import { lineCallBack } from '../../src/domain/call-back.ts';
import type { Config, IpbxBlock, Owner } from '../../src/domain/config.ts';
import type { CompiledRule, DialRule } from '../../src/domain/dial-rule.ts';
import { Exchange } from '../../src/domain/exchange.ts';
import { LineId, ServiceId, SiteId, TrunkId } from '../../src/domain/ids.ts';
import { isForPeople, type Line, type LineEntry } from '../../src/domain/line.ts';
import { meetingOf } from '../../src/domain/meeting.ts';
import type { E164, Extension, ShortNumber } from '../../src/domain/numbers.ts';
import { compareSpecificity, parsePattern } from '../../src/domain/pattern.ts';
import { type Service, ServiceFile } from '../../src/domain/service.ts';
import { readCalendar, readService } from '../../src/domain/service-read.ts';
import { type Site, SiteFile } from '../../src/domain/site.ts';
import { type Source, type Trunk, TrunkFile } from '../../src/domain/trunk.ts';

/** A town as its files would say it, by id. */
export interface TownFiles {
  readonly exchange: z.input<typeof Exchange>;
  readonly sites: Readonly<Record<string, z.input<typeof SiteFile>>>;
  readonly trunks: Readonly<Record<string, z.input<typeof TrunkFile>>>;
  readonly services: Readonly<Record<string, z.input<typeof ServiceFile>>>;
  readonly calendars?: Readonly<Record<string, z.input<typeof CalendarFile>>>;
}

/** The Config of a town that is right: for tests and benches, which write no YAML. */
export function buildConfig(files: TownFiles): Config {
  const exchange = Exchange.parse(files.exchange);
  const sites = new Map<SiteId, Site>();
  const lines = new Map<LineId, Line>();
  for (const [name, input] of Object.entries(files.sites)) {
    const id = SiteId.parse(name);
    const file = SiteFile.parse(input);
    sites.set(id, siteOf(id, file, exchange));
    file.lines.forEach((entry, row) => {
      const line = lineOf(entry, id, file, exchange, `sites/${name}.yaml lines[${row}]`);
      lines.set(line.id, line);
    });
  }
  const trunks = new Map(
    Object.entries(files.trunks).map(([name, input]) => [TrunkId.parse(name), trunkOf(TrunkId.parse(name), input)]),
  );
  const calendars = new Map(
    Object.entries(files.calendars ?? {}).map(([name, input]): [CalendarId, Calendar] => {
      const id = CalendarId.parse(name);
      return [id, readCalendar(id, CalendarFile.parse(input))];
    }),
  );
  const services = new Map(
    Object.entries(files.services).map(([name, input]): [ServiceId, Service] => {
      const id = ServiceId.parse(name);
      const file = ServiceFile.parse(input);
      return [id, readService(id, file, sites.get(file.site) ?? { timeZone: 'UTC' }, calendars)];
    }),
  );
  const found = indexes(lines, services);
  const meetings = meetingsOf(files, found);
  for (const number of exchange.mailboxes.numbers) found.byDid.set(number, { is: 'mailboxes' });
  return {
    exchange,
    sites,
    trunks,
    lines,
    services,
    meetings,
    calendars,
    mailboxes: mailboxesOf({ exchange, sites, lines, services, byExtension: found.byExtension }),
    ...found,
    blocks: blocksOf(trunks),
    version: { digest: 'built', generation: 1 },
  };
}

/** An address or network as numbers, with its port. */
export function sourceOf(text: string): Source {
  const [, address = '', bits = '32', port] = /^([\d.]+)(?:\/(\d+))?(?::(\d+))?$/.exec(text) ?? [];
  const number = address.split('.').reduce((whole, part) => whole * 256 + Number(part), 0);
  const mask = bits === '0' ? 0 : (0xffffffff << (32 - Number(bits))) >>> 0;
  return { network: (number & mask) >>> 0, mask, ...(port && { port: Number(port) }) };
}

function siteOf(id: SiteId, file: z.output<typeof SiteFile>, exchange: Exchange): Site {
  const {
    name,
    kind,
    timeZone,
    address,
    mainNumber,
    shownNumber,
    outsideLine,
    callsAtMost,
    mailboxes,
    media,
    srtp,
    forwards,
  } = file;
  const { shortNumbers, dialPlan, rights, emergency } = file;
  const classes = new Map(
    Object.entries({ ...exchange.rights, ...rights.classes }).map(([name, granted]) => [name, new Set(granted)]),
  );
  const shared = dialPlan.use === undefined ? [] : (exchange.dialPlans[dialPlan.use] ?? []);
  const plan = [
    ...dialPlan.rules.map((rule, at) => compile(rule, `sites.${id}.dialPlan.rules[${at}]`)),
    ...shared.map((rule, at) => compile(rule, `exchange.dialPlans.${dialPlan.use}[${at}]`)),
  ].sort((a, b) => compareSpecificity(a.pattern, b.pattern));
  return {
    id,
    name,
    kind,
    timeZone,
    address,
    mainNumber,
    shownNumber,
    outsideLine,
    callsAtMost,
    mailboxes,
    media,
    srtp,
    forwards,
    emergency: { number: emergency.number, trunks: emergency.trunks ?? [] },
    ...(shortNumbers && { shortNumberDigits: shortNumbers.digits }),
    plan,
    rights: { default: rights.default, classes },
  };
}

function compile(rule: DialRule, config: string): CompiledRule {
  const pattern = parsePattern(rule.match);
  if (typeof pattern === 'string') throw new Error(pattern);
  return { rule, pattern, config };
}

function lineOf(
  entry: LineEntry,
  site: SiteId,
  file: z.output<typeof SiteFile>,
  exchange: Exchange,
  config: string,
): Line {
  const {
    id,
    extension,
    name,
    did,
    short,
    rights,
    shown,
    kind,
    contacts,
    password,
    mailbox,
    callBack,
    media,
    srtp,
    forwardsAccept,
    filter,
    pickupGroup,
  } = entry;
  const calledBack = lineCallBack(callBack, isForPeople(entry), file.callBacks);
  // Each property by itself, as the loader does: what is copied from the rest of an object has a hidden class of its own.
  return {
    id: id ?? LineId.parse(extension),
    site,
    extension,
    name,
    ...(did !== undefined && { did }),
    ...(short !== undefined && { short }),
    rights: rights ?? file.rights.default,
    shown: shown ?? file.shownNumber,
    kind,
    contactsAtMost: contacts ?? exchange.registration.contactsPerLine,
    ...(password && { password }),
    ...(mailbox !== undefined && { mailbox }),
    callBack: calledBack,
    ...(media !== undefined && { media }),
    ...(srtp !== undefined && { srtp }),
    ...(forwardsAccept !== undefined && { forwardsAccept }),
    ...(filter !== undefined && { filter }),
    pickupGroup,
    config,
  };
}

function trunkOf(id: TrunkId, input: z.input<typeof TrunkFile>): Trunk {
  const { sources, ...rest } = TrunkFile.parse(input);
  return { id, ...rest, sources: sources.map(sourceOf) } as Trunk;
}

function blocksOf(trunks: ReadonlyMap<TrunkId, Trunk>): IpbxBlock[] {
  return [...trunks.values()].flatMap(({ id, ipbx }) => (ipbx?.blocks ?? []).map((block) => ({ ...block, trunk: id })));
}

function meetingsOf(
  files: TownFiles,
  found: { readonly byExtension: Config['byExtension']; readonly byDid: Map<E164, Owner> },
): Config['meetings'] {
  const byExtension = found.byExtension as Map<Extension, Owner>;
  const all = Object.entries(files.sites).flatMap(([name, input]) =>
    SiteFile.parse(input).meetings.map((entry) => meetingOf(entry, SiteId.parse(name))),
  );
  for (const { id, extension, did } of all) {
    byExtension.set(extension, { is: 'meeting', meeting: id });
    if (did !== undefined) found.byDid.set(did, { is: 'meeting', meeting: id });
  }
  return new Map(all.map((meeting) => [meeting.id, meeting]));
}

function indexes(
  lines: ReadonlyMap<LineId, Line>,
  services: ReadonlyMap<ServiceId, Service>,
): Pick<Config, 'byExtension' | 'byShortNumber'> & { readonly byDid: Map<E164, Owner> } {
  const byExtension = new Map<Extension, Owner>();
  const byDid = new Map<E164, Owner>();
  const byShortNumber = new Map<SiteId, Map<ShortNumber, LineId>>();
  for (const line of lines.values()) {
    const owner: Owner = { is: 'line', line: line.id };
    byExtension.set(line.extension, owner);
    if (line.did !== undefined) byDid.set(line.did, owner);
    if (line.short !== undefined) {
      const here = byShortNumber.get(line.site) ?? new Map<ShortNumber, LineId>();
      byShortNumber.set(line.site, here.set(line.short, line.id));
    }
  }
  for (const service of services.values()) {
    const owner: Owner = { is: 'service', service: service.id };
    for (const number of service.numbers) byDid.set(number, owner);
    if (service.extension !== undefined) byExtension.set(service.extension, owner);
  }
  return { byExtension, byDid, byShortNumber };
}
