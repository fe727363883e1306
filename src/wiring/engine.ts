import { randomBytes } from 'node:crypto';
import type { Options, SipListen } from '../config/schema.ts';
import type { Secrets } from '../config/secrets.ts';
import type { Config } from '../domain/config.ts';
import { createInThread, type ThreadEngine } from '../engines/signalling/thread.ts';
import type { Log } from '../telemetry/log.ts';
import type { EngineFigures } from '../telemetry/ports.ts';

/** The signalling engine as the exchange meets it: an address and a secret, whatever stands behind them. */
export interface SignallingEngine {
  readonly host: string;
  readonly port: number;
  readonly secret: string;
  /** Where SIP is spoken, as far as we bound it ourselves: `udp/127.0.0.1:5060`. */
  readonly sip: readonly string[];
  /** The embedded engine's own figures; undefined with a drachtio-server. */
  figures(): Promise<EngineFigures | undefined>;
  stop(): Promise<void>;
}

export interface EngineParts {
  readonly options: Options;
  readonly config: Config;
  readonly secrets: Secrets;
  readonly log: Log;
}

/** Starts the embedded engine in a thread of its own, or names the drachtio-server that the configuration says. */
export async function startEngine(parts: EngineParts): Promise<SignallingEngine> {
  const { signalling } = parts.options.engine;
  if (signalling.is === 'embedded') return startEmbedded(parts);
  const secret = parts.secrets.resolve(signalling.secret);
  if ('missing' in secret) throw new Error(secret.missing);
  const colon = signalling.address.lastIndexOf(':');
  return {
    host: signalling.address.slice(0, colon),
    port: Number(signalling.address.slice(colon + 1)),
    secret: secret.secret,
    sip: [],
    figures: async () => undefined,
    stop: async () => {},
  };
}

const restartMs = 500;

/** A thread that dies is started anew on the same ports; the exchange finds it there by itself. */
async function startEmbedded(parts: EngineParts): Promise<SignallingEngine> {
  const { log } = parts;
  const secret = randomBytes(24).toString('base64url');
  let thread: ThreadEngine | undefined;
  let stopping = false;
  const begin = async (listen: readonly SipListen[], adminPort: number) => {
    const admin = { address: '127.0.0.1', port: adminPort, secret };
    const made = createInThread(
      { listen, admin, unlimited: trunkAddresses(parts.config) },
      {
        log: (level, message, fields) => log[level]({ engine: 'signalling', ...fields }, message),
        onCrash: (err) => {
          log.fatal({ err }, 'the signalling engine died; it is started again');
          restart();
        },
      },
    );
    const started = await made.start();
    thread = made;
    return started;
  };
  const wished = listenOf(parts.options);
  const first = await begin(wished, 0);
  const bound = boundOf(wished, first.sip);
  const restart = (): void => {
    thread = undefined;
    if (stopping) return;
    setTimeout(() => {
      begin(bound, first.admin.port).catch((err: unknown) => {
        log.fatal({ err }, 'the signalling engine cannot be started again');
        restart();
      });
    }, restartMs);
  };
  return {
    host: first.admin.address,
    port: first.admin.port,
    secret,
    sip: first.sip,
    figures: async () => thread && engineFigures(await thread.figures()),
    async stop() {
      stopping = true;
      await thread?.stop();
    },
  };
}

/** Every address of the machine is a star to the engine, which needs to know each for its Contacts. */
function listenOf({ sip }: Options): readonly SipListen[] {
  return sip.listen.map((one) => ({ ...one, address: one.address === '0.0.0.0' ? '*' : one.address }));
}

/** The same with the addresses and ports that were bound, whatever was wished for. */
function boundOf(wished: readonly SipListen[], sip: readonly string[]): readonly SipListen[] {
  return sip.flatMap((point) => {
    const [, transport = '', address = '', port = ''] = /^(\w+)\/(.*):(\d+)$/.exec(point) ?? [];
    const fits = (one: SipListen): boolean =>
      one.transport === transport &&
      (one.address === address || one.address === '*') &&
      (one.port === Number(port) || one.port === 0);
    const wish = wished.find(fits);
    return wish === undefined ? [] : [{ ...wish, address, port: Number(port) }];
  });
}

/** A trunk brings the calls of a whole town over one address: the engine's limit for strangers is none for it. */
function trunkAddresses({ trunks }: Config): readonly string[] {
  return [...trunks.values()].flatMap(({ targets }) =>
    targets.flatMap(({ host }) => (/^\d+(\.\d+){3}$/.test(host) ? [host] : [])),
  );
}

function engineFigures(figures: Readonly<Record<string, number>>): EngineFigures {
  const sum = (prefix: string): number =>
    Object.entries(figures).reduce((total, [name, count]) => (name.startsWith(prefix) ? total + count : total), 0);
  const figure = (name: string): number => figures[name] ?? 0;
  return {
    messagesReceived: sum('in: '),
    messagesSent: sum('out: '),
    retransmissionsReceived: figure('retransmissions received'),
    retransmissionsSent: figure('retransmissions'),
    discarded: sum('dropped: '),
    transactions: figure('table: client transactions') + figure('table: server transactions'),
    dialogs: figure('table: dialogs'),
    connections: figure('tcp connections'),
  };
}
