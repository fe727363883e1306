import type { Config } from '../domain/config.ts';
import type { LineId, SiteId } from '../domain/ids.ts';
import type { Instant } from '../domain/instant.ts';

/** Which sites are cut off: all their phones are gone that were there before, and are not back for good. */
export interface SiteWatch {
  isDown(site: SiteId): boolean;
  /** Looks at the phones of each site, now and then. */
  look(): void;
}

export interface SiteWatchParts {
  config(): Config;
  now(): Instant;
  /** How many phones of the line are registered. */
  contacts(line: LineId): number;
  changed(site: SiteId, isDown: boolean): void;
}

/** Phones of a site that comes back register one by one, and a line that flaps takes them away again: calls do not follow each of them. */
const backForMs = 15_000;

export function createSiteWatch({ config, now, contacts, changed }: SiteWatchParts): SiteWatch {
  const sites = new Map<SiteId, State>();
  const isDown = (site: SiteId): boolean => sites.get(site)?.isDown === true;
  const note = (site: SiteId, isThere: boolean): void => {
    const wasDown = isDown(site);
    const state = next(sites.get(site), isThere, now());
    if (state !== undefined) sites.set(site, state);
    if (isDown(site) !== wasDown) changed(site, !wasDown);
  };
  return {
    isDown,
    look() {
      const there = new Set([...config().lines.values()].flatMap(({ id, site }) => (contacts(id) > 0 ? [site] : [])));
      for (const site of config().sites.keys()) note(site, there.has(site));
    },
  };
}

interface State {
  readonly isDown: boolean;
  /** Since when phones are there again. */
  readonly backSince?: Instant;
}

/** A site where no phone was ever seen is not cut off: it has none, or they have not registered yet. */
function next(before: State | undefined, isThere: boolean, at: Instant): State | undefined {
  if (!isThere) return before && { isDown: true };
  if (before?.isDown !== true) return { isDown: false };
  const backSince = before.backSince ?? at;
  return at - backSince >= backForMs ? { isDown: false } : { isDown: true, backSince };
}
