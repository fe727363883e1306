import type { Seats } from '../call/seats.ts';
import { concernedByService } from '../decide/service-concerns.ts';
import type { AgentFacts, Destination } from '../domain/call.ts';
import type { Config } from '../domain/config.ts';
import type { LineId, ServiceId, SiteId } from '../domain/ids.ts';
import type { Instant } from '../domain/instant.ts';
import type { E164 } from '../domain/numbers.ts';
import type { ServiceSources } from './facts.ts';
import type { ServiceModes } from './service-modes.ts';

/** Where the facts about services come from. */
export interface ServiceFactsParts {
  now(): Instant;
  readonly seats: Pick<Seats, 'ofLine' | 'ofService' | 'lineFreeSince'>;
  readonly modes: Pick<ServiceModes, 'of'>;
  /** Has this agent left the service, are they on a break, or just off a call? */
  away(line: LineId, service: ServiceId): AgentFacts['is'];
  /** Is the site cut off? */
  isDown(site: SiteId): boolean;
}

/** The facts of the running exchange that verdicts on services are made from. */
export function createServiceFacts({ now, seats, modes, away, isDown }: ServiceFactsParts) {
  const turns = new Map<ServiceId, number>();
  const helpCalled = new Map<E164, Instant>();
  const sources: Required<ServiceSources> = {
    mode: modes.of,
    isBusy: (line) => seats.ofLine(line) > 0,
    agent: (service, line) => {
      const idleSince = seats.lineFreeSince(line);
      return { is: away(line, service), ...(idleSince !== undefined && { idleSince }) };
    },
    waiting: seats.ofService,
    isDown,
    turn: (service) => turns.get(service) ?? 0,
    helpCalled: (number) => helpCalled.get(number),
  };
  return {
    sources,
    /**
     * A call has been decided on: whose members rotate, there the next one comes first now, also where the call may be handed on to.
     * One for help is remembered, since help may call back. Whoever only asks what would happen changes nothing.
     */
    asked(about: Destination, config: Config): void {
      if (about.is === 'service') {
        for (const service of concernedByService(about.service, config).services) {
          turns.set(service, (sources.turn(service) + 1) % TURNS_AT_MOST);
        }
      }
      if (about.is === 'emergency') helpCalled.set(about.site.emergency.number, now());
    },
  };
}

/** A multiple of every number of members up to 16, so that beginning anew jumps over nobody. */
const TURNS_AT_MOST = 720_720;
