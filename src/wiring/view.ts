import { changesText } from '../config/changes.ts';
import type { ConfigHolder, Reloaded } from '../config/holder.ts';
import { problemsText } from '../config/problem-text.ts';
import { isOwedBy } from '../decide/call-back.ts';
import { explainCall } from '../decide/explain.ts';
import { explanationText } from '../decide/explain-text.ts';
import { callBacksDay } from '../decide/ledger-day.ts';
import { standingNow } from '../decide/service-standing.ts';
import type { Facts } from '../domain/call.ts';
import type { Config } from '../domain/config.ts';
import type { LineId, ServiceId } from '../domain/ids.ts';
import type { Meeting } from '../domain/meeting.ts';
import type { Service } from '../domain/service.ts';
import type { Trunk } from '../domain/trunk.ts';
import { within } from '../edges/freeswitch/within.ts';
import type { CallReply, MeetingReply, ReloadReply, ServiceReply, TrunkReply } from '../edges/http/api.ts';
import type { ExchangeView } from '../edges/http/ports.ts';
import type { Store } from '../edges/stores/store.ts';
import type { EngineFigures, MediaFigures, Sample } from '../telemetry/ports.ts';
import type { Exchange } from './exchange.ts';
import { serviceFacts } from './facts.ts';
import { type MailboxesSeen, mailboxView } from './mailbox-view.ts';
import { recordingView } from './recording-view.ts';
import { wishByCode } from './wishing.ts';

/** What can be seen of the exchange, and from where it is gathered. */
export interface Seen extends Pick<MailboxesSeen, 'recordings' | 'readLink'> {
  readonly exchange: Exchange;
  readonly holder: ConfigHolder;
  readonly store: Store;
  readonly metrics: { readonly contentType: string; text(): Promise<string> };
  readonly version: string;
  readonly startedAt: number;
  figures(): Promise<EngineFigures | undefined>;
  readonly media: {
    readonly pool: { readonly connected: boolean; readonly channels: number };
    figures(): Promise<MediaFigures | undefined>;
  };
  reload(): Promise<ReloadReply>;
  now(): number;
}

/** The exchange as the HTTP edge shows it. */
export function viewOf(seen: Seen): ExchangeView {
  const { exchange, holder, store, metrics } = seen;
  return {
    readiness: () => readiness(seen),
    status: () => {
      const { exchange: town, sites, lines, services, trunks, version } = holder.current();
      const { bindings, lines: linesRegistered } = exchange.registrar.counts();
      return {
        name: town.name,
        version: seen.version,
        pid: process.pid,
        startedAt: seen.startedAt,
        timeZone: town.timeZone,
        draining: exchange.draining,
        config: version,
        sites: sites.size,
        lines: lines.size,
        services: services.size,
        trunks: trunks.size,
        callsActive: exchange.seats.calls,
        bindings,
        linesRegistered,
      };
    },
    metrics: async () => ({ contentType: metrics.contentType, text: await metrics.text() }),
    reload: seen.reload,
    calls: ({ limit, from, dialled, site, trunk, outcome, since, before }) =>
      store.calls.list(known({ limit, from, dialled, site, trunk, outcome, since, before })),
    call: async (id) => {
      const found = await store.calls.find(id);
      // The ledger's types are read-only all the way down, which the reply's schema cannot say.
      return found && ({ decisions: [], legs: [], ...found } as CallReply);
    },
    wishes: (line) => {
      const found = holder.current().lines.get(line as LineId);
      return found && { line, wishes: exchange.wishes.of(found.id) };
    },
    wish: (line, code, only) =>
      wishByCode(line, code, only, {
        config: holder.current(),
        facts: exchange.facts,
        wishes: exchange.wishes,
        now: seen.now,
      }),
    ledger: async (day) => ({
      rows: [...(await store.calls.tally(day.since, day.before))],
      operators: [...holder.current().trunks.values()].flatMap(({ id, role }) => (role === 'operator' ? [id] : [])),
      ...callBacksDay(exchange.callBacks.list(true), day, seen.now()),
    }),
    callBacks: ({ service, line, closed = false }) =>
      exchange.callBacks.list(closed).filter(({ owner }) => isOwedBy(owner, { service, line })),
    closeCallBack: (id) => exchange.callBacks.close(id, seen.now()),
    mailboxes: mailboxView(seen),
    registrations: (line) => registrations(line, seen),
    ...servicesView(seen),
    ...talksView(seen),
    explain: (question) => {
      const config = holder.current();
      const { at = seen.now(), ...asked } = question;
      const explanation = explainCall({ ...asked, at, facts: liveFacts(config, exchange) }, config);
      return { text: explanationText(explanation), explanation };
    },
  };
}

