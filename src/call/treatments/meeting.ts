import type { Treatment } from '../../domain/call.ts';
import type { Gone } from '../../domain/gone.ts';
import { type Meeting, type MeetingRole, meetingSecondsAtMost } from '../../domain/meeting.ts';
import type { Outcome } from '../../domain/outcome.ts';
import type { Say } from '../../domain/say.ts';
import { type MeetingSeat, roomOf } from '../meetings.ts';
import type { Voice } from '../ports.ts';
import { gone, isGone, refuse } from '../refuse.ts';
import type { Scene } from '../scene.ts';
import { whoProves } from '../who-calls.ts';

/** They prove the PIN, hear how many are there, and are among them until they hang up or it is over. */
export async function meet({ meeting: id }: Extract<Treatment, { do: 'meet' }>, scene: Scene): Promise<Outcome> {
  const { world, leg, config, record } = scene;
  const meeting = config.meetings.get(id);
  scene.voice ??= meeting && (await world.hear(leg, 'answer', config));
  const { voice } = scene;
  if (voice === undefined || meeting === undefined) return isGone(scene) ? gone(scene) : refuse('unreachable', leg);
  record.preAnswered(world.now());
  record.doing('menu');
  const proved = await provePin(meeting, voice, scene);
  if (typeof proved === 'object') return release(proved, voice, scene);
  const seat = world.meetings.join(roomOf(meeting), { voice, role: proved });
  if (seat === 'full') return release([{ prompt: 'meeting.full' }], voice, scene);
  return takePart(seat, meeting, voice, scene);
}

const TRIES_AT_MOST = 3;
const PIN = { digitsAtMost: 10, endKey: '#', firstSeconds: 10, betweenSeconds: 5 } as const;

/** As whom they may enter; or what they are told before the call is released. */
async function provePin(meeting: Meeting, voice: Voice, scene: Scene): Promise<MeetingRole | readonly Say[]> {
  const { world, config } = scene;
  const caller = whoProves(scene);
  let say: readonly Say[] = [{ prompt: 'pin.enter' }];
  for (let tries = 0; tries < TRIES_AT_MOST; tries += 1) {
    const got = await voice.collect(world.sounds(say, config), PIN);
    if (got.ended === 'gone' || isGone(scene)) return [];
    if (got.digits === '') continue;
    const tried = world.meetings.tryPin(meeting, caller, got.digits);
    if (tried.is === 'right') return tried.role;
    if (tried.is === 'locked') return [{ prompt: 'pin.locked', values: { for: tried.seconds } }];
    say = [{ prompt: 'pin.wrong' }, { prompt: 'pin.enter' }];
  }
  return [{ prompt: 'pin.wrong' }];
}

/** Whatever happens, the seat is given back. */
async function takePart(seat: MeetingSeat, meeting: Meeting, voice: Voice, scene: Scene): Promise<Outcome> {
  const { world, config, leg, record } = scene;
  try {
    await voice.play(world.sounds([presence(seat)], config));
    if (isGone(scene)) return gone(scene);
    record.doing(undefined);
    seat.enter();
    const ended = await over(seat, scene);
    seat.leave();
    if (ended === 'over') await voice.play(world.sounds([{ prompt: 'meeting.over' }], config));
    leg.refuse('feature-done');
    return { is: 'feature done', what: `meeting ${meeting.id}` };
  } finally {
    seat.leave();
  }
}

function presence({ others, waitsForHost }: MeetingSeat): Say {
  if (waitsForHost) return { prompt: 'meeting.host-awaited' };
  return others === 0 ? { prompt: 'meeting.alone' } : { prompt: 'meeting.present', values: { count: others } };
}

/** Settles when they are gone, or it is over for them. */
export function over(seat: MeetingSeat, { leg, voice, world }: Scene): Promise<'over' | 'gone'> {
  return new Promise((settle) => {
    const undo: (() => void)[] = [];
    const done = (how: 'over' | 'gone'): void => {
      for (const one of undo.splice(0)) one();
      settle(how);
    };
    const when = (signal: Gone | undefined, how: 'over' | 'gone'): void => {
      if (signal?.aborted) {
        done(how);
        return;
      }
      const fired = (): void => done(how);
      signal?.addEventListener('abort', fired);
      undo.push(() => signal?.removeEventListener('abort', fired));
    };
    undo.push(world.after(meetingSecondsAtMost, () => done('over')));
    when(seat.over, 'over');
    when(leg.gone, 'gone');
    when(voice?.gone, 'gone');
  });
}

/** A last sentence, and the call is released. */
async function release(say: readonly Say[], voice: Voice, scene: Scene): Promise<Outcome> {
  const { world, config, leg } = scene;
  if (say.length > 0) await voice.play(world.sounds(say, config));
  if (isGone(scene) && say.length === 0) return gone(scene);
  leg.refuse('feature-done');
  const [first] = say;
  return { is: 'told and released', what: first !== undefined && 'prompt' in first ? first.prompt : 'meeting' };
}
