import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isBound, until } from './net.ts';
import type { Places } from './scenario-town.ts';
import type { Transport } from './sipp.ts';

/** The exchange under test, as the operator runs it: a process of its own, met over its sockets and its command line. */
export interface Exchange {
  start(): Promise<void>;
  /** Asks it to drain and stop. */
  askToStop(): void;
  /** Ends it with no chance to tidy up. */
  kill(): Promise<void>;
  /** Settles with the exit code. */
  readonly ended: () => Promise<number>;
  isRunning(): boolean;
  /** Runs one of its commands against it. */
  command(...words: string[]): Promise<{ code: number; output: string }>;
  /** The calls that have ended, oldest first, as the ledger has them. */
  ledger(): Promise<readonly unknown[]>;
  get(path: string): Promise<{ status: number; body: string }>;
  post(path: string): Promise<{ status: number; body: string }>;
  log(): Promise<string>;
  report(): Promise<string>;
  /** Ends everything that was started here. */
  clear(): Promise<void>;
}

export interface ExchangeOptions {
  readonly places: Places;
  /** The configuration, already written out. */
  readonly town: string;
  /** Where data and logs go. */
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  /** Its block `engine.media`, in place of the one that the environment says. */
  readonly media?: string;
}

const { BEFFROI_MAIN: MAIN = 'dist/main.js', BEFFROI_SIGNALLING, BEFFROI_SIGNALLING_COMMAND } = process.env;
const { BEFFROI_MEDIA, BEFFROI_MEDIA_ADDRESS = '127.0.0.1:8021', BEFFROI_MEDIA_MUSIC } = process.env;
/** The log's words; calls are taken without it, but the scenarios are to be heard. */
const MEDIA_IS_THERE = 'the media server has let us in';
const SECRET = 'secret-of-the-scenarios';

/** Which engine the suite is run against: the embedded one, or a drachtio-server started by a command from the environment. */
export const engine = BEFFROI_SIGNALLING === 'drachtio' ? 'drachtio' : 'embedded';

/** Which media server: the embedded one, or a FreeSWITCH that runs already. */
export const media = BEFFROI_MEDIA === 'freeswitch' ? 'freeswitch' : 'embedded';

/** Writes the engine into the configuration and gives back the exchange, not yet started. */
export async function prepareExchange(options: ExchangeOptions): Promise<Exchange> {
  await mkdir(join(options.folder, 'data'), { recursive: true });
  await appendFile(join(options.town, 'exchange.yaml'), options.places.fill(engineBlock(options.media)));
  const processes: ChildProcess[] = [];
  let child: ChildProcess | undefined;
  let ended: Promise<number> = Promise.resolve(0);
  let serverRuns = false;
  const http = await options.places.of('http');

  const ask = async (path: string, method: 'GET' | 'POST') => {
    const headers = { authorization: `Bearer ${secrets.API_TOKEN}` };
    const reply = await fetch(`http://${http.address}:${http.port}${path}`, { method, headers }).catch(() => undefined);
    return { status: reply?.status ?? 0, body: (await reply?.text().catch(() => '')) ?? '' };
  };
  const get = (path: string) => ask(path, 'GET');
  const log = () => readFile(join(options.folder, 'exchange.log'), 'utf8').catch(() => '');
  const launch = (program: string, words: readonly string[], file: string): ChildProcess => {
    const output = openSync(join(options.folder, file), 'a');
    const started = spawn(program, words, {
      env: { ...process.env, ...options.env, NO_COLOR: '1' },
      stdio: ['ignore', output, output],
    });
    closeSync(output);
    processes.push(started);
    return started;
  };
  const exit = (of: ChildProcess) =>
    new Promise<number>((done) => {
      of.once('exit', (code, signal) => done(code ?? (signal === 'SIGKILL' ? 137 : 143)));
      of.once('error', () => done(127));
    });

  return {
    start: async () => {
      if (engine === 'drachtio' && !serverRuns) await startServer(options, launch);
      serverRuns = true;
      child = launch(
        process.execPath,
        [MAIN, 'start', '--config', options.town, '--data', join(options.folder, 'data')],
        'exchange.log',
      );
      ended = exit(child);
      const running = child;
      await until(
        () => 'the exchange is ready',
        async () => {
          if (running.exitCode !== null) throw new Error(`the exchange did not start:\n${(await log()).slice(-4000)}`);
          if (media === 'freeswitch' && !(await log()).includes(MEDIA_IS_THERE)) return false;
          return (await get('/readyz')).status === 200;
        },
        150_000,
      );
    },
    askToStop: () => child?.kill('SIGTERM'),
    kill: async () => {
      child?.kill('SIGKILL');
      await ended;
    },
    ended: () => ended,
    isRunning: () => child !== undefined && child.exitCode === null && child.signalCode === null,
    command: (...words) => runCommand(options, words),
    ledger: () => readLedger(get),
    get,
    post: (path) => ask(path, 'POST'),
    log,
    report: async () => `=== the exchange\n${(await log()).slice(-20_000)}`,
    clear: async () => {
      for (const started of processes)
        if (started.exitCode === null && started.signalCode === null) started.kill('SIGKILL');
      await ended;
    },
  };
}