/** Engines and the store live in threads of their own: one that does not answer is left out, and the others are told. */
const askMs = 1_000;

/** What is measured when somebody asks for the metrics. */
export async function sampleOf({ exchange, holder, store, figures, media }: Omit<Seen, 'metrics'>): Promise<Sample> {
  const { bindings, lines } = exchange.registrar.counts();
  const config = holder.current();
  const { writable, queued, lost } = store.health();
  const going = exchange.meetings.going();
  const [own, sound, mail] = await Promise.all([
    within(askMs, figures(), undefined),
    within(askMs, media.figures(), undefined),
    within(askMs, mailSample(store, config), undefined),
  ]);
  return {
    callsActive: exchange.seats.calls,
    meetings: going.length,
    meetingParticipants: going.reduce((sum, { participants }) => sum + participants, 0),
    bindings,
    linesRegistered: lines,
    trunks: [...config.trunks.values()].map((trunk) => {
      const { channelsInUse, channelsAtMost, targets } = trunkReply(trunk, exchange);
      return { trunk: trunk.id, channelsInUse, channelsAtMost, targets };
    }),
    store: { writable, queued, lost },
    mail,
    configGeneration: config.version.generation,
    engine: { connected: exchange.connection.connected, ...(own && { figures: own }) },
    media: {
      connected: media.pool.connected,
      channels: media.pool.channels,
      ...(sound && { figures: sound }),
    },
  };
}

/** Messages and letters that wait; nothing is told of them while the store cannot be read. */
async function mailSample({ mail }: Store, { mailboxes }: Config): Promise<Sample['mail']> {
  try {
    const waiting = await mail.waiting();
    const full = waiting.filter(
      ([id, { unread, read }]) => unread + read >= (mailboxes.get(id)?.messagesAtMost ?? 1e9),
    );
    const sum = (of: 'unread' | 'read'): number => waiting.reduce((all, [, one]) => all + one[of], 0);
    return {
      mailboxes: mailboxes.size,
      full: full.length,
      unread: sum('unread'),
      read: sum('read'),
      letters: await mail.lettersWaiting(),
    };
  } catch {
    return undefined;
  }
}

/** How a reload is answered, by HTTP and on a signal. */
export function reloadReply(reloaded: Reloaded): ReloadReply {
  if (!reloaded.ok) {
    const problems = reloaded.problems.map(
      (problem) => problemsText([problem], { colour: false }).split('\n\n')[0] ?? '',
    );
    const objections = reloaded.objections.map(({ config, says }) => `${config}: ${says}`);
    return { accepted: false, problems: [...problems, ...objections] };
  }
  const { generation, digest } = reloaded.config.version;
  return { accepted: true, generation, digest, says: changesText(reloaded.changes) };
}

function readiness({ exchange, holder, store, media }: Seen): ReturnType<ExchangeView['readiness']> {
  const { connection, draining } = exchange;
  const { generation, digest } = holder.current().version;
  const { writable, lastError } = store.health();
  const engine = connection.connected ? `connected, at ${connection.hostports.join(', ')}` : 'not connected';
  return {
    engine: { ok: connection.connected && !draining, says: draining ? 'the exchange is being stopped' : engine },
    config: { ok: true, says: `generation ${generation}, ${digest}` },
    store: { ok: writable, says: writable ? 'writable' : (lastError ?? 'not writable') },
    // Calls that need no media server do not wait for one: it is told, and does not make us unready.
    media: { ok: true, says: media.pool.connected ? `connected, ${media.pool.channels} channels` : 'not connected' },
  };
}

