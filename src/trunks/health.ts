import type { TrunkId } from '../domain/ids.ts';
import type { Trunk, TrunkTarget } from '../domain/trunk.ts';
import type { TrunkWorld } from './ports.ts';

/** Which targets of the trunks are alive. */
export interface Health {
  /** Watches these trunks from now on. What was known of a target that stays is kept. */
  watch(trunks: ReadonlyMap<TrunkId, Trunk>): void;
  /** By index of the trunk's targets. A target that was never asked counts as alive. */
  alive(trunk: TrunkId): readonly boolean[];
  states(trunk: TrunkId): readonly TargetState[];
  stop(): void;
}

/** `unknown`: not heard yet, and it has not missed often enough to be called silent. Calls are sent to it. */
export type TargetState = 'answers' | 'silent' | 'unknown';

/**
 * The third short path: OPTIONS to each target at its period, each a little off the beat so that they do not fall together.
 * A target is down after so many misses in a row, and up at the first answer.
 */
export function createHealth(world: TrunkWorld): Health {
  let watched = new Map<string, Watch>();
  let byTrunk = new Map<TrunkId, readonly Watch[]>();
  return {
    watch(trunks) {
      const next = new Map<string, Watch>();
      const nextByTrunk = new Map<TrunkId, readonly Watch[]>();
      for (const trunk of trunks.values()) {
        const watches = trunk.targets.map((target, index) => {
          const key = keyOf(trunk.id, target);
          const watch = watched.get(key) ?? new Watch(world);
          watch.follow(trunk, index);
          next.set(key, watch);
          return watch;
        });
        nextByTrunk.set(trunk.id, watches);
      }
      for (const [key, watch] of watched) if (!next.has(key)) watch.stop();
      watched = next;
      byTrunk = nextByTrunk;
    },
    alive: (trunk) => (byTrunk.get(trunk) ?? []).map(({ alive }) => alive),
    states: (trunk) => (byTrunk.get(trunk) ?? []).map(({ state }) => state),
    stop() {
      for (const watch of watched.values()) watch.stop();
    },
  };
}

/** No answer within this is a miss, however long the period. */
const answerSecondsAtMost = 5;
/** The first questions go out soon, spread over this. */
const firstSeconds = 1;
/** Periods vary by a tenth either way. */
const jitter = 0.1;

class Watch {
  alive = true;
  #heard = false;
  readonly #world: TrunkWorld;
  #misses = 0;
  #trunk: Trunk | undefined;
  #index = 0;
  #forget: (() => void) | undefined;
  #stopped = false;

  constructor(world: TrunkWorld) {
    this.#world = world;
  }

  get state(): TargetState {
    if (!this.alive) return 'silent';
    return this.#heard ? 'answers' : 'unknown';
  }

  /** The trunk as it is configured now. */
  follow(trunk: Trunk, index: number): void {
    const isNew = this.#trunk === undefined;
    this.#trunk = trunk;
    this.#index = index;
    if (isNew) this.#askAfter(Math.min(firstSeconds, trunk.health.everySeconds) * this.#world.chance());
  }

  stop(): void {
    this.#stopped = true;
    this.#forget?.();
  }

  #askAfter(seconds: number): void {
    this.#forget = this.#world.after(seconds, () => void this.#ask());
  }

  async #ask(): Promise<void> {
    const trunk = this.#trunk;
    if (trunk === undefined || this.#stopped) return;
    const { everySeconds } = trunk.health;
    const answers = await this.#world.probe(trunk, this.#index, Math.min(everySeconds, answerSecondsAtMost));
    if (this.#stopped) return;
    this.#judge(answers, this.#trunk ?? trunk);
    this.#askAfter(everySeconds * (1 - jitter + 2 * jitter * this.#world.chance()));
  }

  #judge(answers: boolean, trunk: Trunk): void {
    if (answers) this.#heard = true;
    this.#misses = answers ? 0 : this.#misses + 1;
    const alive = answers || (this.alive && this.#misses < trunk.health.misses);
    if (alive === this.alive) return;
    this.alive = alive;
    this.#world.changed(trunk.id, this.#index, alive);
  }
}

function keyOf(trunk: TrunkId, { host, port, transport }: TrunkTarget): string {
  return `${trunk} ${host}:${port}/${transport}`;
}
