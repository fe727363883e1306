import { readAssignment, readAssignments, readDigitsToSend } from '../../../protocol/esl/arguments.ts';
import type { ApplicationKind } from '../application.ts';
import type { Channel } from '../channel.ts';
import { hangupCause } from '../hangup-cause.ts';
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
  multiset: (channel, argument) => {
    for (const { name, value } of readAssignments(argument)) channel.set(name, value);
    return undefined;
  },
  unset: (channel, argument) => {
    channel.set(argument.trim(), '');
    return undefined;
  },
  multiunset: (channel, argument) => {
    for (const name of argument.replace(/^\^\^./, '').split(/[ ^,]/)) channel.set(name.trim(), '');
    return undefined;
  },
  set_mute: mute,
  hangup: (channel, argument) => {
    // The completion of `hangup` itself goes out first: it says nothing.
    setImmediate(() => channel.hangup(hangupCause(argument), 'application'));
    return undefined;
  },
  break: (channel) => {
    channel.stack.stopAll('break');
    return undefined;
  },
  send_dtmf: press,
  queue_dtmf: press,
  flush_dtmf: (channel) => {
    channel.session.output.stopPressing();
    return undefined;
  },
  start_dtmf: (channel) => {
    channel.audio.detectKeys(true);
    return undefined;
  },
  stop_dtmf: (channel) => {
    channel.audio.detectKeys(false);
    return undefined;
  },
  record_session: recordSession,
  stop_record_session: (channel, argument) => {
    for (const recording of recordingsOf(channel, argument.trim())) recording.end();
    return undefined;
  },
  record_session_pause: (channel, argument) => pause(channel, argument, true),
  record_session_resume: (channel, argument) => pause(channel, argument, false),
  record_session_mask: (channel, argument) => mask(channel, argument, true),
  record_session_unmask: (channel, argument) => mask(channel, argument, false),
  displace_session: displace,
  stop_displace_session: (channel) => {
    channel.audio.stopDisplacing();
    return undefined;
  },
};

export const INSTANT: Readonly<Record<string, ApplicationKind>> = Object.fromEntries(
  Object.entries(RUN).map(([name, run]) => [name, { is: 'instant', run }]),
);

function assign(channel: Channel, argument: string): undefined {
  const assignment = readAssignment(argument);
  if (assignment !== undefined) channel.set(assignment.name, assignment.value);
}

/** `read true|false`: what the peer says; `write …`: what it hears. */
function mute(channel: Channel, argument: string): undefined {
  const [direction = '', value = ''] = argument.trim().split(/ +/);
  const isMuted = value === 'true' || value === '1' || value === 'on';
  if (direction === 'read') channel.audio.isHeardMuted = isMuted;
  else if (direction === 'write') channel.audio.isSaidMuted = isMuted;
}

function press(channel: Channel, argument: string): string | undefined {
  const { keys, durationMs } = readDigitsToSend(argument);
  return channel.session.output.press(keys.replace(/[wW]/g, ''), durationMs)
    ? undefined
    : '-ERR not all of these are keys';
}

async function recordSession(channel: Channel, argument: string): Promise<string | undefined> {
  const [file = '', limit] = argument.trim().split(/ +/);
  const recording = await SessionRecording.begin(channel, file, Number(limit?.replace('+', '')) || 0);
  if (typeof recording !== 'string') return undefined;
  channel.world.log('error', 'cannot record', { channel: channel.uuid, because: recording });
  return `-ERR ${recording}`;
}

function pause(channel: Channel, argument: string, isPaused: boolean): undefined {
  for (const recording of recordingsOf(channel, argument.trim())) recording.isPaused = isPaused;
}

function mask(channel: Channel, argument: string, isMasked: boolean): undefined {
  for (const recording of recordingsOf(channel, argument.trim())) recording.isMasked = isMasked;
}

/** `displace_session <file> [flags]`: `m` mixes it with what the peer hears anyway. */
async function displace(channel: Channel, argument: string): Promise<string | undefined> {
  const [file = '', flags = ''] = argument.trim().split(/ +/);
  const sound = await channel.world.library.open(file, channel.audio.sampleRate);
  if (sound === undefined) return '-ERR file not found';
  channel.audio.displace(file, sound.source, flags.includes('m'));
  return undefined;
}
