import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Pump } from '../../../src/engines/media/pump.ts';

describe('the pump', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
  afterEach(() => void vi.useRealTimers());

  it('beats every 20 ms by an absolute schedule', () => {
    const beats: number[] = [];
    const pump = new Pump((at) => beats.push(at));
    const from = performance.now();
    pump.start();
    vi.advanceTimersByTime(1000);
    expect(beats).toEqual(Array.from({ length: 50 }, (_, i) => from + (i + 1) * 20));
  });

  it('sets one timer for a frame', () => {
    const set = vi.spyOn(globalThis, 'setTimeout');
    const pump = new Pump(() => undefined);
    vi.advanceTimersByTime(0.4);
    pump.start();
    vi.advanceTimersByTime(1000);
    expect(set.mock.calls.length).toBe(1 + pump.figures().frames);
    set.mockRestore();
  });

  it('sleeps from the frame in which it is stopped, and begins anew', () => {
    let left = 3;
    const pump = new Pump(() => {
      left -= 1;
      if (left === 0) pump.stop();
    });
    pump.start();
    vi.advanceTimersByTime(1000);
    expect(vi.getTimerCount()).toBe(0);
    expect(pump.figures().frames).toBe(3);
    left = 2;
    pump.start();
    pump.start();
    vi.advanceTimersByTime(1000);
    expect(pump.figures().frames).toBe(5);
  });
});
