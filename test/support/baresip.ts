import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { readWav, type Sound, tone, wavOf } from './audio.ts';
import { freePort, freeRun, isBound, until } from './net.ts';
import type { Transport } from './sipp.ts';

/** One baresip: a softphone with an account, which plays a tone and records what it hears. */
export interface SoftphoneOptions {
  readonly name: string;
  readonly account: { readonly user: string; readonly password: string };
  /** The exchange: registrar and outbound proxy. */
  readonly registrar: { readonly address: string; readonly port: number };
  readonly transport: Transport;
  readonly address: string;
  readonly answersByItself: boolean;
  /** It registers nowhere and sits at this port: an operator. */
  readonly portOfItsOwn?: number;
  /** It talks over SRTP and nothing else, keys by SDES (RFC 4568). */
  readonly encrypts?: boolean;
  /** What its microphone hears. */
  readonly toneHertz: number;
  readonly folder: string;
}

/** What baresip tells about itself on its control socket. */
export interface SoftphoneEvent {
  readonly type: string;
  readonly param?: string;
  readonly peeruri?: string;
}

export interface Softphone {
  readonly name: string;
  /** RTP arrives on one of these ports; undefined where nobody outside can tell. */
  readonly rtpPorts: { readonly from: number; readonly to: number } | undefined;
  /** Of what its microphone hears: the peak, 0 to 32767. */
  readonly toneAmplitude: number;
  dial(number: string): void;
  answer(): void;
  hangUp(): void;
  /** Holds the call or takes it back: a re-INVITE. */
  press(command: 'hold' | 'resume'): void;
  /** Asks that the other be connected with this number (REFER). */
  transfer(number: string): void;
  /** Sends keys as telephone-events (RFC 4733). Settles when the last one is on its way. */
  pressKeys(keys: string): void | Promise<void>;
  events(): readonly SoftphoneEvent[];
  /** Settles when an event of this type has come so often, however long ago. */
  waitFor(type: string, times?: number): Promise<SoftphoneEvent>;
  /** Settles when the exchange has accepted its registration. */
  registered(): Promise<void>;
  /** Settles when it has recorded so many seconds of what it hears. */
  hasHeard(seconds: number): Promise<void>;
  /** Settles when it has sent so many seconds more of what its microphone hears. */
  hasSaid(seconds: number): Promise<void>;
  /** Address and port the sound comes from, as it says itself. */
  hearsFrom(): Promise<{ address: string; port: number } | undefined>;
  /** What it heard so far; all of it only after `stop`. */
  heard(): Promise<Sound>;
  stop(): Promise<void>;
  /** Ends it at once. It would take half a minute to give up unregistering where nobody answers any more. */
  kill(): Promise<void>;
  report(): Promise<string>;
}

const MODULES = '/usr/lib/baresip/modules';
const TONE_SECONDS = 60;
const TONE_AMPLITUDE = 12_000;

/** Starts baresip and settles when it takes commands; see `registered` for the rest. */
export async function startSoftphone(options: SoftphoneOptions): Promise<Softphone> {
  const folder = join(options.folder, options.name);
  await mkdir(folder, { recursive: true });
  const ports = {
    sip: options.portOfItsOwn ?? (await freeRun(options.address, 2)),
    control: await freePort('127.0.0.1'),
    rtp: await freeRun('127.0.0.1', RTP_PORTS + 2),
  };
  await writeFile(join(folder, 'microphone.wav'), wavOf(tone(options.toneHertz, TONE_SECONDS, 8000, TONE_AMPLITUDE)));
  await writeFile(join(folder, 'config'), configOf(options, folder, ports));
  await writeFile(join(folder, 'accounts'), accountOf(options));
  await writeFile(join(folder, 'contacts'), '');

  const output = openSync(join(folder, 'output.txt'), 'w');
  const child = spawn('baresip', ['-4', '-f', folder], {
    cwd: folder,
    env: { ...process.env, HOME: folder },
    stdio: ['ignore', output, output],
  });
  closeSync(output);
  const ended = exitOf(child);
  const read = () => readFile(join(folder, 'output.txt'), 'latin1').catch(() => '');
  await until(`${options.name} takes commands`, () => isBound('127.0.0.1', ports.control, 'tcp'));
  const { send, sendKey, events, close } = await control(ports.control);

  return {
    name: options.name,
    rtpPorts: { from: ports.rtp, to: ports.rtp + RTP_PORTS },
    toneAmplitude: TONE_AMPLITUDE,
    // The rest of the address is that of its account.
    dial: (number) => send('dial', number),
    answer: () => send('accept'),
    hangUp: () => send('hangup'),
    press: (command) => send(command),
    transfer: (number) => send('transfer', `sip:${number}@${options.registrar.address}`),
    pressKeys: (keys) => pressKeys(keys, folder, sendKey),
    events,
    waitFor: (type, times = 1) =>
      until(
        () => `${options.name} ${type} (${times}); so far ${events().map((event) => event.type)}`,
        () => events().filter((event) => event.type === type)[times - 1],
      ),
    registered: async () => {
      // It may have registered before anybody listened to its events.
      await until(`${options.name} is registered`, async () => /\} 200 OK \(/.test(await read()));
    },
    hasHeard: async (seconds) => {
      const bytes = seconds * 8000 * 2;
      await until(`${options.name} has heard ${seconds} s`, async () => {
        const sizes = await Promise.all((await recordings(folder)).map(async (file) => (await stat(file)).size - 44));
        return sizes.reduce((sum, size) => sum + size, 0) >= bytes;
      });
    },
    hasSaid: (seconds) => hasSaid(folder, seconds),
    hearsFrom: async () => {
      const [, address, port] = /receiving from (\S+):(\d+)/.exec(await read()) ?? [];
      return address === undefined ? undefined : { address, port: Number(port) };
    },
    heard: async () => {
      const sounds = await Promise.all((await recordings(folder)).map(readWav));
      return { samplesPerSecond: 8000, samples: Int16Array.from(sounds.flatMap(({ samples }) => [...samples])) };
    },
    stop: async () => {
      close();
      child.kill('SIGTERM');
      await ended;
    },
    kill: async () => {
      close();
      child.kill('SIGKILL');
      await ended;
    },
    report: async () =>
      `=== ${options.name}: baresip\n${(await read()).replace(/\[\d:\d\d:\d\d\] audio=\S+ \(bit\/s\)\s*/g, '').slice(-8000)}`,
  };
}

