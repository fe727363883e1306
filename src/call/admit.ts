import type { RouteDecision } from '../domain/call.ts';
import type { Config } from '../domain/config.ts';
import type { Refusal } from '../domain/refusals.ts';
import type { World } from './ports.ts';

/**
 * May this call come in at all? Totals of calls, sites and channels are facts, which `decide` has judged already:
 * what is left is whether the exchange is closing, and how many calls are set up at this moment.
 * Emergency calls are admitted as long as the process lives.
 */
export function admit(
  { destination, treatment }: RouteDecision,
  config: Config,
  world: Pick<World, 'draining' | 'setupAllowed'>,
): Refusal | undefined {
  if (destination.is === 'emergency' || treatment.do === 'refuse') return undefined;
  if (world.draining) return 'draining';
  return world.setupAllowed(config.exchange.setupsPerSecondAtMost) ? undefined : 'overload';
}

/** Counts set-ups: a bucket that holds one second's worth and fills evenly. */
export function createBucket(now: () => number): (atMostPerSecond: number) => boolean {
  let level: number | undefined;
  let lookedAt = 0;
  return (atMostPerSecond) => {
    const at = now();
    const filled = Math.max(0, at - lookedAt) * (atMostPerSecond / 1_000);
    level = Math.min(atMostPerSecond, (level ?? atMostPerSecond) + filled);
    lookedAt = at;
    if (level < 1) return false;
    level -= 1;
    return true;
  };
}
