import { trunkOf } from './decide/sources.ts';
import type { Destination, Facts, IncomingCall, TrunkFacts } from './domain/call.ts';
import type { Config } from './domain/config.ts';
import type { LineId, SiteId, TrunkId } from './domain/ids.ts';
import type { Instant } from './domain/instant.ts';

/** Who knows the facts that a verdict needs. */
export interface FactSources {
  now(): Instant;
  chance(): number;
  readonly seats: { readonly calls: number; ofSite(site: SiteId): number; ofTrunk(trunk: TrunkId): number };
  contacts(line: LineId): number;
  alive(trunk: TrunkId): readonly boolean[];
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
  return { at: sources.now(), hops: 0, chance: sources.chance(), calls, contacts, trunks, siteCalls };
}

interface Concerned {
  readonly lines: readonly LineId[];
  readonly sites: readonly SiteId[];
  readonly trunks: readonly TrunkId[];
}

const nobody: Concerned = { lines: [], sites: [], trunks: [] };

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
      return { lines: [about.line.id], sites: [about.site.id], trunks: [] };
    case 'service': {
      const owners = about.service.members.map((member) => config.byExtension.get(member));
      const lines = owners.flatMap((owner) => (owner?.is === 'line' ? [owner.line] : []));
      return { lines, sites: [about.site.id], trunks: config.blocks.map(({ trunk }) => trunk) };
    }
    case 'ipbx':
      return { ...nobody, trunks: [about.trunk.id] };
    case 'outside':
    case 'emergency':
      return { ...nobody, trunks: about.via };
    default:
      return nobody;
  }
}
