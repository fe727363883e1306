import { createBucket } from '../call/admit.ts';
import type { CallBacks } from '../call/call-backs.ts';
import { createMeetings, type Meetings } from '../call/meetings.ts';
import { createParking } from '../call/parking/parking.ts';
import { takeCall } from '../call/path.ts';
import { createPickUps } from '../call/pick-ups.ts';
import type { CallerLeg, World } from '../call/ports.ts';
import { createPresence } from '../call/presence/presence.ts';
import type { RecordingDesk } from '../call/recording-ports.ts';
import { createSeats, type Seats } from '../call/seats.ts';
import { createParties } from '../call/transfers/parties.ts';
import { createWishBook, type WishBook } from '../call/wishes.ts';
import { trunkAt } from '../decide/sources.ts';
import type { IncomingCall } from '../domain/call.ts';
import type { Config } from '../domain/config.ts';
import type { LineId } from '../domain/ids.ts';
import { Crowd, Roster } from '../domain/roster.ts';
import type { Trunk } from '../domain/trunk.ts';
import type { Clock } from '../edges/clock/clock.ts';
import { type Calls, createCalls } from '../edges/drachtio/calls.ts';
import { createConnection, type EngineConnection } from '../edges/drachtio/connect.ts';
import { type Credentials, createCredentials } from '../edges/drachtio/credentials.ts';
import { Dialogs } from '../edges/drachtio/dialogs.ts';
import { createDoor } from '../edges/drachtio/door.ts';
import type { Legs, PathTaken } from '../edges/drachtio/legs.ts';
import { probeTarget } from '../edges/drachtio/probe.ts';
import { Prover } from '../edges/drachtio/prove.ts';
import { createSubscriptions } from '../edges/drachtio/subscriptions.ts';
import type { MailboxRoom } from '../mailbox/mailboxes.ts';
import { createRegistrar, type Registrar } from '../registrar/path.ts';
import { pii } from '../telemetry/pii.ts';
import { createHealth, type Health } from '../trunks/health.ts';
import {
  callBackCutShort,
  openCallBacks,
  openCallRecordings,
  openLamps,
  openMailboxes,
  openPost,
  purge,
  purgeRecordings,
  recover,
  wishStore,
} from './desks.ts';
import { type FactSources, factsFor } from './facts.ts';
import { type Hotlines, hotlinesOf } from './hotlines.ts';
import { type LedgerDesk, openLedgerDesk } from './ledger-desk.ts';
import type { Parts } from './parts.ts';
import type { ServiceModes } from './service-modes.ts';

/** The exchange at work: calls, registrations and the watch over the trunks, over one engine. */
export interface Exchange {
  /** Reads the bindings, and asks the engine in. Settles when it has let us in; rejects when it refuses our secret. */
  open(): Promise<void>;
  /** The configuration was replaced. */
  reconfigured(): void;
  readonly connection: Pick<EngineConnection, 'connected' | 'hostports'>;
  readonly registrar: Registrar;
  readonly health: Health;
  readonly seats: Seats;
  readonly callBacks: CallBacks;
  readonly wishes: WishBook;
  readonly modes: ServiceModes;
  readonly mailboxes: MailboxRoom;
  readonly meetings: Meetings;
  readonly recordings: RecordingDesk;
  readonly facts: FactSources;
  readonly draining: boolean;
  /** Takes no more calls, and settles when the last has ended, or the time is over. */
  drain(seconds: number): Promise<void>;
  /** Ends every call that is left and leaves the engine. Settles when each stands in the ledger. */
  stop(): Promise<void>;
}

const sweepSeconds = 30;
const purgeSeconds = 3_600;
/** How long a call-back that was made is remembered. */
const closedTaskDays = 30;
/** How long a silent target is asked for a sign of life. */
const probeSeconds = 2;

export function createExchange(parts: Parts): Exchange {
  const { clock } = parts;
  const works = assemble(parts);
  const { registrar, prover, connection, legs, health, calls, seats, facts, running, state, callBacks, wishes } = works;
  const { ledger, mailboxes, meetings, recordings, modes, lamps, post, subscriptions } = works;
  const purging = clock.every(purgeSeconds, () => {
    void purge(mailboxes, parts.log);
    void purgeRecordings(recordings, parts);
  });
  const sweeping = clock.every(sweepSeconds, () => {
    prover.sweep(parts.config());
    void registrar.sweep();
    ledger.sweep((call) => running.has(call));
    callBacks.purge(clock.now() - closedTaskDays * 86_400_000);
  });
  const allOver = (seconds: number): Promise<unknown> =>
    Promise.race([Promise.allSettled(running.values()), elapsed(clock, seconds)]);

  return {
    async open() {
      const [left] = await Promise.all([
        recover(mailboxes, parts),
        callBacks.load(),
        registrar.load(),
        wishes.load(),
        modes.load(),
        recordings.recover(),
      ]);
      await callBackCutShort(parts, callBacks, left);
      await connection.open();
      void lamps.all();
      health.watch(parts.config().trunks);
    },
    reconfigured() {
      health.watch(parts.config().trunks);
      void lamps.reconfigured();
    },
    connection,
    registrar,
    health,
    seats,
    callBacks,
    wishes,
    mailboxes,
    meetings,
    recordings,
    modes,
    facts,
    get draining() {
      return state.draining;
    },
    async drain(seconds) {
      state.draining = true;
      await allOver(seconds);
    },
    async stop() {
      Object.assign(state, { draining: true, isStopped: true });
      sweeping();
      purging();
      health.stop();
      works.stopHotlines();
      subscriptions.end();
      calls.endAll();
      await allOver(lastWordsSeconds);
      await Promise.race([Promise.all([legs.dialogs.empty(), post?.stop()]), elapsed(clock, lastWordsSeconds)]);
      connection.close();
    },
  };
}

