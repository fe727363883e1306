import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { RegisterResult } from '../domain/binding.ts';
import type { AnchorReason } from '../domain/media.ts';
import type { CallRecord, MediaQuality } from '../domain/outcome.ts';
import { type Direction, type MetricName, type MetricRow, metricTable } from './metric-table.ts';
import type { EngineFigures, MailSample, MediaSample, Sample } from './ports.ts';

/** Counts what happens, and tells it in Prometheus' text format. Recording never throws and never waits. */
export interface Metrics {
  readonly contentType: string;
  /** Takes a sample, and writes everything out. */
  text(): Promise<string>;
  callEnded(record: CallRecord, direction: Direction): void;
  registerAnswered(result: RegisterResult): void;
  reloaded(result: 'accepted' | 'refused'): void;
  letterTried(result: 'taken' | 'postponed' | 'given up'): void;
  /** How the sound was at one party's end. */
  mediaEnded(quality: MediaQuality): void;
  /** A leg was to be joined over a media server. */
  mediaPath(path: 'anchored' | 'direct' | 'refused', why: AnchorReason): void;
  /** Stops watching the event loop. */
  stop(): void;
}

/** `sample` is asked at each scrape. */
export function createMetrics(version: string, sample: () => Sample | Promise<Sample>): Metrics {
  const registry = new Registry();
  const made = makeMetrics(registry);
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: lagMs });
  const lag = monitorEventLoopDelay({ resolution: lagMs });
  lag.enable();
  made.gauge('beffroi_info').set({ version, node: process.versions.node }, 1);

  return {
    contentType: registry.contentType,
    text: async () => {
      applySample(made, await sample());
      applyLag(made, lag);
      return registry.metrics();
    },
    callEnded: (record, direction) => countCall(made, record, direction),
    registerAnswered: (result) => made.counter('beffroi_register_requests_total').inc({ result }),
    reloaded: (result) => made.counter('beffroi_config_reloads_total').inc({ result }),
    letterTried: (result) => made.counter('beffroi_letters_total').inc({ result }),
    mediaPath: (path, why) => made.counter('beffroi_media_legs_total').inc({ path, why }),
    mediaEnded: (quality) => countMedia(made, quality),
    stop: () => {
      lag.disable();
      registry.clear();
    },
  };
}

/** Which way a call went, by where it came from and the trunk it left on. `isOperator`: is it a trunk to an operator? */
export function directionOf(
  record: Pick<CallRecord, 'from' | 'legs'>,
  isOperator: (trunk: string) => boolean,
): Direction {
  const trunkOf = (name: string) => /^trunk (\S+)/.exec(name)?.[1];
  const from = trunkOf(record.from);
  const to = trunkOf(record.legs.at(-1)?.target ?? '');
  const cameFromOperator = from !== undefined && isOperator(from);
  const wentToOperator = to !== undefined && isOperator(to);
  if (cameFromOperator) return wentToOperator ? 'transit' : 'inbound';
  return wentToOperator ? 'outbound' : 'internal';
}

type Made = ReturnType<typeof makeMetrics>;

function makeMetrics(registry: Registry) {
  const counters = new Map<string, Counter>();
  const gauges = new Map<string, Gauge>();
  const histograms = new Map<string, Histogram>();
  for (const [name, { kind, help, labels, buckets }] of Object.entries<MetricRow>(metricTable)) {
    const options = { name, help, labelNames: Object.keys(labels), registers: [registry] };
    if (kind === 'counter') counters.set(name, new Counter(options));
    else if (kind === 'gauge') gauges.set(name, new Gauge(options));
    else histograms.set(name, new Histogram({ ...options, buckets: [...(buckets ?? [])] }));
  }
  return {
    counter: (name: MetricName) => known(counters, name),
    gauge: (name: MetricName) => known(gauges, name),
    histogram: (name: MetricName) => known(histograms, name),
  };
}

function known<T>(metrics: ReadonlyMap<string, T>, name: string): T {
  const metric = metrics.get(name);
  if (metric === undefined) throw new Error(`${name} is of another kind in the table of metrics`);
  return metric;
}

function countCall(made: Made, record: CallRecord, direction: Direction): void {
  const { outcome, startedAt, ringingAt, answeredAt, endedAt } = record;
  made.counter('beffroi_calls_total').inc({ outcome: outcome.is, direction });
  if (outcome.is === 'refused') made.counter('beffroi_refusals_total').inc({ why: outcome.why });
  if (record.recording !== undefined) made.counter('beffroi_recordings_total').inc({ result: record.recording });
  const setup = made.histogram('beffroi_call_setup_seconds');
  if (ringingAt !== undefined) setup.observe({ until: 'ringing', direction }, (ringingAt - startedAt) / 1_000);
  if (answeredAt === undefined) return;
  setup.observe({ until: 'answer', direction }, (answeredAt - startedAt) / 1_000);
  made.counter('beffroi_talk_seconds_total').inc({ direction }, Math.max(0, endedAt - answeredAt) / 1_000);
}

