import type { Caller, Target } from '../domain/call.ts';
import type { Config } from '../domain/config.ts';
import type { LineId, ServiceId, SiteId, TrunkId } from '../domain/ids.ts';
import type { Instant } from '../domain/instant.ts';

/**
 * Who sits where: the calls of the exchange, of each site, of each trunk and of each line.
 * A call takes its seats one by one and gives each back once; what it still holds when it ends goes back together.
 */
export interface Seats {
  readonly calls: number;
  ofSite(site: SiteId): number;
  ofTrunk(trunk: TrunkId): number;
  /** Calls that the line makes or has taken. */
  ofLine(line: LineId): number;
  /** Callers of the service who hear its welcome, ring, or wait in line. */
  ofService(service: ServiceId): number;
  /** When its last call ended; undefined: it has had none since the exchange was started. */
  lineFreeSince(line: LineId): Instant | undefined;
  /** For a new call: it counts nowhere until it sits. */
  open(): CallSeats;
}

/** The seats of one call. */
export interface CallSeats {
  /** The caller sits down: from here on the call counts, at their site or on the trunk they came by. */
  sit(caller: Caller | undefined): void;
  /** A site counts once a call, however many of its lines take part. */
  site(site: SiteId): void;
  /**
   * One channel, unless so many are taken already. The function given back frees it; a second time does nothing.
   * The decision looked at the limit too, but calls are decided before they dial, and a forward dials much later.
   */
  channel(trunk: TrunkId, atMost?: number): (() => void) | undefined;
  /** The line has taken the call; it does so once. The function given back frees it. */
  line(line: LineId): () => void;
  /** The caller waits for this service, and for no other. */
  waitsFor(service: ServiceId): void;
  /** Somebody, or something, looks after the caller: they wait no longer. */
  waitsNoMore(): void;
  /** The line is in this call no longer. */
  leave(line: LineId): void;
  /** Frees whatever is still held; nothing can be taken afterwards. */
  close(): void;
}

export function createSeats(now: () => Instant): Seats {
  const counts: Counts = {
    calls: 0,
    sites: new Map(),
    trunks: new Map(),
    lines: new Map(),
    services: new Map(),
    freeSince: new Map(),
    now,
  };
  return {
    get calls() {
      return counts.calls;
    },
    ofSite: (site) => counts.sites.get(site) ?? 0,
    ofTrunk: (trunk) => counts.trunks.get(trunk) ?? 0,
    ofLine: (line) => counts.lines.get(line) ?? 0,
    ofService: (service) => counts.services.get(service) ?? 0,
    lineFreeSince: (line) => counts.freeSince.get(line),
    open: () => openCallSeats(counts),
  };
}

interface Counts {
  calls: number;
  readonly sites: Map<SiteId, number>;
  readonly trunks: Map<TrunkId, number>;
  readonly lines: Map<LineId, number>;
  readonly services: Map<ServiceId, number>;
  readonly freeSince: Map<LineId, Instant>;
  readonly now: () => Instant;
}

function openCallSeats(counts: Counts): CallSeats {
  const held = new Set<() => void>();
  const atSites = new Set<SiteId>();
  let state: 'standing' | 'sitting' | 'gone' = 'standing';
  const hold = <Id>(of: Map<Id, number>, id: Id, freed?: () => void): (() => void) => {
    if (state !== 'sitting') return () => {};
    add(of, id, 1);
    const release = (): void => {
      if (!held.delete(release)) return;
      add(of, id, -1);
      freed?.();
    };
    held.add(release);
    return release;
  };
  const site = (id: SiteId): void => {
    if (atSites.has(id)) return;
    atSites.add(id);
    hold(counts.sites, id);
  };
  const channel = (trunk: TrunkId, atMost = Infinity): (() => void) | undefined =>
    (counts.trunks.get(trunk) ?? 0) < atMost ? hold(counts.trunks, trunk) : undefined;
  let sitting: Map<LineId, () => void> | undefined;
  const line = (id: LineId): (() => void) => {
    const known = sitting?.get(id);
    if (known !== undefined) return known;
    const free = hold(counts.lines, id, () => {
      sitting?.delete(id);
      counts.freeSince.set(id, counts.now());
    });
    sitting ??= new Map();
    sitting.set(id, free);
    return free;
  };
  let waiting: (() => void) | undefined;
  return {
    sit(caller) {
      if (state !== 'standing') return;
      state = 'sitting';
      counts.calls += 1;
      if (caller !== undefined && caller.is !== 'line') channel(caller.trunk.id);
      if (caller !== undefined && caller.is !== 'outside') site(caller.site.id);
      if (caller?.is === 'line') line(caller.line.id);
    },
    site,
    channel,
    line,
    waitsFor(service) {
      waiting?.();
      waiting = hold(counts.services, service);
    },
    waitsNoMore: () => waiting?.(),
    leave: (id) => sitting?.get(id)?.(),
    close() {
      for (const release of [...held]) release();
      if (state === 'sitting') counts.calls -= 1;
      state = 'gone';
    },
  };
}

/** What a leg to this target takes; `undefined`: the trunk is full. Calls for help are never refused for that: the operator may still have a channel. */
export function channelFor(
  target: Target,
  seats: CallSeats,
  { trunks }: Pick<Config, 'trunks'>,
): (() => void) | undefined {
  if (target.is !== 'trunk') return () => {};
  return seats.channel(target.trunk, target.emergency ? undefined : trunks.get(target.trunk)?.channels);
}

function add<Id>(counts: Map<Id, number>, id: Id, change: number): void {
  const count = (counts.get(id) ?? 0) + change;
  if (count === 0) counts.delete(id);
  else counts.set(id, count);
}
