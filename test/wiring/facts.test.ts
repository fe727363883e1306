import { expect, it } from 'vitest';
import type { Destination } from '../../src/domain/call.ts';
import type { LineId } from '../../src/domain/ids.ts';
import type { Wishes } from '../../src/domain/wishes.ts';
import { type FactSources, factsFor } from '../../src/wiring/facts.ts';
import { fromLine, MONDAY_MORNING } from '../support/calls.ts';
import { beauvoir } from '../support/town.ts';

const called = '4102' as LineId;
const line = beauvoir.lines.get(called);
const site = line && beauvoir.sites.get(line.site);

function factsAbout(wishes: Wishes) {
  const sources: FactSources = {
    now: () => MONDAY_MORNING,
    chance: () => 0,
    seats: { calls: 0, ofSite: () => 0, ofTrunk: () => 0 },
    contacts: () => 1,
    alive: () => [true],
    wishes: (id) => (id === called ? wishes : {}),
    services: { isBusy: (id) => id === called },
  };
  if (line === undefined || site === undefined) throw new Error('the town has no line 4102');
  const about: Destination = { is: 'line', line, site };
  return factsFor(about, fromLine('4101', '4102'), beauvoir, sources);
}

it('a line that wishes something is looked at: what it wishes, and whether it talks', () => {
  const { wishes, linesBusy } = factsAbout({ noCallWaiting: true });
  expect(wishes?.get(called)).toEqual({ noCallWaiting: true });
  expect([...(linesBusy ?? [])]).toEqual([called]);
});

it('a line without wishes costs nothing to look at', () => {
  const { wishes, linesBusy } = factsAbout({});
  expect([wishes, linesBusy]).toEqual([undefined, undefined]);
});
