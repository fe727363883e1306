import type { Caller } from '../domain/call.ts';
import type { SiteId, TrunkId } from '../domain/ids.ts';

/**
 * Who sits where: the calls of the exchange, of each site and of each trunk.
 * A call takes its seats one by one and gives each back once; what it still holds when it ends goes back together.
 */
export interface Seats {
  readonly calls: number;
  ofSite(site: SiteId): number;
  ofTrunk(trunk: TrunkId): number;
  /** For a new call: it counts nowhere until it sits. */
  open(): CallSeats;
}

/** The seats of one call. */
export interface CallSeats {
  /** The caller sits down: from here on the call counts, at their site or on the trunk they came by. */
  sit(caller: Caller | undefined): void;
  /** A site counts once a call, however many of its lines take part. */
  site(site: SiteId): void;
  /** One channel. The function given back frees it; a second time does nothing. */
  channel(trunk: TrunkId): () => void;
  /** Frees whatever is still held; nothing can be taken afterwards. */
  close(): void;
}

export function createSeats(): Seats {
  const counts: Counts = { calls: 0, sites: new Map(), trunks: new Map() };
  return {
    get calls() {
      return counts.calls;
    },
    ofSite: (site) => counts.sites.get(site) ?? 0,
    ofTrunk: (trunk) => counts.trunks.get(trunk) ?? 0,
    open: () => openCallSeats(counts),
  };
}

interface Counts {
  calls: number;
  readonly sites: Map<SiteId, number>;
  readonly trunks: Map<TrunkId, number>;
}

function openCallSeats(counts: Counts): CallSeats {
  const held = new Set<() => void>();
  const atSites = new Set<SiteId>();
  let state: 'standing' | 'sitting' | 'gone' = 'standing';
  const hold = <Id>(of: Map<Id, number>, id: Id): (() => void) => {
    if (state !== 'sitting') return () => {};
    add(of, id, 1);
    const release = (): void => {
      if (held.delete(release)) add(of, id, -1);
    };
    held.add(release);
    return release;
  };
  const site = (id: SiteId): void => {
    if (atSites.has(id)) return;
    atSites.add(id);
    hold(counts.sites, id);
  };
  const channel = (trunk: TrunkId): (() => void) => hold(counts.trunks, trunk);
  return {
    sit(caller) {
      if (state !== 'standing') return;
      state = 'sitting';
      counts.calls += 1;
      if (caller !== undefined && caller.is !== 'line') channel(caller.trunk.id);
      if (caller !== undefined && caller.is !== 'outside') site(caller.site.id);
    },
    site,
    channel,
    close() {
      for (const release of [...held]) release();
      if (state === 'sitting') counts.calls -= 1;
      state = 'gone';
    },
  };
}

function add<Id>(counts: Map<Id, number>, id: Id, change: number): void {
  const count = (counts.get(id) ?? 0) + change;
  if (count === 0) counts.delete(id);
  else counts.set(id, count);
}
