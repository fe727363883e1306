import { carryOut } from '../../src/call/carry-out.ts';
import { openRecord } from '../../src/call/record.ts';
import type { Queue, Ring, SaidFirst, Target, Treatment } from '../../src/domain/call.ts';
import type { LineId, ServiceId } from '../../src/domain/ids.ts';
import { fromLine } from '../support/calls.ts';
import { beauvoir } from '../support/town.ts';
import { fakeWorld, type Town } from './fake-world.ts';

const shows = { withheld: false, number: '+33639980001' };
export const line = (id: string, first?: SaidFirst): Target => ({
  is: 'line',
  line: id as LineId,
  shows,
  ...(first && { first }),
});
export const rings = { after: 0.1, does: 'ring' } as const;
export const answersAfter = (after: number) => [rings, { after, does: 'answer' } as const];
export const goodbye: Treatment = { do: 'say goodbye', say: [{ prompt: 'goodbye' }] };
export const ring = (targets: readonly Target[], more: Partial<Ring> = {}): Ring => ({
  do: 'ring',
  targets,
  how: 'together',
  seconds: 20,
  otherwise: goodbye,
  ...more,
});
export const preAnswered = (next: Treatment): Treatment => ({ do: 'pre-answer', how: 'answer', next });

/** One call that is given this treatment. */
export function play(fake: ReturnType<typeof fakeWorld>, treatment: Treatment, caller = '4101') {
  const { world } = fake;
  const call = fromLine(caller, '5000', { id: caller });
  const record = openRecord(call, beauvoir, world);
  const seats = world.seats.open();
  seats.sit(undefined);
  const over = carryOut(treatment, { call, leg: fake.caller, config: beauvoir, world, record, seats });
  return over.then((outcome) => {
    seats.close();
    record.close(outcome);
    return outcome;
  });
}

export async function whole(treatment: Treatment, town: Town, seconds = 600) {
  const fake = fakeWorld(town);
  const over = play(fake, treatment);
  await fake.clock.run(seconds);
  return { ...fake, outcome: await over, record: fake.closed[0] };
}

export const queue = (more: Partial<Queue> = {}): Queue => ({
  do: 'queue',
  service: 'portage' as ServiceId,
  hears: 'music',
  secondsAtMost: 60,
  callersAtMost: 2,
  priority: 0,
  announceEverySeconds: 0,
  ringSeconds: 10,
  pauseSeconds: 2,
  targets: [line('4102')],
  how: 'in turn',
  full: goodbye,
  otherwise: goodbye,
  ...more,
});
