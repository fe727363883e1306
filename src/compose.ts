import type { Beginning, Running } from './cli/ports.ts';
import { missingSecrets } from './config/every-secret.ts';
import { type ConfigHolder, holdConfig } from './config/holder.ts';
import type { LoadedTown } from './config/load.ts';
import type { Secret, Secrets } from './config/secrets.ts';
import { lint } from './decide/lint/lint.ts';
import type { TrunkId } from './domain/ids.ts';
import type { CallRecord } from './domain/outcome.ts';
import type { SecretRef } from './domain/secret.ts';
import { type Clock, createClock } from './edges/clock/clock.ts';
import { flattenEnvironment } from './edges/drachtio/connect.ts';
import { createMessageLinks, type MessageLinks } from './edges/http/message-links.ts';
import { type HttpServer, startHttp } from './edges/http/server.ts';
import { openMailServer } from './edges/mail/send.ts';
import { openPrompts, type Prompts } from './edges/prompts/prompts.ts';
import type { PromptProblem } from './edges/prompts/replacements.ts';
import { openStore } from './edges/stores/open.ts';
import { openRecordings } from './edges/stores/recordings.ts';
import type { Store } from './edges/stores/store.ts';
import { createLog, type Log } from './telemetry/log.ts';
import { createMetrics, directionOf, type Metrics } from './telemetry/metrics.ts';
import { pii } from './telemetry/pii.ts';
import { type SignallingEngine, startEngine } from './wiring/engine.ts';
import { createExchange, type Exchange } from './wiring/exchange.ts';
import { type Media, recordingsOf, startMedia } from './wiring/media.ts';
import type { Parts } from './wiring/parts.ts';
import { createSounds } from './wiring/sounds.ts';
import { reloadReply, type Seen, sampleOf, viewOf } from './wiring/view.ts';

/**
 * The only place where edges meet paths, and engines are chosen. Starts everything from the inside to the outside: store,
 * engine, exchange, HTTP. When one cannot start, those before it are stopped again and the error is thrown.
 */
export async function start(beginning: Beginning): Promise<Running> {
  flattenEnvironment();
  const { town, configDir, dataDir } = beginning;
  const output = createLog(town.options.telemetry.log);
  const { log } = output;
  const started: (() => Promise<void> | void)[] = [output.flush];
  const stopAll = async (): Promise<void> => {
    for (const stop of started.splice(0).reverse()) await stop();
  };
  try {
    const clock = createClock((err) => log.error({ err }, 'a timer failed'));
    const fault = (err: unknown): void => log.error({ err }, 'something could not follow the new configuration');
    const holder = holdConfig({
      directory: configDir,
      first: town,
      fault,
      objections: objectionsTo(beginning.secrets),
    });
    const store = await openStore(town.options.store, dataDir, log);
    started.push(() => store.stop());
    const { options, config } = town;
    const engine = await startEngine({ options, config, secrets: beginning.secrets, log });
    started.push(() => engine.stop());
    const onProblem = (problem: PromptProblem): void => log.warn({ ...problem }, 'a recording cannot be used');
    const prompts = openPrompts({ dataFolder: dataDir, onProblem });
    const media = await startMedia({
      options,
      secrets: beginning.secrets,
      log,
      dataDir,
      readable: [configDir, ...prompts.folders],
      tones: () => holder.current().exchange.tones,
      signalling: engine,
    });
    started.push(() => media.stop());
    const house = furnish({ beginning, log, clock, holder, store, engine, media, prompts });
    started.push(() => house.metrics.stop());
    await openUp(house.exchange, engine);
    started.push(() => house.exchange.stop());
    const http = await serve(beginning, house.seen, log);
    started.push(() => http.stop());
    if (store.leftOpen > 0) log.warn({ calls: store.leftOpen }, 'calls that a crash had left open were closed');
    return running(house, http, engine, stopAll);
  } catch (error) {
    await stopAll();
    throw error;
  }
}

/** The mail server of the configuration, when it names one. Its password is looked up once. */
function mailOf({ town, secrets }: Beginning, links: MessageLinks | undefined): Pick<Parts, 'mail'> {
  const { mail } = town.options;
  if (mail === undefined) return {};
  const password = mail.password && secretOf(secrets.resolve(mail.password));
  const { send } = openMailServer(mail, password);
  return { mail: { send, daysAtMost: mail.daysAtMost, ...(links && { linkTo: links.urlTo }) } };
}

/** What signs the links of letters, where the configuration wants them. Its secret is made at the first start. */
function linksOf({ town, secrets }: Beginning, now: () => number): MessageLinks | undefined {
  const rules = town.options.mail?.links;
  if (rules === undefined) return undefined;
  const found = secrets.resolve(rules.secret);
  if ('missing' in found) throw new Error(found.missing);
  return createMessageLinks({ ...rules, secret: found.secret }, now);
}

