import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Timer, TimerWheel } from '../../../src/engines/stack/timer-wheel.ts';

// biome-ignore lint/complexity/noExcessiveLinesPerFunction: a list of tests
describe('the timer wheel', () => {
  let now = 0;
  beforeEach(() => {
    now = 0;
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  /** Let time pass in steps, as a busy event loop does. */
  function pass(ms: number, step = 10): void {
    for (const end = now + ms; now < end; ) {
      now = Math.min(now + step, end);
      vi.advanceTimersByTime(step);
    }
  }

  it('fires each timer once, not early, and at most a tick and a step late; from two seconds on, at most a quarter of a second more', () => {
    const delays = fc.array(fc.integer({ min: 1, max: 100_000 }), { minLength: 1, maxLength: 50 });
    fc.assert(
      fc.property(delays, fc.integer({ min: 10, max: 500 }), (wanted, step) => {
        const wheel = new TimerWheel(10, () => now);
        const from = now;
        const fired = wanted.map(() => -1);
        wanted.forEach((delay, i) => {
          wheel.arm(
            new Timer(() => {
              fired[i] = now - from;
            }),
            delay,
          );
        });
        pass(101_000, step);
        wanted.forEach((delay, i) => {
          expect(fired[i]).toBeGreaterThanOrEqual(delay);
          expect(fired[i]).toBeLessThanOrEqual(delay + 10 + step + (delay < 2_000 ? 0 : 250));
        });
        expect(wheel.armed).toBe(0);
      }),
      { numRuns: 20 },
    );
  });

  it('does not fire what was stopped, and fires what was armed again only then', () => {
    const wheel = new TimerWheel(10, () => now);
    const fired: string[] = [];
    const [one, two] = [new Timer(() => fired.push('one')), new Timer(() => fired.push('two'))];
    wheel.arm(one, 100);
    wheel.arm(two, 100);
    wheel.disarm(one);
    wheel.arm(two, 300);
    pass(250);
    expect(fired).toEqual([]);
    pass(100);
    expect(fired).toEqual(['two']);
  });

  it('lets a timer arm and stop others while it fires', () => {
    const wheel = new TimerWheel(10, () => now);
    const fired: string[] = [];
    const victim = new Timer(() => fired.push('victim'));
    const again: Timer = new Timer(() => {
      fired.push('again');
      wheel.disarm(victim);
      if (fired.length < 3) wheel.arm(again, 10);
    });
    wheel.arm(victim, 50);
    wheel.arm(again, 50);
    pass(200);
    expect(fired.filter((name) => name === 'again')).toHaveLength(3);
    expect(wheel.armed).toBe(0);
  });

  it('sleeps until something is due', () => {
    const setTimer = vi.spyOn(globalThis, 'setTimeout');
    const wheel = new TimerWheel(10, () => now);
    const fired: string[] = [];
    for (const delay of [500, 505, 32_000]) wheel.arm(new Timer(() => fired.push(String(delay))), delay);
    pass(500);
    expect(fired).toEqual(['500']);
    expect(setTimer).toHaveBeenCalledTimes(2);
    pass(32_000);
    expect(fired).toEqual(['500', '505', '32000']);
    expect(setTimer.mock.calls.length).toBeLessThan(40);
  });

  it('is woken earlier by a timer that is due earlier', () => {
    const wheel = new TimerWheel(10, () => now);
    const fired: string[] = [];
    wheel.arm(new Timer(() => fired.push('late')), 900);
    wheel.arm(new Timer(() => fired.push('early')), 50);
    pass(100);
    expect(fired).toEqual(['early']);
    pass(900);
    expect(fired).toEqual(['early', 'late']);
  });

  it('stands still when nothing is armed', () => {
    const wheel = new TimerWheel(10, () => now);
    const timer = new Timer(() => undefined);
    wheel.arm(timer, 100);
    expect(vi.getTimerCount()).toBe(1);
    wheel.disarm(timer);
    expect(vi.getTimerCount()).toBe(0);
  });
});
