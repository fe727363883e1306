import { CODEC_KITS } from './codec-kit.ts';
import type { Leg } from './leg.ts';

const HEADER_BYTES = 12;

/** What is known of the sound of a leg, as the record of a call wants it. */
export interface LegQuality {
  readonly received: number;
  readonly sent: number;
  readonly lost: number;
  readonly jitterMs: number;
  readonly roundTripMs: number | undefined;
  readonly opinion: number;
}

export function legQuality({ session }: Leg): LegQuality {
  const summary = session.reports.reception.summary();
  const { jitter, concealed, played } = session.input;
  const codec = CODEC_KITS[session.audio?.codec ?? 'PCMA'].quality;
  const unplayed = played === 0 ? 0 : concealed / played;
  return {
    received: summary.packets,
    sent: session.output.packets,
    lost: summary.lost,
    jitterMs: summary.jitterMs,
    roundTripMs: session.reports.roundTripMs,
    opinion: session.reports.opinion(codec, jitter.delayMs, unplayed),
  };
}

/** Fills the `rtp_audio_*` variables, under FreeSWITCH's names. */
export function setMediaStatistics(leg: Leg): void {
  const { session } = leg;
  const summary = session.reports.reception.summary();
  const quality = legQuality(leg);
  const { peerView } = session.reports;
  const codec = CODEC_KITS[session.audio?.codec ?? 'PCMA'].quality;
  const remoteOpinion = session.reports.remoteOpinion(codec, leg.world.rtp.jitterMinMs);
  const loss = summary.expected === 0 ? 0 : (100 * summary.lost) / summary.expected;
  const values: Readonly<Record<string, number>> = {
    in_raw_bytes: summary.octets + summary.packets * HEADER_BYTES,
    in_media_bytes: summary.octets,
    in_packet_count: summary.packets,
    in_media_packet_count: summary.packets - session.keyPackets,
    in_skip_packet_count: summary.lost,
    in_jitter_packet_count: session.input.jitter.late,
    in_dtmf_packet_count: session.keyPackets,
    in_cng_packet_count: 0,
    in_flush_packet_count: session.dropped.stranger,
    in_largest_jb_size: session.input.jitter.heldPackets,
    in_jitter_min_variance: 0,
    in_jitter_max_variance: summary.maxJitterMs ** 2,
    in_jitter_loss_rate: loss,
    in_mean_interval: session.audio?.ptimeMs ?? 0,
    in_flaw_total: summary.lost,
    in_quality_percentage: Math.max(0, 100 - loss),
    in_mos: quality.opinion,
    out_raw_bytes: session.output.octets + session.output.packets * HEADER_BYTES,
    out_media_bytes: session.output.octets,
    out_packet_count: session.output.packets,
    out_media_packet_count: session.output.packets,
    out_skip_packet_count: 0,
    out_dtmf_packet_count: 0,
    out_cng_packet_count: 0,
    rtcp_round_trip_ms: quality.roundTripMs ?? -1,
    rtcp_remote_lost: peerView?.cumulativeLost ?? -1,
    rtcp_remote_jitter_ms: peerView?.jitterMs ?? -1,
    rtcp_remote_mos: remoteOpinion ?? -1,
  };
  for (const [name, value] of Object.entries(values)) {
    leg.set(`rtp_audio_${name}`, Number.isInteger(value) ? String(value) : value.toFixed(2));
  }
}
