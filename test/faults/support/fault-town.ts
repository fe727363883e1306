import { spawn } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CallRecord } from '../../../src/domain/outcome.ts';
import type { CallBackReply, MailboxReply, MessageReply } from '../../../src/edges/http/api.ts';
import { MailServer } from '../../support/mail-server.ts';
import { until } from '../../support/net.ts';
import { Phone } from '../../support/phone.ts';
import { type Exchange, prepareExchange, secrets } from '../../support/scenario-exchange.ts';
import { findPlaces, layTown, type Places } from '../../support/scenario-town.ts';
import { Caller } from './caller.ts';

/** The exchange as a process of its own, in a town where things break: callers, phones, a mail server, and a media server that can be killed. */
export interface FaultTown {
  readonly exchange: Exchange;
  readonly mail: MailServer;
  /** The folder of messages and greetings. */
  readonly recordings: string;
  /** Where the public network's calls come from, and go to. */
  readonly operator: Phone;
  /** Somebody calls from outside; each from a number of their own. */
  call(number: string, options?: { readonly from?: string }): Promise<Caller>;
  /** A phone of a line, registered. */
  phone(line: string): Promise<Phone>;
  /** Waits until a message, of this mailbox where it is named, has so much sound on the disk. */
  secondsOnDisk(seconds: number, mailbox?: string): Promise<void>;
  /** Seconds of sound in each file of the mailbox's messages. */
  spoken(mailbox: string): readonly number[];
  messages(mailbox: string): Promise<readonly MessageReply[]>;
  mailboxes(): Promise<readonly MailboxReply[]>;
  callBacks(): Promise<readonly CallBackReply[]>;
  /** Every call that has ended, oldest first. */
  ledger(): Promise<readonly CallRecord[]>;
  callsActive(): Promise<number>;
  /** Only where the media server is a process of its own. */
  readonly media: { kill(): Promise<void>; start(): Promise<void> };
  /** Whatever is left running is ended, and the folder removed. */
  clear(): Promise<void>;
}

export interface FaultTownOptions {
  /** `apart`: a process of its own, as a FreeSWITCH is; `inside`: with the exchange. */
  readonly media?: 'inside' | 'apart';
  /** Added to the town's `exchange.yaml`. */
  readonly more?: string;
  readonly env?: Readonly<Record<string, string>>;
}

const mediaSecret = 'password-of-the-media';

/** Everything but the exchange is started. */
export async function openFaultTown({
  media = 'inside',
  more = '',
  env = {},
}: FaultTownOptions = {}): Promise<FaultTown> {
  const folder = await mkdtemp(join(tmpdir(), 'beffroi-fault-'));
  const places = await findPlaces('udp');
  const town = join(folder, 'town');
  await layTown('test/faults/town', town, places);
  const mail = new MailServer();
  await mail.open();
  const recordings = join(folder, 'data/recordings');
  const engine = await mediaApart(recordings, places);
  const blocks = [
    `mail: { host: 127.0.0.1, port: ${mail.port}, security: none, from: messagerie@bellerive.example, links: { baseUrl: https://telephonie.bellerive.example } }`,
    more,
  ];
  await appendFile(join(town, 'exchange.yaml'), `${blocks.join('\n')}\n`);
  const exchange = await prepareExchange({
    places,
    town,
    folder,
    ...(media === 'apart' && { media: engine.block }),
    env: { ...secrets, MEDIA_PASSWORD: mediaSecret, ...env },
  });
  if (media === 'apart') await engine.start();
  const server = await places.of('exchange');
  const operator = await Phone.open({ server, at: await places.of('operator') });
  const phones = [operator];
  const callers: Caller[] = [];
  return {
    exchange,
    mail,
    recordings,
    operator,
    async call(number, options = {}) {
      const caller = await Caller.call(operator, number, options.from ?? numberOf(callers.length));
      callers.push(caller);
      return caller;
    },
    async phone(line) {
      const phone = await Phone.open({
        server,
        user: line,
        password: secrets.PHONE_PASSWORD,
        realm: 'bellerive.example',
      });
      phones.push(phone);
      const answer = await phone.register();
      if (answer.status !== 200) throw new Error(`${line} cannot register: ${answer.start}`);
      return phone;
    },
    spoken: (mailbox) => secondsIn(join(recordings, 'messages', mailbox)),
    async secondsOnDisk(seconds, mailbox = '') {
      const within = join(recordings, 'messages', mailbox);
      await until(`${seconds} s of sound are on the disk`, () => Math.max(0, ...secondsIn(within)) >= seconds);
    },
    ...askedOf(exchange),
    media: engine,
    async clear() {
      for (const caller of callers) caller.close();
      for (const phone of phones) phone.close();
      await exchange.clear();
      await engine.kill();
      await mail.close();
      if (process.env['BEFFROI_KEEP'] !== '1') await rm(folder, { recursive: true, force: true });
    },
  };
}

