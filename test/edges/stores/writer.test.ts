import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { LineId } from '../../../src/domain/ids.ts';
import { StoreOptions } from '../../../src/edges/stores/options.ts';
import type { Job } from '../../../src/edges/stores/sqlite/rows.ts';
import { createWriter } from '../../../src/edges/stores/sqlite/writer.ts';
import { call, silent } from '../../contract/store.ts';

const line = LineId.parse('4101');

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A disk in memory that fails while it is told to. */
function disk() {
  const groups: (readonly Job[])[] = [];
  const state = { full: false };
  const write = async (jobs: readonly Job[]) => {
    if (state.full) throw new Error('database or disk is full');
    groups.push(jobs);
    return [];
  };
  return { groups, state, write };
}

const options = (given: Partial<StoreOptions> = {}) => StoreOptions.parse({ groupMs: 50, groupRows: 100, ...given });

it('writes what came within the group’s time in one go', async () => {
  const { groups, write } = disk();
  const writer = createWriter(options(), write, silent);
  writer.closed(call({ id: 'one' }));
  await vi.advanceTimersByTimeAsync(30);
  writer.closed(call({ id: 'two' }));
  expect(groups).toHaveLength(0);
  await vi.advanceTimersByTimeAsync(20);
  expect(groups.map((jobs) => jobs.length)).toEqual([2]);
});

it('does not wait longer once a group is full', async () => {
  const { groups, write } = disk();
  const writer = createWriter(options(), write, silent);
  for (let n = 0; n < 100; n += 1) writer.closed(call({ id: `call ${n}` }));
  await vi.advanceTimersByTimeAsync(1);
  expect(groups.map((jobs) => jobs.length)).toEqual([100]);
});

it('does not let a phone wait for the group', async () => {
  const { write } = disk();
  const writer = createWriter(options({ groupMs: 1_000 }), write, silent);
  const done = vi.fn();
  void writer.write({ do: 'bind', line, bindings: [] }).then(done);
  await vi.advanceTimersByTimeAsync(1);
  expect(done).toHaveBeenCalledOnce();
});

it('writes one row for a call that begins and ends within a group', async () => {
  const { groups, write } = disk();
  const writer = createWriter(options(), write, silent);
  writer.opened(call({ id: 'short' }));
  writer.closed(call({ id: 'short' }));
  await vi.advanceTimersByTimeAsync(50);
  expect(groups).toEqual([[{ do: 'close', record: call({ id: 'short' }) }]]);
});

it('writes both rows of a call that is longer than a group', async () => {
  const { groups, write } = disk();
  const writer = createWriter(options(), write, silent);
  writer.opened(call({ id: 'long' }));
  await vi.advanceTimersByTimeAsync(50);
  writer.closed(call({ id: 'long' }));
  await vi.advanceTimersByTimeAsync(50);
  expect(groups.map((jobs) => jobs.map((job) => job.do))).toEqual([['open'], ['close']]);
});

it('keeps rows in their order while the disk is full, and writes them when there is room', async () => {
  const { groups, state, write } = disk();
  const writer = createWriter(options(), write, silent);
  state.full = true;
  writer.closed(call({ id: 'one' }));
  await vi.advanceTimersByTimeAsync(60);
  expect(writer.health()).toMatchObject({ writable: false, queued: 1, lastError: 'database or disk is full' });
  writer.closed(call({ id: 'two' }));
  await vi.advanceTimersByTimeAsync(60_000);
  state.full = false;
  await vi.advanceTimersByTimeAsync(10_000);
  expect(groups.flat()).toMatchObject([{ record: { id: 'one' } }, { record: { id: 'two' } }]);
  expect(writer.health()).toMatchObject({ writable: true, queued: 0, lost: 0 });
});

it('refuses a binding at once while it is known that nothing can be written', async () => {
  const { state, write } = disk();
  const writer = createWriter(options(), write, silent);
  state.full = true;
  writer.closed(call({}));
  await vi.advanceTimersByTimeAsync(60);
  await expect(writer.write({ do: 'bind', line, bindings: [] })).rejects.toThrow('disk is full');
});

it('gives up openings first, then the newest ends, when too many rows wait; and counts them', async () => {
  const { state, write } = disk();
  const alarm = { warn: vi.fn(), error: vi.fn() };
  const writer = createWriter(options({ queueAtMost: 100 }), write, alarm);
  state.full = true;
  for (let n = 0; n < 60; n += 1) writer.opened(call({ id: `opened ${n}` }));
  expect(writer.health()).toMatchObject({ queued: 50, lost: 10 });
  for (let n = 0; n < 60; n += 1) writer.closed(call({ id: `closed ${n}` }));
  expect(writer.health()).toMatchObject({ queued: 100, lost: 20 });
  expect(alarm.error).toHaveBeenCalledTimes(20);
});

it('notices by its sign of life that the disk is full, without any call', async () => {
  const { state, write } = disk();
  const writer = createWriter(options(), write, silent);
  state.full = true;
  writer.beat();
  await vi.advanceTimersByTimeAsync(1);
  expect(writer.health().writable).toBe(false);
});

it('says what is lost when the end comes before the disk has room', async () => {
  const { state, write } = disk();
  const alarm = { warn: vi.fn(), error: vi.fn() };
  const writer = createWriter(options(), write, alarm);
  state.full = true;
  writer.closed(call({ id: 'lost' }));
  const flushed = writer.flush(1_000);
  await vi.advanceTimersByTimeAsync(2_000);
  await flushed;
  expect(alarm.error).toHaveBeenCalledWith(expect.objectContaining({ call: 'lost' }), 'a row of the ledger was lost');
  expect(writer.health()).toMatchObject({ queued: 0, lost: 1 });
});
