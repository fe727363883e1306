import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Seen, sampleOf } from '../../src/wiring/view.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** An exchange where nothing is going on. */
function seen(parts: Partial<Pick<Seen, 'figures' | 'media'>> = {}): Seen {
  return {
    exchange: {
      registrar: { counts: () => ({ bindings: 3, lines: 2 }) },
      meetings: { going: () => [] },
      seats: { calls: 1 },
      connection: { connected: true },
    },
    holder: { current: () => ({ trunks: new Map(), mailboxes: new Map(), version: { generation: 1 } }) },
    store: {
      health: () => ({ writable: true, queued: 0, lost: 0 }),
      mail: { waiting: async () => [], lettersWaiting: async () => 0 },
    },
    figures: async () => undefined,
    media: { pool: { connected: true, channels: 4 }, figures: async () => undefined },
    ...parts,
  } as unknown as Seen;
}

const never = (): Promise<never> => new Promise(() => undefined);

describe('what is measured', () => {
  it('is told though the engines do not answer', async () => {
    const media = { pool: { connected: true, channels: 4 }, figures: never };
    const sampled = sampleOf(seen({ figures: never, media }));
    await vi.advanceTimersByTimeAsync(1_000);
    const sample = await sampled;
    expect(sample).toMatchObject({ callsActive: 1, bindings: 3, mail: { letters: 0 } });
    expect(sample.engine).toEqual({ connected: true });
    expect(sample.media).toEqual({ connected: true, channels: 4 });
  });

  it('is told though the figures of an engine fail', async () => {
    const sample = await sampleOf(seen({ figures: () => Promise.reject(new Error('gone')) }));
    expect(sample.engine).toEqual({ connected: true });
  });
});
