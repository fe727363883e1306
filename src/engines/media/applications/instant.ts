import { readAssignment, readAssignments, readDigitsToSend } from '../../../protocol/esl/arguments.ts';
import { hangupCause } from '../hangup-cause.ts';
import type { ApplicationKind, Leg } from '../leg.ts';
import { recordingsOf, SessionRecording } from './session-recording.ts';

type Instant = Extract<ApplicationKind, { is: 'instant' }>['run'];

const nothing: Instant = () => undefined;

/** Take effect at once, whatever else runs. */
const RUN: Readonly<Record<string, Instant>> = {
  answer: nothing,
  pre_answer: nothing,
  ring_ready: nothing,
  set: assign,
  export: assign,
  multiset: (leg, argument) => {
    for (const { name, value } of readAssignments(argument)) leg.set(name, value);
    return undefined;
  },
  unset: (leg, argument) => {
    leg.set(argument.trim(), '');
    return undefined;
  },
  multiunset: (leg, argument) => {
    for (const name of argument.replace(/^\^\^./, '').split(/[ ^,]/)) leg.set(name.trim(), '');
    return undefined;
  },
  set_mute: mute,
  hangup: (leg, argument) => {
    // The completion of `hangup` itself goes out first: it says nothing.
    setImmediate(() => leg.hangup(hangupCause(argument), 'application'));
    return undefined;
  },
  break: (leg) => {
    leg.stack.stopAll('break');
    return undefined;
  },
  send_dtmf: press,
  queue_dtmf: press,
  flush_dtmf: (leg) => {
    leg.session.output.stopPressing();
    return undefined;
  },
  start_dtmf: (leg) => {
    leg.audio.detectKeys(true);
    return undefined;
  },
  stop_dtmf: (leg) => {
    leg.audio.detectKeys(false);
    return undefined;
  },
  record_session: recordSession,
  stop_record_session: (leg, argument) => {
    for (const recording of recordingsOf(leg, argument.trim())) recording.end();
    return undefined;
  },
  record_session_pause: (leg, argument) => pause(leg, argument, true),
  record_session_resume: (leg, argument) => pause(leg, argument, false),
  record_session_mask: (leg, argument) => mask(leg, argument, true),
  record_session_unmask: (leg, argument) => mask(leg, argument, false),
  displace_session: displace,
  stop_displace_session: (leg) => {
    leg.audio.stopDisplacing();
    return undefined;
  },
};

export const INSTANT: Readonly<Record<string, ApplicationKind>> = Object.fromEntries(
  Object.entries(RUN).map(([name, run]) => [name, { is: 'instant', run }]),
);

function assign(leg: Leg, argument: string): undefined {
  const assignment = readAssignment(argument);
  if (assignment !== undefined) leg.set(assignment.name, assignment.value);
}

/** `read true|false`: what the peer says; `write …`: what it hears. */
function mute(leg: Leg, argument: string): undefined {
  const [direction = '', value = ''] = argument.trim().split(/ +/);
  const isMuted = value === 'true' || value === '1' || value === 'on';
  if (direction === 'read') leg.audio.isHeardMuted = isMuted;
  else if (direction === 'write') leg.audio.isSaidMuted = isMuted;
}

function press(leg: Leg, argument: string): string | undefined {
  const { keys, durationMs } = readDigitsToSend(argument);
  return leg.session.output.press(keys.replace(/[wW]/g, ''), durationMs) ? undefined : '-ERR not all of these are keys';
}

async function recordSession(leg: Leg, argument: string): Promise<string | undefined> {
  const [file = '', limit] = argument.trim().split(/ +/);
  const recording = await SessionRecording.begin(leg, file, Number(limit?.replace('+', '')) || 0);
  if (typeof recording !== 'string') return undefined;
  leg.world.log('error', 'cannot record', { leg: leg.uuid, because: recording });
  return `-ERR ${recording}`;
}

function pause(leg: Leg, argument: string, isPaused: boolean): undefined {
  for (const recording of recordingsOf(leg, argument.trim())) recording.isPaused = isPaused;
}

function mask(leg: Leg, argument: string, isMasked: boolean): undefined {
  for (const recording of recordingsOf(leg, argument.trim())) recording.isMasked = isMasked;
}

/** `displace_session <file> [flags]`: `m` mixes it with what the peer hears anyway. */
async function displace(leg: Leg, argument: string): Promise<string | undefined> {
  const [file = '', flags = ''] = argument.trim().split(/ +/);
  const sound = await leg.world.library.open(file, leg.audio.sampleRate);
  if (sound === undefined) return '-ERR file not found';
  leg.audio.displace(file, sound.source, flags.includes('m'));
  return undefined;
}
