import type { EslEvent } from '../../protocol/esl/event.ts';
import type { Channel } from './channel.ts';
import { unixMicroseconds } from './clock.ts';

/** What every event of a channel carries. Lean on purpose: clients take time quadratic in the number of headers. */
export function channelHeaders(channel: Channel, name: string): EslEvent {
  return {
    'Event-Name': name,
    'Core-UUID': channel.world.coreUuid,
    'FreeSWITCH-Hostname': channel.world.hostname,
    'Event-Date-Timestamp': unixMicroseconds(),
    'Channel-State': channel.isEnded ? 'CS_HANGUP' : 'CS_EXECUTE',
    'Channel-Call-State': channel.callState,
    'Channel-Name': channelName(channel),
    'Unique-ID': channel.uuid,
    'Channel-Call-UUID': channel.uuid,
    'Answer-State': channel.isEnded ? 'hangup' : 'answered',
  };
}

export function channelName(channel: Channel): string {
  return `sofia/${channel.world.profile}/${channel.variables.get('sip_from_uri') ?? 'unknown'}`;
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
] as const;

/** The variables by which applications give their results. */
export function resultHeaders(channel: Channel, isFiltered: boolean): EslEvent {
  const digits = channel.variables.get('digits_variable');
  const named = digits === undefined ? [] : [digits, `${digits}_invalid`];
  const headers: Record<string, string> = {};
  for (const name of isFiltered ? ALWAYS : [...ALWAYS, ...WITHOUT_FILTER, ...named]) {
    const value = channel.variables.get(name);
    if (value !== undefined) headers[`variable_${name}`] = value;
  }
  return headers;
}

/** All that is known of a channel: the answer to `connect`, and the body of `uuid_dump`. */
export function channelData(channel: Channel): EslEvent {
  const data: Record<string, string | undefined> = {
    ...channelHeaders(channel, 'CHANNEL_DATA'),
    'Channel-Unique-ID': channel.uuid,
    'Channel-Direction': 'inbound',
    'Channel-Channel-Name': channelName(channel),
    'Channel-Destination-Number': 'drachtio',
    'Call-Direction': 'inbound',
    variable_uuid: channel.uuid,
    variable_call_uuid: channel.uuid,
  };
  for (const [name, value] of channel.variables) data[`variable_${name}`] = value;
  return data;
}