/** Puts the edges under the paths. */
function assemble(parts: Parts) {
  const { clock, log } = parts;
  /** By the id of the call. */
  const running = new Roster<Promise<void>>();
  const [state, seats] = [{ draining: false, isStopped: false }, createSeats(clock.now)];
  const registrar = openRegistrar(parts);
  const prover = openProver(parts);
  const take = (call: IncomingCall, leg: CallerLeg, config: Config): void => {
    const over = takeCall(call, leg, config, world)
      .catch((err: unknown) => log.fatal({ call: call.id, err }, 'a call ended outside its guard'))
      .finally(() => running.delete(call.id));
    running.set(call.id, over);
  };
  const { connection, legs } = reachEngine(parts, (legsNow, alarm) =>
    createDoor({
      legs: legsNow,
      prover,
      config: parts.config,
      onCall: take,
      onRegister: registering(clock, registrar, async (line) => {
        // the store may be closed by now
        if (!state.isStopped) await lamps.registered(line);
      }),
      registered: parts.registerAnswered,
      subscribed: (req, res) => subscriptions.serve(req, res),
      isKnown: registrar.isKnown,
      takesCalls: () => !state.draining,
      alarm,
    }),
  );
  const health = watchTrunks(parts, legs);
  const directory = { contacts: registrar.contacts, credentials: credentialsOf(parts) };
  const calls = createCalls(legs, directory, (trunk, target) => probeTarget(legs, trunk, target, probeSeconds));
  const wishes = createWishBook(wishStore(parts.store.notes));
  const hotlines = hotlinesOf(parts, seats, wishes, (line) => registrar.contacts(line).length);
  const { sources: services } = hotlines.facts;
  const facts = { ...factSourcesOf(parts, registrar, health, wishes), services, seats };
  const callBacks = openCallBacks(parts);
  const { lamps, presence, subscriptions } = watchLines(parts, registrar, prover, legs);
  const post = openPost(parts);
  const mailboxes = openMailboxes(parts, lamps, post);
  const meetings = createMeetings({ now: clock.now, after: clock.after, pin: parts.secrets.meetingPin });
  const ledger = openLedgerDesk(parts, callBacks);
  const recordings = openCallRecordings(parts);
  const books = { callBacks, ledger, wishes, mailboxes, meetings, recordings, hotlines, presence };
  const world = createWorld(parts, calls, seats, facts, books, () => state.draining);
  return {
    ...books,
    modes: hotlines.modes,
    stopHotlines: hotlines.stop,
    lamps,
    subscriptions,
    post,
    registrar,
    prover,
    connection,
    legs,
    health,
    calls,
    seats,
    facts,
    running,
    state,
  };
}

function factSourcesOf({ clock, chance }: Parts, registrar: Registrar, { alive }: Health, wishes: WishBook) {
  const contacts = (line: LineId): number => registrar.contacts(line).length;
  return { now: clock.now, chance, contacts, alive, wishes: (line: LineId) => wishes.of(line) };
}

/** What phones are told of lines: their messages, and who is busy. */
function watchLines(parts: Parts, registrar: Registrar, prover: Prover, legs: Legs) {
  const lamps = openLamps(parts, registrar, legs, (line, waiting) => subscriptions.lamp(line, waiting));
  const presence = createPresence((line) => subscriptions.busy(line));
  const { config } = parts;
  const world = { legs: () => legs, prover, config, calls: presence.of, waiting: lamps.waiting };
  const subscriptions = createSubscriptions(world);
  return { lamps, presence, subscriptions };
}

function openProver({ clock, log, secrets }: Parts): Prover {
  return new Prover({
    now: clock.now,
    password: secrets.line,
    speechless: (userAgent) =>
      log.warn(
        { userAgent },
        'phones of this name do not answer when they are asked for a password: should they know MD5 alone, name them in digest.onlyMd5For',
      ),
    wrong: ({ source, account, userAgent }) =>
      log.warn({ source, account: pii(account), userAgent }, 'a wrong password, or an account that nobody has'),
  });
}

