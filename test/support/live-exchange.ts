import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach } from 'vitest';
import type { Config } from '../../src/domain/config.ts';
import type { CallRecord } from '../../src/domain/outcome.ts';
import { createClock } from '../../src/edges/clock/clock.ts';
import { openMemoryMail } from '../../src/edges/stores/memory/mail.ts';
import { openRecordings } from '../../src/edges/stores/recordings.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { createExchange, type Exchange } from '../../src/wiring/exchange.ts';
import { startMedia } from './media.ts';
import { until } from './net.ts';
import { Phone, type PhoneOptions, type Where } from './phone.ts';
import { startSignalling } from './signalling.ts';

/** The exchange in this very process, with its embedded engine unless the environment names another, for tests that script every packet. */
export interface LiveExchange {
  readonly exchange: Exchange;
  readonly sip: Where;
  /** Calls that have ended, oldest first. */
  readonly records: readonly CallRecord[];
  /** Lines of the log at warn and above, and faults. */
  readonly trouble: readonly string[];
  /** Those about wrong passwords, which are no trouble of ours. */
  readonly wrongPasswords: readonly string[];
  /** How each REGISTER was answered, for the metrics. */
  readonly registerResults: readonly string[];
  phone(options?: Omit<PhoneOptions, 'server'>): Promise<Phone>;
  /** A phone of a line, registered. */
  registered(line: string, options?: Omit<PhoneOptions, 'server'>): Promise<Phone>;
  /** The next record: waits for the call to end. */
  record(withinMs?: number): Promise<CallRecord>;
  swap(config: Config): void;
  /** The engine dies. */
  loseEngine(): Promise<void>;
  stop(): Promise<void>;
}

export const passwordOf = (line: string): string => `secret of ${line}`;

const fresh = new Set<() => void>();

/** Or what a test that failed has left unread would be taken for its own by the next, or by its second try. */
beforeEach(() => {
  for (const forget of fresh) forget();
});

export interface LiveOptions {
  /** With a media server. */
  readonly media?: boolean;
}

export async function startExchange(
  makeConfig: (sip: Where) => Config,
  options: LiveOptions = {},
): Promise<LiveExchange> {
  const engine = await startSignalling();
  const media = options.media ? await startMedia(engine) : undefined;
  const sip = engine.udp;
  let config = makeConfig(sip);
  const records: CallRecord[] = [];
  const [trouble, wrongPasswords, registerResults]: [string[], string[], string[]] = [[], [], []];
  const told = { trouble, wrongPasswords, registerResults };
  let taken = 0;
  const forget = (): void => {
    taken = records.length;
  };
  fresh.add(forget);
  const write = (line: string) => void (line.includes('a wrong password') ? wrongPasswords : trouble).push(line);
  const { log } = createLog({ level: 'warn', pretty: 'never' }, { write });
  const exchange = createExchange({
    config: () => config,
    recordings: openRecordings(join(tmpdir(), 'beffroi-recordings')),
    store: {
      ledger: { opened: () => {}, closed: (record) => void records.push(record), settled: async () => {} },
      bindings: { load: async () => [], replace: async () => {} },
      mail: openMemoryMail(),
      notes: { load: async () => [], put: async () => {}, remove: async () => {} },
    },
    secrets: { line: ({ id }) => passwordOf(id), trunk: ({ id }) => passwordOf(id), meetingPin: () => '270419' },
    clock: createClock((error) => void trouble.push(String(error))),
    chance: () => 0.5,
    log,
    callEnded: () => {},
    registerAnswered: (result) => void registerResults.push(result),
    ...(media && { media: media.pool }),
    engine: { host: engine.admin.address, port: engine.admin.port, secret: engine.secret },
  });
  await exchange.open();
  const phones: Phone[] = [];
  const phone = async (options: Omit<PhoneOptions, 'server'> = {}): Promise<Phone> => {
    const servers = { udp: sip, tcp: engine.tcp, ws: engine.web };
    const server = servers[options.transport ?? 'udp'];
    if (server === undefined) throw new Error('this engine takes no WebSockets');
    const opened = await Phone.open({ server, ...options });
    phones.push(opened);
    return opened;
  };
  return {
    exchange,
    sip,
    records,
    ...told,
    phone,
    async registered(line, options = {}) {
      return registeredAt(await phone({ user: line, password: passwordOf(line), ...options }));
    },
    async record(withinMs) {
      const record = await until('a call has ended', () => records[taken], withinMs);
      taken += 1;
      return record;
    },
    swap(next) {
      config = next;
      exchange.reconfigured();
    },
    loseEngine: () => engine.stop(),
    async stop() {
      fresh.delete(forget);
      for (const one of phones) one.close();
      await exchange.stop();
      await media?.stop();
      await engine.stop();
    },
  };
}

async function registeredAt(phone: Phone): Promise<Phone> {
  const answer = await phone.register();
  if (answer.status !== 200) throw new Error(`${phone.user} cannot register: ${answer.start}`);
  return phone;
}
