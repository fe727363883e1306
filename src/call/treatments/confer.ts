import type { Confer } from '../../domain/call.ts';
import type { Outcome } from '../../domain/outcome.ts';
import { conferenceOf, type MeetingSeat } from '../meetings.ts';
import { gone, isGone, refuse } from '../refuse.ts';
import type { Scene } from '../scene.ts';
import type { CarryOn } from '../transfers/converse.ts';
import { over } from './meeting.ts';

/**
 * Hears everybody whom the line has brought together. A guest waits for the line with music, and goes another way when it does not come in
 * time. Whatever happens, the seat is given back.
 */
export async function confer(step: Confer, scene: Scene, carryOn: CarryOn): Promise<Outcome> {
  const { world, leg, config, record } = scene;
  scene.voice ??= await world.hear(leg, 'answer', config);
  const { voice } = scene;
  if (voice === undefined) return isGone(scene) ? gone(scene) : refuse('unreachable', leg);
  record.preAnswered(world.now());
  const seat = world.meetings.join(conferenceOf(step.room), { voice, role: step.as });
  if (seat === 'full') return refuse('busy', leg);
  try {
    record.doing(seat.waitsForHost ? 'queue' : undefined);
    seat.enter();
    const ended = await overOrLate(step, seat, scene);
    seat.leave();
    if (ended === 'late') return await carryOn(step.otherwise, scene);
    if (ended === 'over') await voice.play(world.sounds([{ prompt: 'meeting.over' }], config));
    if (ended === 'gone' && step.as === 'guest' && seat.waitsForHost) return gone(scene);
    leg.refuse('feature-done');
    return { is: 'feature done', what: `conference of line ${step.room}` };
  } finally {
    seat.leave();
  }
}

async function overOrLate({ as, seconds }: Confer, seat: MeetingSeat, scene: Scene): Promise<'over' | 'gone' | 'late'> {
  if (as === 'host') return over(seat, scene);
  let forget: () => void = () => undefined;
  const late = new Promise<'late'>((settle) => {
    forget = scene.world.after(seconds, () => seat.waitsForHost && settle('late'));
  });
  try {
    return await Promise.race([over(seat, scene), late]);
  } finally {
    forget();
  }
}
