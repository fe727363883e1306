import { expect, it } from 'vitest';
import { createWishBook } from '../src/call/wishes.ts';
import type { FactSources } from '../src/facts.ts';
import { wishByCode } from '../src/wishing.ts';
import { MONDAY_MORNING } from './support/calls.ts';
import { beauvoir } from './support/town.ts';

function desk() {
  const wishes = createWishBook({ load: async () => [], put: async () => {}, remove: async () => {} });
  const facts: FactSources = {
    now: () => MONDAY_MORNING,
    chance: () => 0,
    seats: { calls: 0, ofSite: () => 0, ofTrunk: () => 0 },
    contacts: () => 1,
    alive: () => [true, true],
    wishes: wishes.of,
  };
  return {
    ask: (line: string, code: string) =>
      wishByCode(line, code, { config: beauvoir, facts, wishes, now: () => MONDAY_MORNING }),
  };
}

it('a star code that is asked for does what the phone would get', async () => {
  const { ask } = desk();
  expect(await ask('4101', '*21*4103#')).toEqual({ line: '4101', wishes: { forwards: { always: { to: '4103' } } } });
  expect(await ask('4101', '*#21#')).toEqual({ line: '4101', wishes: { forwards: { always: { to: '4103' } } } });
  expect(await ask('4101', '##002#')).toEqual({ line: '4101', wishes: {} });
});

it('no right is gained by asking another way', async () => {
  const { ask } = desk();
  expect(await ask('4101', '*21*0899123456#')).toContain('not forwarded there');
  expect(await ask('4105', '*21*00639980001#')).toContain('not forwarded there');
});

it('what is no code, and who is no line, is told', async () => {
  const { ask } = desk();
  expect(await ask('4101', '4102')).toBe('4102 is no star code for wishes');
  expect(await ask('nobody', '*26')).toBe('there is no line nobody');
});