function registrations(
  line: string | undefined,
  { exchange, holder }: Seen,
): ReturnType<ExchangeView['registrations']> {
  const { lines } = holder.current();
  const asked = line === undefined ? [...lines.keys()] : lines.has(line as LineId) ? [line as LineId] : [];
  return asked.flatMap((id) =>
    exchange.registrar.contacts(id).map(({ contact, received, q, expiresAt, userAgent }) => ({
      line: id,
      contact,
      from: `${received.address}:${received.port}/${received.transport}`,
      q,
      expiresAt,
      ...(userAgent !== undefined && { userAgent }),
    })),
  );
}

function servicesView(seen: Seen): Pick<ExchangeView, 'services' | 'switchService' | 'trunks'> {
  const { exchange, holder } = seen;
  return {
    services: () => [...holder.current().services.values()].map((service) => serviceReply(service, seen)),
    trunks: () => [...holder.current().trunks.values()].map((trunk) => trunkReply(trunk, exchange)),
    switchService: async (id, mode, by) => {
      const switched = await exchange.modes.switch(id, mode, by);
      const service = holder.current().services.get(id as ServiceId);
      return typeof switched === 'string' || service === undefined ? String(switched) : serviceReply(service, seen);
    },
  };
}

/** As it is switched, and whether it is open now. */
function serviceReply(service: Service, { exchange, holder, now }: Seen): ServiceReply {
  const { id, name, site } = service;
  const last = exchange.modes.last(id);
  const standing = standingNow(service, now(), exchange.modes.of(id));
  return {
    id,
    name,
    mode: last?.mode ?? 'normal',
    ...(last && { since: last.at, by: last.by }),
    open: standing.is !== 'closed',
    says: standing.because.says,
    ...(standing.is === 'closed' && standing.opensAt !== undefined && { opensAt: standing.opensAt }),
    timeZone: holder.current().sites.get(site)?.timeZone ?? 'UTC',
  };
}

function talksView(seen: Seen): Pick<ExchangeView, 'meetings' | 'recordings'> {
  const { exchange, holder } = seen;
  return {
    recordings: recordingView(seen),
    meetings() {
      const going = new Map(exchange.meetings.going().map((one) => [one.meeting, one] as const));
      return [...holder.current().meetings.values()].map((meeting) => meetingReply(meeting, going.get(meeting.id)));
    },
  };
}

function meetingReply(
  { id, name, site, extension, did, participantsAtMost }: Meeting,
  { since, participants = 0 }: { readonly since?: number; readonly participants?: number } = {},
): MeetingReply {
  return {
    id,
    name,
    site,
    extension,
    ...(did !== undefined && { did }),
    participants,
    participantsAtMost,
    ...(since !== undefined && { since }),
  };
}

function trunkReply(trunk: Trunk, exchange: Exchange): TrunkReply {
  const states = exchange.health.states(trunk.id);
  return {
    id: trunk.id,
    name: trunk.name,
    role: trunk.role,
    channelsInUse: exchange.seats.ofTrunk(trunk.id),
    channelsAtMost: trunk.channels,
    targets: trunk.targets.map(({ host, port, transport }, index) => ({
      target: `${host}:${port}/${transport}`,
      state: states[index] ?? 'unknown',
    })),
  };
}

/** Everything that is known now, for whatever a question may lead to. */
function liveFacts(config: Config, { facts, seats }: Exchange): Partial<Facts> {
  const { trunks, sites } = config;
  const [lines, services] = [[...config.lines.keys()], [...config.services.keys()]];
  const { services: sources = {} } = facts;
  return {
    calls: seats.calls,
    contacts: new Map(lines.map((id) => [id, facts.contacts(id)])),
    trunks: new Map([...trunks.keys()].map((id) => [id, { channelsInUse: seats.ofTrunk(id), alive: facts.alive(id) }])),
    siteCalls: new Map([...sites.keys()].map((id) => [id, seats.ofSite(id)])),
    ...(facts.wishes && { wishes: new Map(lines.map((id) => [id, facts.wishes?.(id) ?? {}])) }),
    ...serviceFacts({ services, lines }, config, sources),
  };
}

/** Without the fields that were not given. */
function known<T extends object>(given: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as never;
}
