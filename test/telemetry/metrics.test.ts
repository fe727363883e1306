import { readFileSync, writeFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import type { CallRecord } from '../../src/domain/outcome.ts';
import { metricDocument, metricTable } from '../../src/telemetry/metric-table.ts';
import { createMetrics, directionOf, type Metrics } from '../../src/telemetry/metrics.ts';
import type { Sample } from '../../src/telemetry/ports.ts';

let metrics: Metrics;
let now: Sample;

const calm: Sample = {
  meetings: 0,
  meetingParticipants: 0,
  callsActive: 3,
  bindings: 12,
  linesRegistered: 10,
  trunks: [
    {
      trunk: 'operator',
      channelsInUse: 2,
      channelsAtMost: 30,
      targets: [
        { target: '192.0.2.1:5060/udp', state: 'answers' },
        { target: '192.0.2.2:5060/udp', state: 'silent' },
        { target: '192.0.2.3:5060/udp', state: 'unknown' },
      ],
    },
  ],
  store: { writable: true, queued: 7, lost: 0 },
  mail: { mailboxes: 9, full: 1, unread: 4, read: 6, letters: 2 },
  configGeneration: 1,
  engine: {
    connected: true,
    figures: {
      messagesReceived: 100,
      messagesSent: 90,
      retransmissionsReceived: 2,
      retransmissionsSent: 1,
      discarded: 4,
      transactions: 5,
      dialogs: 6,
      connections: 7,
    },
  },
  media: {
    connected: true,
    channels: 4,
    figures: { framesSkipped: 3, latenessP50Ms: 0.5, latenessP99Ms: 2, latenessMaxMs: 9 },
  },
};

const scrape = async (sample: Sample = calm) => {
  now = sample;
  metrics ??= createMetrics('0.1.0', () => now);
  return (await metrics.text()).split('\n');
};
const start = () => {
  metrics = createMetrics('0.1.0', () => now);
};

afterEach(() => {
  metrics.stop();
});

describe('docs/metrics.md', () => {
  it('has the registry’s metrics, all of them and no other', async () => {
    start();
    const file = new URL('../../docs/metrics.md', import.meta.url);
    const text = readFileSync(file, 'utf8');
    const expected = text.replace(
      /<!-- table -->.*<!-- end of table -->/s,
      () => `<!-- table -->\n${metricDocument()}\n<!-- end of table -->`,
    );
    if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(file, expected);
    expect(readFileSync(file, 'utf8')).toBe(expected);
  });

  it('tells the names that a scrape tells', async () => {
    start();
    const told = (await scrape()).flatMap(
      (line) => /^# TYPE (beffroi_\S+) (\S+)/.exec(line)?.slice(1, 3).join(' ') ?? [],
    );
    expect(told.sort()).toEqual(
      Object.entries(metricTable)
        .map(([name, { kind }]) => `${name} ${kind}`)
        .sort(),
    );
  });

  it('names every label that a sample bears', async () => {
    start();
    metrics.callEnded(call({ ringingAt: 1_020, answeredAt: 4_000 }), 'internal');
    metrics.callEnded(call({ outcome: { is: 'refused', why: 'busy', sip: 486, q850: 17 } }), 'inbound');
    metrics.registerAnswered('accepted');
    metrics.reloaded('refused');
    for (const line of await scrape()) {
      const [, name, labels] = /^(beffroi_\w+?)(?:_bucket|_sum|_count)?\{([^}]*)\}/.exec(line) ?? [];
      if (name === undefined) continue;
      const documented = Object.keys(metricTable[name as keyof typeof metricTable].labels);
      const borne = [...(labels ?? '').matchAll(/(\w+)="/g)]
        .map(([, label]) => label)
        .filter((label) => label !== 'le');
      expect(borne.sort(), name).toEqual(documented.sort());
    }
  });
});

describe('a scrape', () => {
  it('counts calls by outcome and direction, and refusals by reason', async () => {
    start();
    metrics.callEnded(call({}), 'internal');
    metrics.callEnded(call({}), 'internal');
    metrics.callEnded(call({ outcome: { is: 'refused', why: 'busy', sip: 486, q850: 17 } }), 'inbound');
    const lines = await scrape();
    expect(lines).toContain('beffroi_calls_total{outcome="answered",direction="internal"} 2');
    expect(lines).toContain('beffroi_calls_total{outcome="refused",direction="inbound"} 1');
    expect(lines).toContain('beffroi_refusals_total{why="busy"} 1');
  });

  it('measures the set-up to ringing and to the answer, and the talk', async () => {
    start();
    metrics.callEnded(call({ ringingAt: 1_020, answeredAt: 4_000, endedAt: 64_000 }), 'outbound');
    const lines = await scrape();
    expect(lines).toContain('beffroi_call_setup_seconds_sum{until="ringing",direction="outbound"} 0.02');
    expect(lines).toContain('beffroi_call_setup_seconds_sum{until="answer",direction="outbound"} 3');
    expect(lines).toContain('beffroi_talk_seconds_total{direction="outbound"} 60');
  });

  it('tells each target of each trunk, and forgets a trunk that a reload took away', async () => {
    start();
    const before = await scrape();
    expect(before).toContain('beffroi_trunk_up{trunk="operator",target="192.0.2.1:5060/udp"} 1');
    expect(before).toContain('beffroi_trunk_up{trunk="operator",target="192.0.2.2:5060/udp"} 0');
    expect(before).not.toContain('192.0.2.3');
    expect(before).toContain('beffroi_trunk_channels{trunk="operator"} 2');
    const after = await scrape({ ...calm, trunks: [] });
    expect(after.filter((line) => line.startsWith('beffroi_trunk'))).toEqual([]);
  });

  it('takes over counts that the engine and the store keep, without adding them up', async () => {
    start();
    await scrape();
    const lines = await scrape();
    expect(lines).toContain('beffroi_engine_messages_total{direction="received"} 100');
    expect(lines).toContain('beffroi_engine_discarded_total 4');
    expect(lines).toContain('beffroi_store_queue 7');
  });

  it('measures how long sound takes to a party and back, where the party tells', async () => {
    start();
    const quality = { packetsReceived: 50, packetsSent: 50, packetsLost: 0, lossPercent: 0, jitterMs: 1 };
    metrics.mediaEnded(quality);
    metrics.mediaEnded({ ...quality, roundTripMs: 40, remotePacketsLost: 5, remoteJitterMs: 20, remoteMos: 4 });
    const lines = await scrape();
    expect(lines).toContain('beffroi_media_packets_total{what="lost there"} 5');
    expect(lines).toContain('beffroi_media_remote_jitter_seconds_sum 0.02');
    expect(lines).toContain('beffroi_media_remote_mos_sum 4');
    expect(lines).toContain('beffroi_media_round_trip_seconds_count 1');
    expect(lines).toContain('beffroi_media_round_trip_seconds_sum 0.04');
  });

  it('measures how late the event loop runs', async () => {
    start();
    const lag = (await scrape()).filter((line) => line.startsWith('beffroi_event_loop_lag_seconds{'));
    expect(lag).toHaveLength(3);
    for (const line of lag) expect(Number(line.split(' ')[1])).toBeGreaterThanOrEqual(0);
  });
});

describe('the direction of a call', () => {
  const isOperator = (trunk: string) => trunk === 'operator' || trunk === 'second';
  it.each([
    ['line 4101', 'line 4102', 'internal'],
    ['line 4101', 'trunk operator target 0', 'outbound'],
    ['line 4101', 'trunk ipbx target 0', 'internal'],
    ['trunk operator', 'line 4101', 'inbound'],
    ['trunk operator', 'trunk ipbx target 0', 'inbound'],
    ['trunk ipbx', 'trunk operator target 1', 'outbound'],
    ['trunk operator', 'trunk second target 0', 'transit'],
  ])('from %s to %s is %s', (from, target, direction) => {
    start();
    expect(directionOf({ from, legs: [{ target, sentAt: 0 }] }, isOperator)).toBe(direction);
  });
});

function call(given: Partial<CallRecord>): CallRecord {
  return {
    id: 'one',
    startedAt: 1_000,
    from: 'line 4101',
    dialled: '4102',
    configDigest: '',
    decisions: [],
    legs: [],
    endedAt: 5_000,
    outcome: { is: 'answered', by: 'line 4102' },
    ...given,
  };
}
