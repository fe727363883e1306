import type { MediaQuality } from '../../domain/outcome.ts';
import type { EslEvent } from './library.ts';

/** How the sound of a channel was, by the variables its last event carries (`rtp_audio_*`). */
export function qualityOf(event: EslEvent): MediaQuality | undefined {
  const text = (name: string): string | undefined => event.getHeader(`variable_${name}`) || undefined;
  const figure = (name: string): number | undefined => {
    const value = Number(text(`rtp_audio_${name}`) ?? Number.NaN);
    return Number.isFinite(value) ? value : undefined;
  };
  const received = figure('in_packet_count');
  const sent = figure('out_packet_count');
  if (received === undefined || sent === undefined) return undefined;
  // What a FreeSWITCH calls skipped are the frames of its own clock for which nothing had come yet.
  const lost = figure('in_flaw_total') ?? 0;
  const codec = text('rtp_use_codec_name');
  const mos = figure('in_mos');
  // Our own engine's; a FreeSWITCH does not tell.
  const told = (name: string): number | undefined => {
    const value = figure(name);
    return value !== undefined && value >= 0 ? value : undefined;
  };
  const roundTripMs = told('rtcp_round_trip_ms');
  const remotePacketsLost = told('rtcp_remote_lost');
  const remoteJitterMs = told('rtcp_remote_jitter_ms');
  const remoteMos = told('rtcp_remote_mos');
  return {
    ...(codec !== undefined && { codec: codec.slice(0, codecAtMost) }),
    ...(text('rtp_secure_media_confirmed') === 'true' && { encrypted: true }),
    packetsReceived: received,
    packetsSent: sent,
    packetsLost: lost,
    lossPercent: lost === 0 ? 0 : hundredths((100 * lost) / (received + lost)),
    // A variance, in ms².
    jitterMs: hundredths(Math.sqrt(Math.max(0, figure('in_jitter_max_variance') ?? 0))),
    ...(roundTripMs !== undefined && { roundTripMs }),
    ...(remotePacketsLost !== undefined && { remotePacketsLost }),
    ...(remoteJitterMs !== undefined && { remoteJitterMs }),
    ...(remoteMos !== undefined && { remoteMos }),
    ...(mos !== undefined && mos >= 1 && received > 0 && { mos }),
  };
}

const codecAtMost = 32;

function hundredths(value: number): number {
  return Math.round(value * 100) / 100;
}
