import type { ServiceId } from '../domain/ids.ts';

/**
 * Who waits for which service, in which order, and who is being rung for whom. One book for the exchange, kept in memory: when the
 * process ends, so do the calls in it. A member of two services is rung for one caller at a time: for the one who matters most, then for
 * whoever has waited longest. Those whose agent is being rung at this moment do not hold others up.
 */
export interface Queues {
  waiting(service: ServiceId): number;
  /** The time that talks of this service took lately, in seconds; undefined before the first. */
  talkSeconds(service: ServiceId): number | undefined;
  /** `full` when as many as allowed wait already. */
  join(service: ServiceId, wants: Joining): Place | 'full';
}

export interface Joining {
  /** Higher is served first, also before callers of other services with the same members. */
  readonly priority: number;
  readonly callersAtMost: number;
  /** Could this member be rung for them now? Whoever waits behind them leaves that member to them. */
  wants(member: string): boolean;
}

/** One caller's place. */
export interface Place {
  /** 1: the next of this service. */
  position(): number;
  /** Of these members, who may be rung for this caller now, in this order; whoever is rung for somebody else is left out. */
  claim(members: readonly string[]): readonly string[];
  /** They are rung no more. */
  release(): void;
  /** This member is rung for nobody until the function given back is called, whatever becomes of this caller. */
  keep(member: string): () => void;
  /** Somebody took the call: how long it lasted tells the others how long they will wait. */
  talked(seconds: number): void;
  /** Harmless a second time. */
  leave(): void;
}

interface Waiter {
  readonly service: ServiceId;
  readonly priority: number;
  readonly order: number;
  readonly wants: (member: string) => boolean;
  rings: readonly string[];
}

/** How much the latest talk counts in the mean. */
const latest = 0.2;

export function createQueues(): Queues {
  const book: Book = { waiters: [], kept: new Map(), talkSeconds: new Map() };
  let order = 0;
  const waiting = (service: ServiceId): number => book.waiters.filter((one) => one.service === service).length;
  return {
    waiting,
    talkSeconds: (service) => book.talkSeconds.get(service),
    join(service, { priority, callersAtMost, wants }) {
      if (waiting(service) >= callersAtMost) return 'full';
      order += 1;
      const waiter: Waiter = { service, priority, order, wants, rings: [] };
      book.waiters.push(waiter);
      book.waiters.sort((one, other) => other.priority - one.priority || one.order - other.order);
      return placeOf(waiter, book);
    },
  };
}

interface Book {
  /** Whoever is served first stands first, of whatever service. */
  readonly waiters: Waiter[];
  /** Members that are rung for nobody, and how many say so. */
  readonly kept: Map<string, number>;
  readonly talkSeconds: Map<ServiceId, number>;
}

function placeOf(waiter: Waiter, { waiters, kept, talkSeconds }: Book): Place {
  const { service } = waiter;
  const ahead = (): readonly Waiter[] => waiters.slice(0, Math.max(0, waiters.indexOf(waiter)));
  return {
    position: () => ahead().filter((one) => one.service === service).length + 1,
    claim(members) {
      waiter.rings = [];
      if (!waiters.includes(waiter)) return [];
      const first = ahead().filter(({ rings }) => rings.length === 0);
      const taken = new Set(waiters.flatMap(({ rings }) => rings));
      waiter.rings = members.filter(
        (member) => !taken.has(member) && !kept.has(member) && !first.some(({ wants }) => wants(member)),
      );
      return waiter.rings;
    },
    release() {
      waiter.rings = [];
    },
    keep(member) {
      kept.set(member, (kept.get(member) ?? 0) + 1);
      let isKept = true;
      return () => {
        if (!isKept) return;
        isKept = false;
        const left = (kept.get(member) ?? 1) - 1;
        if (left === 0) kept.delete(member);
        else kept.set(member, left);
      };
    },
    talked(seconds) {
      const mean = talkSeconds.get(service);
      talkSeconds.set(service, mean === undefined ? seconds : mean + latest * (seconds - mean));
    },
    leave() {
      const index = waiters.indexOf(waiter);
      if (index >= 0) waiters.splice(index, 1);
      waiter.rings = [];
    },
  };
}
