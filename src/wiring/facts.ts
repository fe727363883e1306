import { concernedByService } from '../decide/service-concerns.ts';
import { trunkOf } from '../decide/sources.ts';
import type { AgentFacts, Destination, Facts, IncomingCall, TrunkFacts } from '../domain/call.ts';
import type { Config } from '../domain/config.ts';
import type { LineId, ServiceId, SiteId, TrunkId } from '../domain/ids.ts';
import type { Instant } from '../domain/instant.ts';
import type { E164 } from '../domain/numbers.ts';
import type { ServiceMode } from '../domain/service.ts';
import type { Wishes } from '../domain/wishes.ts';

/** Who knows the facts that a verdict needs. */
export interface FactSources {
  now(): Instant;
  chance(): number;
  readonly seats: { readonly calls: number; ofSite(site: SiteId): number; ofTrunk(trunk: TrunkId): number };
  contacts(line: LineId): number;
  alive(trunk: TrunkId): readonly boolean[];
  /** What the owner of a line wishes. */
  wishes?(line: LineId): Wishes;
  readonly services?: ServiceSources;
}

/** Who knows how services stand. What nobody knows counts as nothing special. */
export interface ServiceSources {
  mode?(service: ServiceId): ServiceMode;
  /** Does the line talk, or ring, for somebody else? */
  isBusy?(line: LineId): boolean;
  agent?(service: ServiceId, line: LineId): AgentFacts | undefined;
  waiting?(service: ServiceId): number;
  /** How many calls it has had so far. */
  turn?(service: ServiceId): number;
  isDown?(site: SiteId): boolean;
  /** When help was last called with this number shown. */
  helpCalled?(number: E164): Instant | undefined;
}

/** One snapshot of what concerns this call and where it leads; nothing else is looked up. */
export function factsFor(about: Destination, call: IncomingCall, config: Config, sources: FactSources): Facts {
  const { seats } = sources;
  const from = whereFrom(call, config);
  const to = whereTo(about, config);
  const contacts = new Map<LineId, number>();
  for (const line of to.lines) contacts.set(line, sources.contacts(line));
  const trunks = new Map<TrunkId, TrunkFacts>();
  for (const trunk of [...from.trunks, ...to.trunks]) {
    trunks.set(trunk, { channelsInUse: seats.ofTrunk(trunk), alive: sources.alive(trunk) });
  }
  const siteCalls = new Map<SiteId, number>();
  for (const site of [...from.sites, ...to.sites]) siteCalls.set(site, seats.ofSite(site));
  const { calls } = seats;
  return {
    at: sources.now(),
    hops: 0,
    chance: sources.chance(),
    calls,
    contacts,
    trunks,
    siteCalls,
    ...wishesOf(call.claims.proved, about, sources),
    ...(to.services.length > 0 && serviceFacts(to, config, sources.services ?? {})),
  };
}

/** The caller's own (permanent CLIR, star codes), and those of the line that is called; of nobody else. */
function wishesOf(
  caller: LineId | undefined,
  about: Destination,
  { wishes, services }: FactSources,
): Pick<Facts, 'wishes' | 'linesBusy'> | undefined {
  if (wishes === undefined) return undefined;
  const lines = [...(caller === undefined ? [] : [caller]), ...(about.is === 'line' ? [about.line.id] : [])];
  const wishing = lines.flatMap((line) => {
    const theirs = wishes(line);
    return Object.keys(theirs).length === 0 ? [] : [[line, theirs] as const];
  });
  if (wishing.length === 0) return undefined;
  const busy = lines.filter((line) => services?.isBusy?.(line) === true);
  return { wishes: new Map(wishing), linesBusy: new Set(busy) };
}

/** What is known of these services and of those who ring for them. */
export function serviceFacts(
  { services, lines }: Pick<Concerned, 'services' | 'lines'>,
  config: Config,
  { mode, isBusy, agent, waiting, turn, isDown, helpCalled }: ServiceSources,
): Partial<Facts> {
  const all = services.flatMap((id) => config.services.get(id) ?? []);
  const sites = [...new Set(all.map(({ site }) => site))];
  return {
    ...(mode && { serviceModes: new Map(services.map((id) => [id, mode(id)])) }),
    ...(isBusy && { linesBusy: new Set(lines.filter(isBusy)) }),
    ...(agent && { agents: new Map(services.map((id) => [id, agentsOf(id, lines, agent)])) }),
    ...(waiting && { waiting: new Map(services.map((id) => [id, waiting(id)])) }),
    ...(turn && { turns: new Map(services.map((id) => [id, turn(id)])) }),
    ...(isDown && { sitesDown: new Set(sites.filter(isDown)) }),
    ...(helpCalled && {
      helpCalled: calledFrom(
        all.flatMap(({ numbers }) => numbers),
        helpCalled,
      ),
    }),
  };
}

function agentsOf(
  service: ServiceId,
  lines: readonly LineId[],
  agent: NonNullable<ServiceSources['agent']>,
): ReadonlyMap<LineId, AgentFacts> {
  const known = lines.map((line) => [line, agent(service, line)] as const);
  return new Map(known.filter((one): one is readonly [LineId, AgentFacts] => one[1] !== undefined));
}

function calledFrom(
  numbers: readonly E164[],
  helpCalled: NonNullable<ServiceSources['helpCalled']>,
): ReadonlyMap<E164, Instant> {
  const known = numbers.map((number) => [number, helpCalled(number)] as const);
  return new Map(known.filter((one): one is readonly [E164, Instant] => one[1] !== undefined));
}

interface Concerned {
  readonly services: readonly ServiceId[];
  readonly lines: readonly LineId[];
  readonly sites: readonly SiteId[];
  readonly trunks: readonly TrunkId[];
}

const nobody: Concerned = { services: [], lines: [], sites: [], trunks: [] };

function whereFrom({ claims, source }: IncomingCall, config: Config): Concerned {
  const line = claims.proved && config.lines.get(claims.proved);
  if (line) return { ...nobody, sites: [line.site] };
  const trunk = trunkOf(source, config)?.trunk;
  if (trunk === undefined) return nobody;
  return { ...nobody, trunks: [trunk.id], sites: trunk.ipbx === undefined ? [] : [trunk.ipbx.site] };
}

function whereTo(about: Destination, config: Config): Concerned {
  switch (about.is) {
    case 'line':
      return { ...nobody, lines: [about.line.id], sites: [about.site.id] };
    case 'service': {
      const { lines, trunks, services } = concernedByService(about.service, config);
      return { lines, trunks, services, sites: [about.site.id] };
    }
    case 'meeting':
      return { ...nobody, sites: [about.site.id] };
    case 'ipbx':
      return { ...nobody, trunks: [about.trunk.id] };
    case 'outside':
    case 'emergency':
      return { ...nobody, trunks: about.via };
    default:
      return nobody;
  }
}
