import { expect, it } from 'vitest';
import { createWatchdog } from '../../src/call/watchdog.ts';

const hour = 3_600_000;
const call = (id: string, startedAt: number) => ({ id, startedAt, from: 'trunk operator', dialled: '4101' });

it('a record that was left open for a day is closed as our fault, once; those that end in time are none of its business', () => {
  const watchdog = createWatchdog();
  watchdog.opened(call('forgotten', 0));
  watchdog.opened(call('ended', 0));
  watchdog.opened(call('going on', 2 * hour));
  watchdog.closed('ended');
  expect(watchdog.forgotten(23 * hour)).toEqual([]);
  const [record, ...more] = watchdog.forgotten(25 * hour);
  expect(more).toEqual([]);
  expect(record).toMatchObject({ id: 'forgotten', endedAt: 25 * hour, outcome: { is: 'our fault' } });
  expect(watchdog.forgotten(25 * hour)).toEqual([]);
});
