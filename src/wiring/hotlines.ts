import type { World } from '../call/ports.ts';
import { createQueues } from '../call/queues.ts';
import type { Seats } from '../call/seats.ts';
import type { WishBook } from '../call/wishes.ts';
import { isWrappingUp } from '../decide/wrap-up.ts';
import type { AgentFacts } from '../domain/call.ts';
import type { LineId, ServiceId } from '../domain/ids.ts';
import type { Parts } from './parts.ts';
import { createServiceFacts } from './service-facts.ts';
import { createServiceModes, type ServiceModes } from './service-modes.ts';
import { createSiteWatch, type SiteWatchParts } from './site-watch.ts';

/** How often the phones of sites are looked at. */
const lookSeconds = 5;

/** What services need to know of themselves, and who knows it. */
export interface Hotlines {
  readonly modes: ServiceModes;
  readonly queues: World['queues'];
  /** What keeps an agent from the calls of a service; `in`: nothing. */
  away(line: LineId, service: ServiceId): AgentFacts['is'];
  readonly facts: ReturnType<typeof createServiceFacts>;
  /** Watches over the sites no more. */
  stop(): void;
}

/** What services need to know of themselves: how they are switched, who waits, whose turn it is. */
export function hotlinesOf(
  { config, clock, store, log }: Parts,
  seats: Seats,
  wishes: WishBook,
  contacts: SiteWatchParts['contacts'],
): Hotlines {
  const modes = createServiceModes({
    config,
    now: clock.now,
    notes: store.notes,
    switched: (change, stored) => {
      log.warn({ ...change }, 'a service was switched');
      if (!stored) log.error({ service: change.service }, 'how a service is switched cannot be stored');
    },
  });
  const queues = createQueues();
  const away: Hotlines['away'] = (line, service) => {
    const { agent, agentOf, doNotDisturb } = wishes.of(line);
    const { wrapUpSeconds = 0, despiteDoNotDisturb = false } = config().services.get(service) ?? {};
    const wished = agent ?? agentOf?.[service];
    if (wished !== undefined) return wished;
    if (doNotDisturb === true && !despiteDoNotDisturb) return 'undisturbed';
    return isWrappingUp(seats.lineFreeSince(line), wrapUpSeconds, clock.now()) ? 'wrapping up' : 'in';
  };
  const sites = createSiteWatch({
    config,
    now: clock.now,
    contacts,
    changed: (site, isDown) => log.warn({ site, isDown }, isDown ? 'a site is cut off' : 'a site is back'),
  });
  const facts = createServiceFacts({ now: clock.now, seats, modes, away, isDown: sites.isDown });
  return { modes, queues, away, facts, stop: clock.every(lookSeconds, sites.look) };
}
