import { expect, it } from 'vitest';
import { createWishBook } from '../../src/call/wishes.ts';
import type { OnlyWhen } from '../../src/domain/wishes.ts';
import type { FactSources } from '../../src/wiring/facts.ts';
import { wishByCode } from '../../src/wiring/wishing.ts';
import { MONDAY_MORNING } from '../support/calls.ts';
import { beauvoir } from '../support/town.ts';

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
    ask: (line: string, code: string, only?: OnlyWhen) =>
      wishByCode(line, code, only, { config: beauvoir, facts, wishes, now: () => MONDAY_MORNING }),
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

it('a forward may be meant for some callers and some hours; it stands beside the others, and is taken back alone', async () => {
  const { ask } = desk();
  const only = { from: ['+33639980001', 'anonymous'], hours: 'lun-ven 18:00-08:00' };
  const selective = [{ when: 'always', to: '4103', only }];
  await ask('4101', '*21*4102#');
  expect(await ask('4101', '*21*4103#', only)).toMatchObject({
    wishes: { forwards: { always: { to: '4102' } }, selective },
  });
  expect(await ask('4101', '#21#', only)).toEqual({ line: '4101', wishes: { forwards: { always: { to: '4102' } } } });
  await ask('4101', '*61*4103#', only);
  expect(await ask('4101', '##002#')).toEqual({ line: '4101', wishes: {} });
});

it('conditions that mean nothing are refused', async () => {
  const { ask } = desk();
  expect(await ask('4101', '*21*4103#', { from: ['nobody'] })).toContain('nobody is no caller');
  expect(await ask('4101', '*21*4103#', { hours: 'lundredi 8h-9h' })).toContain('hours:');
  expect(await ask('4101', '*26', { from: ['4102'] })).toContain('only a forward');
  expect(await ask('4101', '*21*0899123456#', { from: ['4102'] })).toContain('may not be forwarded');
});
