import { describe, expect, it } from 'vitest';
import { takeCall } from '../../src/call/path.ts';
import type { Target } from '../../src/domain/call.ts';
import type { TrunkId } from '../../src/domain/ids.ts';
import { fromLine } from '../support/calls.ts';
import { beauvoir } from '../support/town.ts';
import { play, ring } from './carrying.ts';
import { fakeWorld } from './fake-world.ts';

const operator = 'operator' as TrunkId;
const by = (trunk: string): Target & { readonly is: 'trunk' } => ({
  is: 'trunk',
  trunk: trunk as TrunkId,
  target: 0,
  leaving: { called: '0639980001', shows: { withheld: false }, diversions: [] },
  emergency: false,
});

/** Every channel of the operator was taken since the call was decided on. */
function filled() {
  const fake = fakeWorld({ legsOf: () => [[{ after: 1, does: 'answer' }]], talks: 1 });
  const others = fake.seats.open();
  others.sit(undefined);
  const channels = beauvoir.trunks.get(operator)?.channels ?? 0;
  for (let taken = 0; taken < channels; taken += 1) expect(others.channel(operator, channels)).toBeDefined();
  return { ...fake, channels };
}

describe('a trunk that filled since the call was decided on', () => {
  it('takes no further leg, and the caller hears that it is full', async () => {
    const fake = filled();
    const over = play(fake, ring([by('operator')], { otherwise: { do: 'pass the refusal on' } }));
    await fake.clock.run(600);
    expect(await over).toMatchObject({ is: 'refused', why: 'trunk-full', q850: 34 });
    expect([fake.dialled, fake.seats.ofTrunk(operator)]).toEqual([[], fake.channels]);
  });

  it('is passed over for the next way out', async () => {
    const fake = filled();
    const over = play(fake, ring([{ ...by('operator'), orElse: [by('backup')] }]));
    await fake.clock.run(600);
    expect(await over).toEqual({ is: 'answered', by: 'trunk backup target 0' });
  });

  it('takes a call for help all the same', async () => {
    const { world, caller, clock, closed, seats, channels } = filled();
    const over = takeCall(fromLine('4101', '15'), caller, beauvoir, world);
    await clock.run(600);
    await over;
    expect(closed[0]?.outcome).toEqual({ is: 'answered', by: 'trunk operator target 0' });
    expect(seats.ofTrunk(operator)).toBe(channels);
  });
});