/** Where SIP is spoken, and by whom: written below the `exchange.yaml` of every town. */
function engineBlock(mediaInstead: string | undefined): string {
  const listen = (transport: Transport | 'ws', place = 'exchange') =>
    `    - {address: <${place}.address>, port: <${place}.port>, transport: ${transport}}`;
  const sip = ['sip:', '  listen:', listen('udp'), listen('tcp'), listen('ws', 'web')];
  const drachtio = [
    '  signalling:',
    '    is: drachtio',
    '    address: <engine.address>:<engine.port>',
    '    secret: {env: BEFFROI_ENGINE_SECRET}',
  ];
  return [
    '',
    ...(engine === 'embedded' ? sip : []),
    'engine:',
    ...(engine === 'embedded' ? [] : drachtio),
    ...(mediaInstead === undefined ? mediaBlock() : [`  media: ${mediaInstead}`]),
    '',
  ].join('\n');
}

/** All sound stays on loopback, where the phones are bound. */
function mediaBlock(): readonly string[] {
  if (media === 'embedded') return ['  media:', '    is: embedded', '    rtp: {address: 127.0.0.1}'];
  return [
    '  media:',
    '    is: freeswitch',
    `    address: ${BEFFROI_MEDIA_ADDRESS}`,
    '    secret: {env: BEFFROI_MEDIA_PASSWORD}',
    ...(BEFFROI_MEDIA_MUSIC === undefined ? [] : [`    music: ${BEFFROI_MEDIA_MUSIC}`]),
  ];
}

/**
 * Starts the real server with BEFFROI_SIGNALLING_COMMAND, in which `{address}` and `{port}` stand for its SIP socket,
 * `{admin-port}` for the port the exchange connects to, `{web-port}` for that of WebSockets, `{secret}` and `{folder}` for what they say.
 */
async function startServer(
  { places, folder }: ExchangeOptions,
  launch: (program: string, words: readonly string[], file: string) => ChildProcess,
): Promise<void> {
  if (BEFFROI_SIGNALLING_COMMAND === undefined)
    throw new Error('BEFFROI_SIGNALLING=drachtio needs BEFFROI_SIGNALLING_COMMAND');
  const [sip, admin] = [await places.of('exchange'), await places.of('engine')];
  const words = new Map([
    ['{address}', sip.address],
    ['{port}', String(sip.port)],
    ['{admin-port}', String(admin.port)],
    ['{web-port}', String((await places.of('web')).port)],
    ['{secret}', SECRET],
    ['{folder}', folder],
  ]);
  const text = [...words].reduce((line, [name, value]) => line.replaceAll(name, value), BEFFROI_SIGNALLING_COMMAND);
  launch('/bin/sh', ['-c', `exec ${text}`], 'engine.log');
  await until('the drachtio-server listens', () => isBound(admin.address, admin.port, 'tcp'), 60_000);
}

/** The list is newest first and holds calls that go on too. */
async function readLedger(get: Exchange['get']): Promise<readonly unknown[]> {
  const list = await get('/api/calls?limit=100');
  if (list.status !== 200) return [];
  const { calls } = JSON.parse(list.body) as { calls: readonly { id: string; outcome?: unknown }[] };
  const ended = calls.filter(({ outcome }) => outcome !== undefined).toReversed();
  return Promise.all(ended.map(async ({ id }) => JSON.parse((await get(`/api/calls/${id}`)).body)));
}

function runCommand(options: ExchangeOptions, words: readonly string[]): Promise<{ code: number; output: string }> {
  const data = join(options.folder, 'data');
  return new Promise((done) => {
    execFile(
      process.execPath,
      [MAIN, ...words, '--data', data],
      { env: { ...process.env, ...options.env, NO_COLOR: '1' }, timeout: 20_000, maxBuffer: 16_777_216 },
      (problem, stdout, stderr) =>
        done({
          code: typeof problem?.code === 'number' ? problem.code : problem === null ? 0 : 1,
          output: stdout || stderr,
        }),
    );
  });
}

/** What every scenario gives the exchange: the passwords of its lines, and the secret of the engine. */
export const secrets = {
  API_TOKEN: 'token-of-the-scenarios-5520',
  BEFFROI_ENGINE_SECRET: SECRET,
  MEETING_PIN: '270419',
  PHONE_PASSWORD: 'phone-password-7391',
  TRUNK_PASSWORD: 'trunk-password-2208',
};
