import { type Calendar, type CalendarFile, CalendarId } from '../domain/calendar.ts';
import { lineCallBack } from '../domain/call-back.ts';
import type { Config, IpbxBlock, Owner } from '../domain/config.ts';
import { Exchange } from '../domain/exchange.ts';
import type { LineId, ServiceId, SiteId, TrunkId } from '../domain/ids.ts';
import { isForPeople, type Line, type LineEntry } from '../domain/line.ts';
import { type Meeting, meetingOf } from '../domain/meeting.ts';
import type { E164, Extension, ShortNumber } from '../domain/numbers.ts';
import type { Right } from '../domain/reach.ts';
import type { Service, ServiceFile } from '../domain/service.ts';
import { readCalendar, readService } from '../domain/service-read.ts';
import type { Site } from '../domain/site.ts';
import type { Source, Trunk, TrunkFile } from '../domain/trunk.ts';
import type { BlockClaim } from './check/blocks.ts';
import type { Claims } from './check/claims.ts';
import { readSourceText } from './check/sources.ts';
import type { Checked } from './check-town.ts';
import type { Draft, LineDraft, SiteDraft, TownDraft } from './draft.ts';
import { mailboxesOf } from './mailboxes.ts';
import { type ExchangeFile, Options } from './schema.ts';

/** A town without a mistake, resolved and indexed. Call it for no other: it takes every value to be there. */
export function* buildConfig(
  town: TownDraft,
  { claims, plans }: Checked,
  version: Config['version'],
): Generator<undefined, Config> {
  const exchange = partOf(town.exchange.values as ExchangeFile, Exchange.shape) as Exchange;
  const sites = new Map<SiteId, Site>();
  const lines = new Map<LineId, Line>();
  const byShortNumber = new Map<SiteId, ReadonlyMap<ShortNumber, LineId>>();
  for (const draft of town.sites.values()) {
    const site = buildSite(draft, exchange, plans.of(draft.id) ?? []);
    sites.set(site.id, site);
    const ofSite = draft.lines.map((line) => buildLine(line, site, exchange));
    for (const line of ofSite) lines.set(line.id, line);
    byShortNumber.set(site.id, shortNumbersOf(ofSite));
    yield;
  }
  const calendars = new Map([...town.calendars.values()].map(buildCalendar).map((one) => [one.id, one]));
  const services = [...town.services.values()].map((draft) => buildService(draft, sites, calendars));
  yield;
  const byExtension = yield* ownersOf<Extension>(claims.extensions);
  const byDid = yield* ownersOf<E164>(claims.dids);
  const byId = new Map(services.map((service) => [service.id, service]));
  return {
    exchange,
    sites,
    trunks: new Map([...town.trunks.values()].map(buildTrunk).map((trunk) => [trunk.id, trunk])),
    lines,
    services: byId,
    mailboxes: mailboxesOf({ exchange, sites, lines, services: byId, byExtension }),
    meetings: meetingsOf(town),
    calendars,
    byExtension,
    byShortNumber,
    byDid,
    blocks: claims.blocks.map(buildBlock),
    version,
  };
}

/** The options of engines and edges, which stand beside the exchange in its file. */
export function optionsOf(town: TownDraft): Options {
  return partOf(town.exchange.values as ExchangeFile, Options.shape) as Options;
}

function partOf(file: ExchangeFile, shape: object): unknown {
  return Object.fromEntries(Object.entries(file).filter(([key]) => Object.hasOwn(shape, key)));
}

function buildSite({ id, values }: SiteDraft, exchange: Exchange, plan: Site['plan']): Site {
  const { name, kind, timeZone, address, mainNumber, shownNumber, outsideLine, callsAtMost } =
    values as Whole<SiteDraft>;
  const { shortNumbers, rights, emergency, mailboxes, media, srtp, forwards } = values as Whole<SiteDraft>;
  const classes = Object.entries({ ...exchange.rights, ...rights.classes });
  // Each property by itself: what is copied from the rest of an object has a hidden class of its own, one for each site.
  return {
    id: id as SiteId,
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
    rights: {
      default: rights.default,
      classes: new Map(classes.map(([name, granted]) => [name, new Set<Right>(granted)])),
    },
  };
}

/** What a draft's values are when no key of the file was wrong. */
type Whole<D extends Draft<unknown>> = D extends Draft<infer T> ? T : never;

function buildLine(draft: LineDraft, site: Site, exchange: Exchange): Line {
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
  } = draft.values as LineEntry;
  const { callBacks } = draft.site.values as Whole<SiteDraft>;
  const calledBack = lineCallBack(callBack, isForPeople({ kind }), callBacks);
  return {
    id: id ?? (extension as string as LineId),
    site: site.id,
    extension,
    name,
    ...(did !== undefined && { did }),
    ...(short !== undefined && { short }),
    rights: rights ?? site.rights.default,
    shown: shown ?? site.shownNumber,
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
    config: `${draft.written.file}:${draft.written.line(draft.path)}`,
  };
}

function shortNumbersOf(lines: readonly Line[]): ReadonlyMap<ShortNumber, LineId> {
  return new Map(lines.flatMap(({ short, id }) => (short === undefined ? [] : [[short, id] as const])));
}

function buildTrunk({ id, values }: Draft<TrunkFile>): Trunk {
  const { ipbx, sources, ...rest } = values as TrunkFile;
  return {
    ...rest,
    id: id as TrunkId,
    ...(ipbx && { ipbx }),
    sources: sources.map(readSourceText).filter((source): source is Source => !('wrong' in source)),
  };
}

function buildService(
  { id, values }: Draft<ServiceFile>,
  sites: ReadonlyMap<SiteId, Site>,
  calendars: Config['calendars'],
): Service {
  const file = values as ServiceFile;
  return readService(id as ServiceId, file, sites.get(file.site) as Site, calendars);
}

function buildCalendar({ id, values }: Draft<CalendarFile>): Calendar {
  return readCalendar(CalendarId.parse(id), values as CalendarFile);
}

function meetingsOf({ sites }: TownDraft): Config['meetings'] {
  const all = [...sites.values()].flatMap(({ id, values }) =>
    (values.meetings ?? []).map((entry): Meeting => meetingOf(entry, id as SiteId)),
  );
  return new Map(all.map((meeting) => [meeting.id, meeting]));
}

function buildBlock({ from, to, trunk }: BlockClaim): IpbxBlock {
  return { from, to, trunk };
}

function* ownersOf<Key extends string>(claims: Claims['extensions']): Generator<undefined, ReadonlyMap<Key, Owner>> {
  const owners = new Map<Key, Owner>();
  for (const [number, { owner }] of claims) {
    owners.set(number as Key, owner);
    if (owners.size % numbersAStep === 0) yield;
  }
  return owners;
}

const numbersAStep = 5_000;