interface Built {
  readonly beginning: Beginning;
  readonly log: Log;
  readonly clock: Clock;
  readonly holder: ConfigHolder;
  readonly store: Store;
  readonly engine: SignallingEngine;
  readonly media: Media;
  readonly prompts: Prompts;
}

interface House {
  readonly exchange: Exchange;
  readonly metrics: Metrics;
  readonly seen: Seen;
}

/** The exchange, what is seen of it, and what follows a new configuration. */
function furnish({ beginning, log, clock, holder, store, engine, media, prompts }: Built): House {
  const { secrets, version, configDir, dataDir } = beginning;
  const metrics: Metrics = createMetrics(version, () => sampleOf(watched));
  const links = linksOf(beginning, clock.now);
  const recordings = openRecordings(recordingsOf(dataDir));
  const exchange = createExchange({
    config: holder.current,
    store,
    secrets: {
      line: (line) => secretOf(secrets.ofLine(line)),
      trunk: ({ credentials }) => credentials && secretOf(secrets.resolve(credentials.password)),
      meetingPin: ({ pin, hostPin }, of) => pinOf(of === 'host' ? hostPin : pin, secrets),
    },
    clock,
    chance: Math.random,
    log,
    callEnded: (record) => {
      const { trunks } = holder.current();
      const isOperator = (id: string): boolean => trunks.get(id as TrunkId)?.role === 'operator';
      metrics.callEnded(record, directionOf(record, isOperator));
      tellCall(record, log);
    },
    registerAnswered: metrics.registerAnswered,
    mediaEnded: metrics.mediaEnded,
    mediaPath: metrics.mediaPath,
    engine,
    recordings,
    ...mailOf(beginning, links),
    letterTried: metrics.letterTried,
    media: media.pool,
    sounds: createSounds({
      configDir,
      recordings: recordingsOf(dataDir),
      speaker: prompts,
      now: clock.now,
    }),
  });
  holder.subscribe(() => exchange.reconfigured());
  holder.subscribe(() => prompts.refresh());
  const watched = {
    exchange,
    holder,
    store,
    version,
    startedAt: clock.now(),
    figures: engine.figures,
    media,
    recordings,
    readLink: (link: string) => links?.read(link) ?? { is: 'unknown' as const },
    now: clock.now,
    reload: async () => {
      const reply = reloadReply(await holder.reload());
      metrics.reloaded(reply.accepted ? 'accepted' : 'refused');
      if (reply.accepted) log.info({ generation: reply.generation, changes: reply.says }, 'configuration reloaded');
      else log.warn({ problems: reply.problems.length }, 'a reload was refused');
      return reply;
    },
  };
  return { exchange, metrics, seen: { ...watched, metrics } };
}

/** A reload is held to what `check` and `start` hold a configuration to. */
const objectionsTo = (secrets: Secrets) => (town: LoadedTown) => [
  ...lint(town.config).filter(({ severity }) => severity === 'error'),
  ...missingSecrets(town, secrets),
];

const engineSeconds = 10;

/** Our own engine is there by now; a drachtio-server may still be on its way, and is waited for while we are not ready. */
async function openUp(exchange: Exchange, engine: SignallingEngine): Promise<void> {
  const open = exchange.open();
  if (engine.sip.length > 0) return open;
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<void>((over) => {
    timer = setTimeout(over, engineSeconds * 1_000);
  });
  open.catch(() => {});
  await Promise.race([open, patience]);
  clearTimeout(timer);
}

async function serve({ town, secrets }: Beginning, seen: Seen, log: Log): Promise<HttpServer> {
  const token = secrets.resolve(town.options.http.token);
  if ('missing' in token) throw new Error(token.missing);
  return startHttp(town.options.http, token.secret, viewOf(seen), log);
}

function running(
  { exchange, seen }: House,
  http: HttpServer,
  engine: SignallingEngine,
  stop: () => Promise<void>,
): Running {
  return {
    url: http.url,
    sip: engine.sip.length > 0 ? engine.sip : exchange.connection.hostports,
    reload: seen.reload,
    callsActive: () => exchange.seats.calls,
    drain: exchange.drain,
    stop,
  };
}

function secretOf(secret: Secret): string | undefined {
  return 'secret' in secret ? secret.secret : undefined;
}

function pinOf(ref: SecretRef | undefined, secrets: Secrets): string | undefined {
  return ref && secretOf(secrets.pin(ref));
}

/** One line a call. */
function tellCall({ id, from, dialled, site, outcome, startedAt, answeredAt, endedAt }: CallRecord, log: Log): void {
  const facts = {
    call: id,
    from: pii(from),
    dialled: pii(dialled),
    ...(site !== undefined && { site }),
    outcome: outcome.is,
    ...(outcome.is === 'refused' && { why: outcome.why, sip: outcome.sip }),
    ...(answeredAt !== undefined && { talkMs: endedAt - answeredAt }),
    ms: endedAt - startedAt,
  };
  log.info(facts, 'a call ended');
}
