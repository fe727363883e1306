import { expect, it } from 'vitest';
import { createWatchdog } from '../../src/call/watchdog.ts';

const hour = 3_600_000;
const call = (id: string, startedAt: number) => ({ id, startedAt, from: 'trunk operator', dialled: '4101' });
const isCarriedOut = () => true;

it('a record that was left open for a day is closed as our fault, once; those that end in time are none of its business', () => {
  const watchdog = createWatchdog();
  watchdog.opened(call('forgotten', 0));
  watchdog.opened(call('ended', 0));
  watchdog.opened(call('going on', 2 * hour));
  watchdog.closed('ended');
  expect(watchdog.forgotten(23 * hour, isCarriedOut)).toEqual([]);
  const [record, ...more] = watchdog.forgotten(25 * hour, isCarriedOut);
  expect(more).toEqual([]);
  expect(record).toMatchObject({ id: 'forgotten', endedAt: 25 * hour, outcome: { is: 'our fault' } });
  expect(watchdog.forgotten(25 * hour, isCarriedOut)).toEqual([]);
});

it('a record that is open two minutes after its call was over is closed, and that of a call that goes on is not', () => {
  const watchdog = createWatchdog();
  watchdog.opened({ ...call('over', 0), service: 'accueil' });
  watchdog.opened(call('going on', 0));
  const goesOn = (id: string): boolean => id === 'going on';
  // Found to be over for the first time.
  expect(watchdog.forgotten(hour, goesOn)).toEqual([]);
  expect(watchdog.forgotten(hour + 119_000, goesOn)).toEqual([]);
  const found = watchdog.forgotten(hour + 120_000, goesOn);
  const outcome = { is: 'our fault', what: 'the record was left open after its call' };
  expect(found).toMatchObject([{ id: 'over', service: 'accueil', outcome }]);
  expect(watchdog.forgotten(hour + 300_000, goesOn)).toEqual([]);
});