function applySample(made: Made, sample: Sample): void {
  const set = (name: MetricName, value: number) => made.gauge(name).set(value);
  set('beffroi_calls_active', sample.callsActive);
  set('beffroi_meetings', sample.meetings);
  set('beffroi_meeting_participants', sample.meetingParticipants);
  set('beffroi_registrations', sample.bindings);
  set('beffroi_lines_registered', sample.linesRegistered);
  set('beffroi_store_writable', Number(sample.store.writable));
  set('beffroi_store_queue', sample.store.queued);
  set('beffroi_config_generation', sample.configGeneration);
  set('beffroi_engine_connected', Number(sample.engine.connected));
  total(made, 'beffroi_store_lost_total', {}, sample.store.lost);
  applyTrunks(made, sample.trunks);
  applyMedia(made, sample.media);
  if (sample.mail !== undefined) applyMail(made, sample.mail);
  if (sample.engine.figures !== undefined) applyEngine(made, sample.engine.figures);
}

/** A trunk that a reload took away must not be told of any more. */
function applyTrunks(made: Made, trunks: Sample['trunks']): void {
  const [up, inUse, limit] = (
    ['beffroi_trunk_up', 'beffroi_trunk_channels', 'beffroi_trunk_channels_limit'] as const
  ).map(made.gauge);
  for (const gauge of [up, inUse, limit]) gauge?.reset();
  for (const { trunk, channelsInUse, channelsAtMost, targets } of trunks) {
    inUse?.set({ trunk }, channelsInUse);
    limit?.set({ trunk }, channelsAtMost);
    for (const { target, state } of targets)
      if (state !== 'unknown') up?.set({ trunk, target }, Number(state === 'answers'));
  }
}

function applyMedia(made: Made, { connected, channels, figures }: MediaSample): void {
  made.gauge('beffroi_media_connected').set(Number(connected));
  made.gauge('beffroi_media_channels').set(channels);
  if (figures === undefined) return;
  const lateness = made.gauge('beffroi_media_lateness_seconds');
  lateness.set({ quantile: '0.5' }, figures.latenessP50Ms / 1_000);
  lateness.set({ quantile: '0.99' }, figures.latenessP99Ms / 1_000);
  lateness.set({ quantile: '1' }, figures.latenessMaxMs / 1_000);
  total(made, 'beffroi_media_frames_skipped_total', {}, figures.framesSkipped);
}

function applyMail(made: Made, { mailboxes, full, unread, read, letters }: MailSample): void {
  made.gauge('beffroi_mailboxes').set(mailboxes);
  made.gauge('beffroi_mailboxes_full').set(full);
  made.gauge('beffroi_mailbox_messages').set({ state: 'unread' }, unread);
  made.gauge('beffroi_mailbox_messages').set({ state: 'read' }, read);
  made.gauge('beffroi_letters_waiting').set(letters);
}

function countMedia(made: Made, quality: MediaQuality): void {
  const { packetsReceived, packetsSent, packetsLost, jitterMs, roundTripMs, mos, remotePacketsLost } = quality;
  const { remoteJitterMs, remoteMos } = quality;
  const packets = made.counter('beffroi_media_packets_total');
  packets.inc({ what: 'received' }, Math.max(0, packetsReceived));
  packets.inc({ what: 'sent' }, Math.max(0, packetsSent));
  packets.inc({ what: 'lost' }, Math.max(0, packetsLost));
  made.histogram('beffroi_media_jitter_seconds').observe(Math.max(0, jitterMs) / 1_000);
  if (roundTripMs !== undefined) made.histogram('beffroi_media_round_trip_seconds').observe(roundTripMs / 1_000);
  if (mos !== undefined) made.histogram('beffroi_media_mos').observe(mos);
  packets.inc({ what: 'lost there' }, remotePacketsLost ?? 0);
  if (remoteJitterMs !== undefined)
    made.histogram('beffroi_media_remote_jitter_seconds').observe(remoteJitterMs / 1_000);
  if (remoteMos !== undefined) made.histogram('beffroi_media_remote_mos').observe(remoteMos);
}

function applyEngine(made: Made, figures: EngineFigures): void {
  made.gauge('beffroi_engine_transactions').set(figures.transactions);
  made.gauge('beffroi_engine_dialogs').set(figures.dialogs);
  made.gauge('beffroi_engine_connections').set(figures.connections);
  total(made, 'beffroi_engine_discarded_total', {}, figures.discarded);
  const both = (name: MetricName, received: number, sent: number) => {
    made.counter(name).reset();
    made.counter(name).inc({ direction: 'received' }, received);
    made.counter(name).inc({ direction: 'sent' }, sent);
  };
  both('beffroi_engine_messages_total', figures.messagesReceived, figures.messagesSent);
  both('beffroi_engine_retransmissions_total', figures.retransmissionsReceived, figures.retransmissionsSent);
}

/** A count that somebody else keeps. */
function total(made: Made, name: MetricName, labels: Record<string, string>, value: number): void {
  made.counter(name).reset();
  made.counter(name).inc(labels, value);
}

const nanoseconds = 1e9;
/** How often a monitor looks. Each look wakes the process, also when it has nothing to do. */
const lagMs = 100;

function applyLag(made: Made, lag: IntervalHistogram): void {
  const gauge = made.gauge('beffroi_event_loop_lag_seconds');
  // The monitor counts its own interval; it measures nothing between two scrapes that follow at once.
  const seconds = (measured: number) => (lag.count === 0 ? 0 : Math.max(0, measured / nanoseconds - lagMs / 1_000));
  gauge.set({ quantile: '0.5' }, seconds(lag.percentile(50)));
  gauge.set({ quantile: '0.99' }, seconds(lag.percentile(99)));
  gauge.set({ quantile: '1' }, seconds(lag.max));
  lag.reset();
}
