import {
  blockedAtMost,
  type Forward,
  type ForwardTime,
  type OnlyWhen,
  type SelectiveForward,
  selectiveAtMost,
  type Twin,
  type WishChange,
  type Wishes,
} from '../domain/wishes.ts';

/** The wishes after a change. What is off is absent, so that nobody's wishes are `{}`. */
export function changed(wishes: Wishes, change: WishChange): Wishes {
  if ('set' in change) return withSet(wishes, change);
  switch (change.clear) {
    case 'forward':
      if (change.only !== undefined) return withSelective(wishes, others(wishes, change.when, change.only));
      return withForwards(wishes, without(wishes.forwards ?? {}, change.when));
    case 'all forwards':
      return withForwards(withSelective(wishes, []), {});
    case 'block':
      return withBlocked(
        wishes,
        (wishes.blocked ?? []).filter((number) => number !== change.number),
      );
    case 'twin':
      return without(wishes, 'twin');
    default:
      return without(wishes, change.clear);
  }
}

function withSet(wishes: Wishes, change: Extract<WishChange, { set: unknown }>): Wishes {
  switch (change.set) {
    case 'forward': {
      const { when, to, afterSeconds, only } = change;
      const forward: Forward = afterSeconds === undefined ? { to } : { to, afterSeconds };
      if (only !== undefined) {
        const all = [...others(wishes, when, only), { ...forward, when, only }];
        return withSelective(wishes, all.slice(-selectiveAtMost));
      }
      return withForwards(wishes, { ...wishes.forwards, [when]: forward });
    }
    case 'twin':
      return { ...wishes, twin: twinOf(change) };
    case 'block':
      return withBlocked(wishes, [...new Set([...(wishes.blocked ?? []), change.number])].slice(-blockedAtMost));
    case 'agent':
      return withAgent(wishes, change);
    default:
      return { ...wishes, [change.set]: true };
  }
}

function twinOf({ to, afterSeconds, inTurn }: Extract<WishChange, { set: 'twin' }>): Twin {
  return inTurn === true ? { to, afterSeconds, inTurn } : { to, afterSeconds };
}

/** Who takes the calls of all services takes those of each. */
function withAgent(wishes: Wishes, { as, service }: Extract<WishChange, { set: 'agent' }>): Wishes {
  if (service === undefined) {
    return as === 'in' ? without(without(wishes, 'agent'), 'agentOf') : { ...wishes, agent: as };
  }
  const { [service]: _, ...others } = wishes.agentOf ?? {};
  const agentOf = as === 'in' ? others : { ...others, [service]: as };
  return Object.keys(agentOf).length === 0 ? without(wishes, 'agentOf') : { ...wishes, agentOf };
}

function withForwards(wishes: Wishes, forwards: Readonly<Partial<Record<ForwardTime, Forward>>>): Wishes {
  return Object.keys(forwards).length === 0 ? without(wishes, 'forwards') : { ...wishes, forwards };
}

function others({ selective = [] }: Wishes, when: ForwardTime, only: OnlyWhen): readonly SelectiveForward[] {
  return selective.filter((one) => one.when !== when || !isSame(one.only, only));
}

function isSame(one: OnlyWhen, other: OnlyWhen): boolean {
  return one.hours === other.hours && one.from?.join() === other.from?.join();
}

function withSelective(wishes: Wishes, selective: readonly SelectiveForward[]): Wishes {
  return selective.length === 0 ? without(wishes, 'selective') : { ...wishes, selective };
}

function withBlocked(wishes: Wishes, blocked: readonly string[]): Wishes {
  return blocked.length === 0 ? without(wishes, 'blocked') : { ...wishes, blocked };
}

function without<T extends object, Name extends keyof T>(whole: T, name: Name): Omit<T, Name> {
  const { [name]: _, ...rest } = whole;
  return rest;
}
