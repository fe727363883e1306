import { describe, expect, it } from 'vitest';
import type { TrunkId } from '../../src/domain/ids.ts';
import type { Trunk } from '../../src/domain/trunk.ts';
import { createHealth } from '../../src/trunks/health.ts';

const id = 'operator' as TrunkId;

function trunkOf(hosts: readonly string[], everySeconds = 30, misses = 2): ReadonlyMap<TrunkId, Trunk> {
  const targets = hosts.map((host) => ({ host, port: 5060, transport: 'udp' as const, priority: 1, weight: 1 }));
  return new Map([[id, { id, targets, health: { everySeconds, misses } } as unknown as Trunk]]);
}

/** Targets that answer when they are in `alive`, on a hand-moved clock. */
function watching(alive: Set<string>) {
  const told: string[] = [];
  const asked: { host: string; at: number }[] = [];
  let now = 0;
  let due: { at: number; what: () => void }[] = [];
  const health = createHealth({
    after(seconds, what) {
      const entry = { at: now + seconds, what };
      due.push(entry);
      return () => {
        due = due.filter((one) => one !== entry);
      };
    },
    chance: () => 0.5,
    probe: async (trunk, target) => {
      const host = trunk.targets[target]?.host ?? '';
      asked.push({ host, at: now });
      return alive.has(host);
    },
    changed: (_, target, up) => void told.push(`${target} ${up ? 'up' : 'down'}`),
  });
  const run = async (seconds: number): Promise<void> => {
    const until = now + seconds;
    for (;;) {
      const next = due.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      due = due.filter((one) => one !== next);
      now = next.at;
      next.what();
      await new Promise((done) => setImmediate(done));
    }
    now = until;
  };
  return { health, told, asked, run, waiting: () => due.length };
}

describe('the watch over a trunk', () => {
  it('asks each target at its period', async () => {
    const { health, asked, run } = watching(new Set(['a', 'b']));
    health.watch(trunkOf(['a', 'b']));
    await run(100);
    expect(asked.filter(({ host }) => host === 'a').map(({ at }) => at)).toEqual([0.5, 30.5, 60.5, 90.5]);
    expect(asked.filter(({ host }) => host === 'b')).toHaveLength(4);
  });

  it('counts a target as alive until it has missed often enough, and as up at the first answer', async () => {
    const alive = new Set(['a']);
    const { health, told, run } = watching(alive);
    health.watch(trunkOf(['a', 'b']));
    expect(health.states(id)).toEqual(['unknown', 'unknown']);
    await run(10);
    expect([health.alive(id), health.states(id)]).toEqual([
      [true, true],
      ['answers', 'unknown'],
    ]);
    await run(30);
    expect([health.alive(id), told]).toEqual([[true, false], ['1 down']]);
    expect(health.states(id)).toEqual(['answers', 'silent']);
    alive.add('b');
    await run(30);
    expect([health.alive(id), told]).toEqual([
      [true, true],
      ['1 down', '1 up'],
    ]);
  });

  it('forgets the misses of a target that answers in between', async () => {
    const alive = new Set(['a']);
    const { health, told, run } = watching(alive);
    health.watch(trunkOf(['a']));
    for (let round = 0; round < 4; round += 1) {
      alive.delete('a');
      await run(30);
      alive.add('a');
      await run(30);
    }
    expect(told).toEqual([]);
  });

  it('keeps what it knows of a target that stays through a reload, and leaves one that goes', async () => {
    const { health, asked, run, waiting } = watching(new Set());
    health.watch(trunkOf(['a', 'b']));
    await run(60);
    expect(health.alive(id)).toEqual([false, false]);
    health.watch(trunkOf(['b', 'c']));
    expect([health.alive(id), waiting()]).toEqual([[false, true], 2]);
    const before = asked.length;
    await run(60);
    expect(asked.slice(before).some(({ host }) => host === 'a')).toBe(false);
  });

  it('asks nobody any more once it is stopped', async () => {
    const { health, run, waiting } = watching(new Set());
    health.watch(trunkOf(['a']));
    await run(10);
    health.stop();
    expect(waiting()).toBe(0);
  });
});
