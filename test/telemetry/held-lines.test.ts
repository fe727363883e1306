import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { holdLines } from '../../src/telemetry/held-lines.ts';

describe('lines of the log on their way out', () => {
  const out: string[] = [];
  beforeEach(() => {
    vi.useFakeTimers();
    out.length = 0;
  });
  afterEach(() => vi.useRealTimers());

  it('go on together, in order, a tenth of a second after the first', () => {
    const lines = holdLines((text) => out.push(text));
    lines.write('one\n');
    vi.advanceTimersByTime(60);
    lines.write('two\n');
    expect(out).toEqual([]);
    vi.advanceTimersByTime(40);
    expect(out).toEqual(['one\ntwo\n']);
    vi.advanceTimersByTime(1_000);
    expect(out).toHaveLength(1);
  });

  it('go on at once when there are many', () => {
    const lines = holdLines((text) => out.push(text));
    for (let i = 0; i < 100; i += 1) lines.write(`${'x'.repeat(99)}\n`);
    expect(out.length).toBeGreaterThan(0);
    vi.advanceTimersByTime(100);
    expect(out.join('')).toHaveLength(10_000);
  });

  it('go on at once when told to, and then are held no more', () => {
    const lines = holdLines((text) => out.push(text));
    lines.write('the last words\n');
    lines.release();
    expect(out).toEqual(['the last words\n']);
    vi.advanceTimersByTime(1_000);
    expect(out).toHaveLength(1);
  });
});
