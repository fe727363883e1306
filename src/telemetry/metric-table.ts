import { outcomes } from '../domain/outcome.ts';

/** One metric: what it is made from, and its line in docs/metrics.md, which a test keeps equal to this table. */
export interface MetricRow {
  readonly kind: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly buckets?: readonly number[];
}

export const directions = ['inbound', 'outbound', 'internal', 'transit'] as const;
export type Direction = (typeof directions)[number];

const direction =
  '`inbound`: from an operator; `outbound`: to an operator; `internal`: between lines, services and the IPBX; ' +
  '`transit`: from one operator to another';
const outcome = outcomes.map((each) => `\`${each}\``).join(', ');
const trunk = 'the id of the trunk';

const counter = (help: string, labels: MetricRow['labels'] = {}) => ({ kind: 'counter', help, labels }) as const;
const gauge = (help: string, labels: MetricRow['labels'] = {}) => ({ kind: 'gauge', help, labels }) as const;
const histogram = (help: string, labels: MetricRow['labels'], buckets: readonly number[]) =>
  ({ kind: 'histogram', help, labels, buckets }) as const;

export const metricTable = {
  beffroi_info: gauge('Always 1', { version: 'of Beffroi', node: 'the version of Node.js' }),
  beffroi_calls_total: counter('Calls that ended', { outcome, direction }),
  beffroi_refusals_total: counter('Calls refused, by reason', { why: 'an entry of docs/refusals.md' }),
  beffroi_call_setup_seconds: histogram(
    'From the INVITE that came in to the first 180 or 183, and to the answer',
    { until: '`ringing` or `answer`', direction },
    [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40, 60, 120],
  ),
  beffroi_talk_seconds_total: counter('Time that calls were answered', { direction }),
  beffroi_calls_active: gauge('Calls in progress, ringing ones included'),
  beffroi_meetings: gauge('Meetings where somebody is'),
  beffroi_meeting_participants: gauge('Participants of all meetings'),
  beffroi_register_requests_total: counter('REGISTER requests', {
    result:
      '`accepted`, `challenged`, `wrong password` (or an account that nobody has), `not listened to` (after too many of those), `refused` ' +
      'or `failed` (the store could not write)',
  }),
  beffroi_registrations: gauge('Contacts registered'),
  beffroi_lines_registered: gauge('Lines with at least one contact'),
  beffroi_trunk_up: gauge('1 while the target answers, 0 while it does not; absent until one of them is known', {
    trunk,
    target: 'the address, as `host:port/transport`',
  }),
  beffroi_trunk_channels: gauge('Calls on the trunk', { trunk }),
  beffroi_trunk_channels_limit: gauge('Calls the trunk may carry', { trunk }),
  beffroi_engine_connected: gauge('1 while the signalling engine is connected'),
  beffroi_engine_messages_total: counter('SIP messages of the embedded engine', { direction: '`received` or `sent`' }),
  beffroi_engine_retransmissions_total: counter('SIP messages that were seen or sent again', {
    direction: '`received` or `sent`',
  }),
  beffroi_engine_discarded_total: counter('Datagrams and messages thrown away: not SIP, broken, or too many'),
  beffroi_engine_transactions: gauge('SIP transactions in memory'),
  beffroi_engine_dialogs: gauge('SIP dialogs in memory'),
  beffroi_engine_connections: gauge('SIP connections over TCP'),
  beffroi_media_connected: gauge('1 while a media server is connected'),
  beffroi_media_channels: gauge('Parties connected to media servers'),
  beffroi_media_lateness_seconds: gauge('How late sound of the embedded media engine went out', {
    quantile: '`0.5`, `0.99` or `1` (the worst)',
  }),
  beffroi_media_frames_skipped_total: counter('Frames of 20 ms that were left out because the machine stood still'),
  beffroi_media_legs_total: counter('Legs that were to be joined over a media server', {
    path: '`anchored`; `direct`, for want of a media server; `refused`, because they cannot do without one',
    why: '`setting`, `encryption`, `nat`, `codec`, `browsers`, `refused` (the caller’s own description was), `spoken to` or `hold`',
  }),
  beffroi_media_packets_total: counter('RTP packets of anchored parties, counted when they leave', {
    what: '`received`, `sent`, `lost` (on their way to us) or `lost there` (on their way to the party, by its own RTCP reports)',
  }),
  beffroi_media_mos: histogram(
    'How anchored parties sounded, from 1 to 4.5 (ITU-T G.107), one observation each',
    {},
    [1.5, 2, 2.5, 3, 3.3, 3.6, 3.8, 4, 4.2, 4.4],
  ),
  beffroi_media_jitter_seconds: histogram(
    'How unevenly packets of anchored parties came, one observation each',
    {},
    [0.001, 0.002, 0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2],
  ),
  beffroi_media_remote_mos: histogram(
    'How we sounded to anchored parties, by their own RTCP reports, one observation each; none of who sends none',
    {},
    [1.5, 2, 2.5, 3, 3.3, 3.6, 3.8, 4, 4.2, 4.4],
  ),
  beffroi_media_remote_jitter_seconds: histogram(
    'How unevenly our packets came to anchored parties, by their own RTCP reports, one observation each; none of who sends none',
    {},
    [0.001, 0.002, 0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2],
  ),
  beffroi_media_round_trip_seconds: histogram(
    'How long sound takes to an anchored party and back, by its own RTCP reports, one observation each; none of who sends none',
    {},
    [0.005, 0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 1],
  ),
  beffroi_recordings_total: counter('Talks that were to be recorded, counted when the call has ended', {
    result: '`whole`; `cut short`, when the disk filled; `deleted`, since somebody did not wish it; `failed`',
  }),
  beffroi_mailboxes: gauge('Mailboxes of the configuration'),
  beffroi_mailboxes_full: gauge('Mailboxes that take no more messages'),
  beffroi_mailbox_messages: gauge('Messages in all mailboxes, without deleted ones', { state: '`unread` or `read`' }),
  beffroi_letters_waiting: gauge('E-mails that wait for the mail server'),
  beffroi_letters_total: counter('Tries to give an e-mail to the mail server', {
    result: '`taken`, `postponed` (it is tried again) or `given up`',
  }),
  beffroi_event_loop_lag_seconds: gauge('How late the event loop of the calls ran, since the last scrape', {
    quantile: '`0.5`, `0.99` or `1` (the worst)',
  }),
  beffroi_store_writable: gauge('1 while calls can be written to the ledger'),
  beffroi_store_queue: gauge('Rows that wait to be written'),
  beffroi_store_lost_total: counter('Rows that were given up'),
  beffroi_config_generation: gauge('How often a configuration was loaded since the start'),
  beffroi_config_reloads_total: counter('Reloads asked for', { result: '`accepted` or `refused`' }),
} as const satisfies Readonly<Record<string, MetricRow>>;

export type MetricName = keyof typeof metricTable;

/** The table of docs/metrics.md. */
export function metricDocument(): string {
  const rows = Object.entries(metricTable).map(([name, { kind, help, labels }]: [string, MetricRow]) => {
    const told = Object.entries(labels).map(([label, meaning]) => `\`${label}\`: ${meaning}`);
    return `| \`${name}\` | ${kind} | ${help} | ${told.join('<br>')} |`;
  });
  return ['| name | kind | meaning | labels |', '|---|---|---|---|', ...rows].join('\n');
}
