import type { Config, Owner } from '../domain/config.ts';
import type { LineId, ServiceId, TrunkId } from '../domain/ids.ts';
import { remember } from '../domain/remember.ts';
import type { Goal, Rung, Service } from '../domain/service.ts';
import { ownerOfExtension } from './town-numbers.ts';

/** What a call to a service may come to: what a snapshot of the facts must hold. */
export interface Concerns {
  readonly lines: readonly LineId[];
  readonly trunks: readonly TrunkId[];
  /** It, and those it may hand the call to. */
  readonly services: readonly ServiceId[];
}

/** Everybody whom a call to this service may ring, by whatever way through its block and through those it hands over to. */
export function concernedByService(service: Service, config: Config): Concerns {
  const known = concernsIn(config);
  const found = known.get(service.id) ?? search(service, config);
  known.set(service.id, found);
  return found;
}

/** Everyone a block names as somebody who rings. */
export function namedBy({ members, overflow, queue, ...ways }: Service): readonly Rung[] {
  const { full, busy, closed, crisis, siteDown } = ways;
  const goals: readonly (Goal | undefined)[] = [
    ...overflow.map(({ goal }) => goal),
    ...[full, busy, closed, crisis, siteDown].map((way) => way?.goal),
    ...Object.values(queue?.keys ?? {}),
  ];
  return [...members, ...goals.flatMap((goal) => (goal?.is === 'ring' ? goal.who : []))];
}

const concernsIn = remember((_: Config) => new Map<ServiceId, Concerns>());

function search(first: Service, config: Config): Concerns {
  const found = { lines: new Set<LineId>(), trunks: new Set<TrunkId>(), services: new Set<ServiceId>([first.id]) };
  // A set tells of what is put into it while it is gone through.
  for (const id of found.services) {
    const service = config.services.get(id);
    const named = service === undefined ? [] : namedBy(service);
    // Which trunk a number leaves by, the site decides.
    if (named.some(({ is }) => is === 'number')) for (const trunk of config.trunks.keys()) found.trunks.add(trunk);
    for (const rung of named) put(ownerOf(rung, config), found);
  }
  return { lines: [...found.lines], trunks: [...found.trunks], services: [...found.services] };
}

interface Found {
  readonly lines: Set<LineId>;
  readonly trunks: Set<TrunkId>;
  readonly services: Set<ServiceId>;
}

function put(owner: Owner | undefined, { lines, trunks, services }: Found): void {
  if (owner?.is === 'line') lines.add(owner.line);
  if (owner?.is === 'ipbx') trunks.add(owner.trunk);
  if (owner?.is === 'service') services.add(owner.service);
}

function ownerOf(rung: Rung, config: Config): Owner | undefined {
  if (rung.is === 'service') return { is: 'service', service: rung.service };
  return rung.is === 'number' ? config.byDid.get(rung.number) : ownerOfExtension(rung.extension, config);
}
