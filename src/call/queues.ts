import type { ServiceId } from '../domain/ids.ts';
import type { Instant } from '../domain/instant.ts';

/**
 * Who waits for which service, in which order. One book for the exchange, kept in memory: when the process ends, so do the calls
 * in it. A caller is served when nobody before them is waiting: those whose agent is being rung at this moment do not hold others up.
 */
export interface Queues {
  waiting(service: ServiceId): number;
  /** The time that talks of this service took lately, in seconds; undefined before the first. */
  talkSeconds(service: ServiceId): number | undefined;
  /** `full` when as many as allowed wait already. */
  join(service: ServiceId, wants: Joining): Place | 'full';
}

export interface Joining {
  readonly at: Instant;
  /** Higher is served first. */
  readonly priority: number;
  readonly callersAtMost: number;
}

/** One caller's place. */
export interface Place {
  /** 1: the next. */
  position(): number;
  /** Of these members, who may be rung for this caller now, in this order; whoever is rung for somebody else is left out. */
  claim(members: readonly string[]): readonly string[];
  /** They are rung no more. */
  release(): void;
  /** Somebody took the call: how long it lasted tells the others how long they will wait. */
  talked(seconds: number): void;
  /** Harmless a second time. */
  leave(): void;
}

interface Waiter {
  readonly at: Instant;
  readonly priority: number;
  readonly order: number;
  rings: readonly string[];
}

interface Queue {
  readonly waiters: Waiter[];
  talkSeconds: number | undefined;
}

/** How much the latest talk counts in the mean. */
const latest = 0.2;

export function createQueues(): Queues {
  const queues = new Map<ServiceId, Queue>();
  let order = 0;
  const queueOf = (service: ServiceId): Queue => {
    const known = queues.get(service);
    if (known !== undefined) return known;
    const made: Queue = { waiters: [], talkSeconds: undefined };
    queues.set(service, made);
    return made;
  };
  return {
    waiting: (service) => queues.get(service)?.waiters.length ?? 0,
    talkSeconds: (service) => queues.get(service)?.talkSeconds,
    join(service, { at, priority, callersAtMost }) {
      const queue = queueOf(service);
      if (queue.waiters.length >= callersAtMost) return 'full';
      order += 1;
      const waiter: Waiter = { at, priority, order, rings: [] };
      queue.waiters.push(waiter);
      queue.waiters.sort((one, other) => other.priority - one.priority || one.order - other.order);
      return placeOf(waiter, queue);
    },
  };
}

function placeOf(waiter: Waiter, queue: Queue): Place {
  const ahead = (): readonly Waiter[] => queue.waiters.slice(0, Math.max(0, queue.waiters.indexOf(waiter)));
  return {
    position: () => ahead().length + 1,
    claim(members) {
      if (!queue.waiters.includes(waiter) || ahead().some(({ rings }) => rings.length === 0)) return [];
      const taken = new Set(queue.waiters.flatMap((one) => (one === waiter ? [] : one.rings)));
      waiter.rings = members.filter((member) => !taken.has(member));
      return waiter.rings;
    },
    release() {
      waiter.rings = [];
    },
    talked(seconds) {
      const { talkSeconds } = queue;
      queue.talkSeconds = talkSeconds === undefined ? seconds : talkSeconds + latest * (seconds - talkSeconds);
    },
    leave() {
      const index = queue.waiters.indexOf(waiter);
      if (index >= 0) queue.waiters.splice(index, 1);
      waiter.rings = [];
    },
  };
}
