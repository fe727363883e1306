import { describe, expect, it } from 'vitest';
import { qualityOf } from '../../../src/edges/freeswitch/quality.ts';

const event = (variables: Readonly<Record<string, string>>) => ({
  getHeader: (name: string) => variables[name.replace('variable_rtp_audio_', '')],
});
const heard = { in_packet_count: '100', out_packet_count: '90', in_flaw_total: '4', in_mos: '4.30' };

describe('how the sound of a channel was', () => {
  it('is told for both directions, where the party reports', () => {
    const told = {
      rtcp_round_trip_ms: '12',
      rtcp_remote_lost: '3',
      rtcp_remote_jitter_ms: '1.50',
      rtcp_remote_mos: '4.20',
    };
    expect(qualityOf(event({ ...heard, ...told }))).toMatchObject({
      ...{ packetsReceived: 100, packetsSent: 90, packetsLost: 4, mos: 4.3 },
      ...{ roundTripMs: 12, remotePacketsLost: 3, remoteJitterMs: 1.5, remoteMos: 4.2 },
    });
  });

  it('leaves out what nobody reported', () => {
    const none = {
      rtcp_round_trip_ms: '-1',
      rtcp_remote_lost: '-1',
      rtcp_remote_jitter_ms: '-1',
      rtcp_remote_mos: '-1',
    };
    const quality = qualityOf(event({ ...heard, ...none }));
    expect(Object.keys(quality ?? {})).not.toContain('remotePacketsLost');
    expect(quality).not.toHaveProperty('remoteMos');
    expect(quality).not.toHaveProperty('roundTripMs');
  });
});
