import type { EslEvent } from '../../protocol/esl/event.ts';
import { unixMicroseconds } from './clock.ts';
import type { Leg } from './leg.ts';

/** What every event of a leg carries. Lean on purpose: clients take time quadratic in the number of headers. */
export function channelHeaders(leg: Leg, name: string): EslEvent {
  return {
    'Event-Name': name,
    'Core-UUID': leg.world.coreUuid,
    'FreeSWITCH-Hostname': leg.world.hostname,
    'Event-Date-Timestamp': unixMicroseconds(),
    'Channel-State': leg.isEnded ? 'CS_HANGUP' : 'CS_EXECUTE',
    'Channel-Call-State': leg.callState,
    'Channel-Name': channelName(leg),
    'Unique-ID': leg.uuid,
    'Channel-Call-UUID': leg.uuid,
    'Answer-State': leg.isEnded ? 'hangup' : 'answered',
  };
}

export function channelName(leg: Leg): string {
  return `sofia/${leg.world.profile}/${leg.variables.get('sip_from_uri') ?? 'unknown'}`;
}

/** Survive in the reference image's events; the rest are read there with `uuid_getvar`. */
const ALWAYS = [
  'current_application',
  'dtmf_type',
  'myDigitBuffer',
  'myDigitBuffer_invalid',
  'playback_last_offset_pos',
  'playback_ms',
  'playback_samples',
  'playback_seconds',
  'playback_terminators',
] as const;
const WITHOUT_FILTER = [
  'record_seconds',
  'record_ms',
  'record_samples',
  'playback_terminator_used',
  'read_terminator_used',
  'read_result',
  'silence_hits_exhausted',
  'record_problem',
] as const;

/** The variables by which applications give their results. */
export function resultHeaders(leg: Leg, isFiltered: boolean): EslEvent {
  const digits = leg.variables.get('digits_variable');
  const named = digits === undefined ? [] : [digits, `${digits}_invalid`];
  const headers: Record<string, string> = {};
  for (const name of isFiltered ? ALWAYS : [...ALWAYS, ...WITHOUT_FILTER, ...named]) {
    const value = leg.variables.get(name);
    if (value !== undefined) headers[`variable_${name}`] = value;
  }
  return headers;
}

/** How the sound was, told with the end of a leg. */
export function mediaHeaders(leg: Leg): EslEvent {
  const headers: Record<string, string> = {};
  for (const [name, value] of leg.variables)
    if (name.startsWith('rtp_audio_') || AGREED.has(name)) headers[`variable_${name}`] = value;
  return headers;
}

const AGREED: ReadonlySet<string> = new Set(['rtp_use_codec_name', 'rtp_secure_media_confirmed']);

/** All that is known of a leg: the answer to `connect`, and the body of `uuid_dump`. */
export function channelData(leg: Leg): EslEvent {
  const data: Record<string, string | undefined> = {
    ...channelHeaders(leg, 'CHANNEL_DATA'),
    'Channel-Unique-ID': leg.uuid,
    'Channel-Direction': 'inbound',
    'Channel-Channel-Name': channelName(leg),
    'Channel-Destination-Number': 'drachtio',
    'Call-Direction': 'inbound',
    variable_uuid: leg.uuid,
    variable_call_uuid: leg.uuid,
  };
  for (const [name, value] of leg.variables) data[`variable_${name}`] = value;
  return data;
}