/** A phone believes nobody before its 200 has come, so its lamp is lit a moment later. */
function registering(
  clock: Clock,
  { register }: Registrar,
  then: (line: LineId) => Promise<void>,
): Registrar['register'] {
  return async (request, policy) => {
    const reply = await register(request, policy);
    if (reply.sip === 200 && reply.contacts.length > 0) clock.after(0.05, () => void then(request.line));
    return reply;
  };
}

function openRegistrar({ clock, log, store }: Parts): Registrar {
  return createRegistrar({
    now: clock.now,
    store: store.bindings,
    alarm: (err) => log.error({ err }, 'the bindings of a line cannot be stored'),
  });
}

function watchTrunks({ clock, chance, log }: Parts, legs: Legs): Health {
  return createHealth({
    after: clock.after,
    chance: chance,
    probe: (trunk, target, seconds) => probeTarget(legs, trunk, target, seconds),
    changed: (trunk, target, alive) =>
      log.warn({ trunk, target, alive }, alive ? 'a target of a trunk answers again' : 'a target of a trunk is down'),
  });
}

type MakeDoor = (legs: () => Legs, alarm: (error: unknown) => void) => ReturnType<typeof createDoor>;

function reachEngine({ engine, clock, log, media, mediaPath }: Parts, makeDoor: MakeDoor) {
  const dialogs = new Dialogs();
  const alarm = (err: unknown): void => log.error({ err }, 'a frame of the signalling engine could not be handled');
  const connection = createConnection({
    ...engine,
    dialogs,
    alarm,
    handle: makeDoor(() => legs, alarm),
    changed: (connected, why) =>
      connected
        ? log.info({ listens: why }, 'the signalling engine has let us in')
        : log.error({ why }, 'the signalling engine is not there: no calls until it is'),
  });
  const pathTaken: PathTaken = (path, why) => {
    mediaPath?.(path, why);
    if (path === 'direct') log.warn({ why }, 'a call goes without the media server it was to have');
    if (path === 'refused') log.warn({ why }, 'a call needs a media server, and none takes it');
  };
  const { now, after } = clock;
  const legs: Legs = { srf: connection.srf, dialogs, incoming: new Crowd(), media, pathTaken, now, after };
  return { connection, legs };
}

/** How long the last BYEs may wait for their answers. */
const lastWordsSeconds = 2;

function createWorld(
  { clock, log, sounds }: Parts,
  calls: Calls,
  seats: Seats,
  facts: FactSources,
  books: {
    readonly ledger: LedgerDesk;
    readonly wishes: WishBook;
    readonly mailboxes: MailboxRoom;
    readonly meetings: Meetings;
    readonly recordings: RecordingDesk;
    readonly hotlines: Hotlines;
    readonly presence: World['presence'];
  },
  isDraining: () => boolean,
): World {
  const { ledger, wishes, mailboxes, meetings, recordings, hotlines, presence } = books;
  return {
    ...calls,
    sounds: sounds ?? (() => []),
    now: clock.now,
    after: clock.after,
    get draining() {
      return isDraining();
    },
    setupAllowed: createBucket(clock.now),
    facts: (about, call, config) => {
      const known = factsFor(about, call, config, facts);
      hotlines.facts.asked(about, config);
      return known;
    },
    seats,
    queues: hotlines.queues,
    pickUps: createPickUps(),
    parties: createParties(),
    parking: createParking(),
    presence,
    isAway: (line, service) => hotlines.away(line, service) !== 'in',
    switchService: async (service, mode, by) =>
      mode === undefined ? { mode: hotlines.modes.of(service) } : hotlines.modes.switch(service, mode, by),
    changeWish: wishes.change,
    mailboxes,
    meetings,
    recordings,
    ledger,
    alarm: ({ call, what, error }) => log.error({ call, what, err: error }, 'a call failed by our own fault'),
  };
}

/** Credentials are made once a trunk of a configuration, and shown to its own addresses only. */
function credentialsOf({ config, secrets }: Parts): (trunk: Trunk) => Credentials | undefined {
  const made = new WeakMap<Trunk, Credentials>();
  return (trunk) => {
    const known = made.get(trunk);
    if (known !== undefined || trunk.credentials === undefined) return known;
    const password = secrets.trunk(trunk);
    if (password === undefined) return undefined;
    const { username, realm } = trunk.credentials;
    const belongs = (address: string, port: number): boolean =>
      trunk.targets.some(({ host }) => host === address) || trunkAt(address, port, config())?.trunk.id === trunk.id;
    const credentials = createCredentials({ username, realm, password, belongs });
    made.set(trunk, credentials);
    return credentials;
  };
}

function elapsed(clock: Clock, seconds: number): Promise<void> {
  return new Promise((over) => {
    clock.after(seconds, over);
  });
}