function exitOf(child: ChildProcess): Promise<void> {
  return new Promise((done) => {
    child.once('exit', () => done());
    child.once('error', () => done());
  });
}

/** A key is sent with the sound, so the next one waits for a little of that. */
const keySeconds = 0.3;

async function pressKeys(keys: string, folder: string, send: (key: string) => void): Promise<void> {
  for (const key of keys) {
    send(key);
    await hasSaid(folder, keySeconds);
  }
}

/** Settles when it has said so much more of what its microphone hears. */
async function hasSaid(folder: string, seconds: number): Promise<void> {
  const said = async (): Promise<number> => {
    const file = (await readdir(folder))
      .filter((name) => name.endsWith('-enc.wav'))
      .sort()
      .at(-1);
    return file === undefined ? 0 : (await stat(join(folder, file))).size;
  };
  const enough = (await said()) + seconds * 8000 * 2;
  await until(`${seconds} s more were said`, async () => (await said()) >= enough);
}

/** The decoded sound: a new file begins whenever the media change, so the last one. */
async function recordings(folder: string): Promise<readonly string[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('-dec.wav')).sort();
  const sizes = await Promise.all(files.map(async (file) => (await stat(join(folder, file))).size));
  return files.filter((_file, at) => (sizes[at] ?? 0) >= 44).map((file) => join(folder, file));
}

/** baresip binds its SIP port and the next one (TLS), and takes RTP ports, even and odd, from a range of its own. */
const RTP_PORTS = 8;

function configOf(
  options: SoftphoneOptions,
  folder: string,
  ports: { sip: number; control: number; rtp: number },
): string {
  return [
    'poll_method epoll',
    `sip_listen ${options.address}:${ports.sip}`,
    // Sound leaves from here whatever is bound, so it is what the description must say.
    'net_interface 127.0.0.1',
    // Its own tone generator only knows 48 kHz; a file of 8 kHz goes into G.711 as it is.
    `audio_source aufile,${folder}/microphone.wav`,
    'audio_player aubridge,nil',
    // A device of its own: the end of the ringing would end the player as well.
    'audio_alert aubridge,alert',
    'ausrc_srate 8000',
    'auplay_srate 8000',
    'ausrc_channels 1',
    'auplay_channels 1',
    `rtp_ports ${ports.rtp}-${ports.rtp + RTP_PORTS}`,
    `module_path ${MODULES}`,
    ...['g711', 'aufile', 'aubridge', 'sndfile', ...(options.encrypts ? ['srtp'] : [])].map(
      (module) => `module ${module}.so`,
    ),
    ...['account', 'menu', 'ctrl_tcp'].map((module) => `module_app ${module}.so`),
    `ctrl_tcp_listen 127.0.0.1:${ports.control}`,
    `snd_path ${folder}`,
    '',
  ].join('\n');
}

function accountOf({ account, registrar, transport, answersByItself, ...options }: SoftphoneOptions): string {
  const parameters = [
    `auth_user=${account.user}`,
    `auth_pass=${account.password}`,
    `regint=${options.portOfItsOwn === undefined ? 120 : 0}`,
    ...(options.encrypts ? ['mediaenc=srtp-mand'] : []),
    `answermode=${answersByItself ? 'auto' : 'manual'}`,
    'audio_codecs=PCMA,PCMU',
  ];
  return `<sip:${account.user}@${registrar.address}:${registrar.port};transport=${transport}>;${parameters.join(';')}\n`;
}

/** The control socket: netstrings of JSON, commands one way, answers and events the other. */
async function control(port: number) {
  const socket: Socket = connect(port, '127.0.0.1');
  const events: SoftphoneEvent[] = [];
  let unread = Buffer.alloc(0);
  socket.on('data', (bytes) => {
    unread = Buffer.concat([unread, bytes]);
    for (;;) {
      const colon = unread.indexOf(':');
      const length = Number(unread.toString('latin1', 0, Math.max(0, colon)));
      if (colon < 1 || unread.length < colon + 1 + length + 1) return;
      const message = JSON.parse(unread.toString('utf8', colon + 1, colon + 1 + length));
      unread = unread.subarray(colon + 1 + length + 1);
      if (message.event === true) events.push(message);
    }
  });
  socket.on('error', () => socket.destroy());
  await new Promise<void>((done) => socket.once('connect', () => done()));
  const send = (command: string, params = ''): void => {
    const text = JSON.stringify({ command, params, token: command });
    socket.write(`${Buffer.byteLength(text)}:${text},`);
  };
  return {
    send,
    sendKey: (key: string): void => send('sndcode', key),
    events: () => events,
    close: () => socket.destroy(),
  };
}