/** What its API tells. */
function askedOf(
  exchange: Exchange,
): Pick<FaultTown, 'messages' | 'mailboxes' | 'callBacks' | 'ledger' | 'callsActive'> {
  const asked = async <T>(path: string): Promise<T> => JSON.parse((await exchange.get(path)).body) as T;
  return {
    messages: async (box) => (await asked<{ messages: MessageReply[] }>(`/api/mailboxes/${box}/messages`)).messages,
    mailboxes: async () => (await asked<{ mailboxes: MailboxReply[] }>('/api/mailboxes')).mailboxes,
    callBacks: async () => (await asked<{ callBacks: CallBackReply[] }>('/api/call-backs')).callBacks,
    async ledger() {
      const { calls } = await asked<{ calls: { id: string; outcome?: unknown }[] }>('/api/calls?limit=1000');
      const ended = calls.filter(({ outcome }) => outcome !== undefined).toReversed();
      return Promise.all(ended.map(({ id }) => asked<CallRecord>(`/api/calls/${id}`)));
    },
    callsActive: async () => (await asked<{ callsActive: number }>('/api/status')).callsActive,
  };
}

const headerBytes = 44;
const bytesPerSecond = 16_000;

/** Seconds of sound in each file below the folder. */
function secondsIn(folder: string): readonly number[] {
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.wav'));
  return files.map((file) => Math.max(0, statSync(join(folder, file)).size - headerBytes) / bytesPerSecond);
}

/** `+336399800xx`: numbers of fiction, one for each caller. */
export function numberOf(caller: number): string {
  return `+33639980${String(caller % 1_000).padStart(3, '0')}`;
}

/** Our own media engine as a process beside the exchange, met over its event socket as a FreeSWITCH is. */
async function mediaApart(recordings: string, places: Places) {
  const [sip, socket] = [await places.of('media-sip'), await places.of('media-socket')];
  const words = {
    'sip-address': sip.address,
    'sip-port': sip.port,
    'event-socket-address': socket.address,
    'event-socket-port': socket.port,
    'rtp-range-start': 32_000,
    'rtp-range-end': 34_999,
    advertised: '127.0.0.1',
    sounds: join(process.cwd(), 'dist/prompts'),
    recordings,
  };
  const line = Object.entries(words).flatMap(([name, value]) => [`--${name}`, String(value)]);
  let child: ReturnType<typeof spawn> | undefined;
  let ended: Promise<unknown> = Promise.resolve();
  return {
    block: `{ is: freeswitch, address: "${socket.address}:${socket.port}", secret: { env: MEDIA_PASSWORD }, recordings: ${recordings} }`,
    async start() {
      const started = spawn(process.execPath, ['dist/engines/media/main.js', ...line], {
        env: { ...process.env, ESL_PASSWORD: mediaSecret },
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let said = '';
      started.stdout.on('data', (text) => {
        said += text;
      });
      ended = new Promise((done) => started.once('exit', done));
      child = started;
      await until('the media server listens', () => said.includes('event socket at'));
    },
    async kill() {
      child?.kill('SIGKILL');
      await ended;
    },
  };
}
