import type { MediaQuality } from '../../domain/outcome.ts';
import type { EslEvent } from './library.ts';

/** How the sound of a channel was, by the variables its last event carries (`rtp_audio_*`). */
export function qualityOf(event: EslEvent): MediaQuality | undefined {
  const figure = (name: string): number | undefined => {
    const text = event.getHeader(`variable_rtp_audio_${name}`);
    const value = text === undefined || text === null || text === '' ? Number.NaN : Number(text);
    return Number.isFinite(value) ? value : undefined;
  };
  const received = figure('in_packet_count');
  const sent = figure('out_packet_count');
  if (received === undefined || sent === undefined) return undefined;
  const mos = figure('in_mos');
  return {
    packetsReceived: received,
    packetsSent: sent,
    packetsLost: figure('in_skip_packet_count') ?? 0,
    jitterMs: figure('in_jitter_max_variance') ?? 0,
    ...(mos !== undefined && mos >= 1 && received > 0 && { mos }),
  };
}
