import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freeMediaPort, freePort, isBound } from './net.ts';

export type Transport = 'udp' | 'tcp';

export interface Socket {
  readonly address: string;
  readonly port: number;
}

/** One SIPp process: what it plays, where it sits, whom it talks to. */
export interface SippOptions {
  readonly name: string;
  /** The scenario file. */
  readonly plays: string;
  /** The scenario for calls that come in while `plays` runs as a client: a registered phone. */
  readonly answersWith?: string;
  readonly local: Socket;
  /** Where it sends to. A server answers whoever calls it. */
  readonly remote: Socket;
  readonly transport: Transport;
  /** The number dialled: `[service]` in the scenario, and the user part of the digest's uri. */
  readonly dials?: string;
  readonly account?: { readonly user: string; readonly password: string };
  /** It ends by itself after so many calls. */
  readonly calls: number;
  /** Further `[name]`s for the scenario. */
  readonly keys: Readonly<Record<string, string>>;
  /** Takes a repeated message for a new one, and repeats nothing itself. */
  readonly repeats?: boolean;
  /** Where it leaves its messages, errors and sayings. */
  readonly folder: string;
}

/** What a scenario said with `echo word [call_id] >> [signals]`. */
export interface Saying {
  readonly word: string;
  readonly callId: string;
}

export interface Message {
  readonly way: 'sent' | 'received';
  /** Lines end in a bare newline. */
  readonly text: string;
}

export interface SippRun {
  readonly name: string;
  readonly options: SippOptions;
  /** The exit code: 0 every call went as written, 1 one did not, 97 stopped on command, 99 no call, 255 SIPp itself failed. */
  readonly ended: Promise<number>;
  hasEnded(): boolean;
  /** Its socket is there: a call can come. */
  isReady(): Promise<boolean>;
  said(): Promise<readonly Saying[]>;
  /** The messages on its wire so far, oldest first. */
  messages(): Promise<readonly Message[]>;
  /** Ends it at once. */
  stop(): Promise<void>;
  /** Everything it wrote, for whoever looks for the fault. */
  report(): Promise<string>;
}

/** Starts SIPp. Its media and control ports are asked for like any other, so that no neighbour has them. */
export async function startSipp(options: SippOptions): Promise<SippRun> {
  const folder = join(options.folder, options.name);
  await mkdir(folder, { recursive: true });
  const output = openSync(join(folder, 'output.txt'), 'w');
  const ports = { media: await freeMediaPort(options.local.address), control: await freePort('0.0.0.0') };
  const child = spawn('sipp', argumentsOf(options, folder, ports), { cwd: folder, stdio: ['ignore', output, output] });
  closeSync(output);
  let exit: number | undefined;
  const ended = new Promise<number>((done) => {
    child.once('error', () => done(255));
    child.once('exit', (code, signal) => done(code ?? (signal === 'SIGKILL' ? 137 : 255)));
  }).then((code) => {
    exit = code;
    return code;
  });
  return {
    name: options.name,
    options,
    ended,
    hasEnded: () => exit !== undefined,
    isReady: () => isBound(options.local.address, options.local.port, options.transport),
    said: () => sayings(join(folder, 'signals.txt')),
    messages: async () => readMessages(await readFile(join(folder, 'messages.txt'), 'latin1').catch(() => '')),
    stop: () => stop(child, ended),
    report: () => report(options, folder, exit),
  };
}

/** The request a scenario waits for with `<recv request="CONTINUE"/>`: how the tests tell SIPp to go on. */
export function continueRequest(callId: string): string {
  return [
    'CONTINUE sip:peer@127.0.0.1 SIP/2.0',
    `Via: SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bKcontinue${Math.floor(performance.now() * 1000)}`,
    'From: <sip:test@127.0.0.1>;tag=test',
    'To: <sip:peer@127.0.0.1>',
    `Call-ID: ${callId}`,
    'CSeq: 1 CONTINUE',
    'Content-Length: 0',
    '',
    '',
  ].join('\r\n');
}

function argumentsOf(options: SippOptions, folder: string, ports: Ports): string[] {
  const { local, remote, dials, account } = options;
  const keys = { signals: join(folder, 'signals.txt'), ...options.keys };
  return [
    `${remote.address}:${remote.port}`,
    ...['-i', local.address, '-p', String(local.port), '-t', options.transport === 'udp' ? 'u1' : 't1'],
    ...['-sf', options.plays, '-m', String(options.calls), '-r', '10', '-nostdin'],
    // SIPp would take 6000 and 8888 otherwise, as its neighbours do.
    ...['-mp', String(ports.media), '-cp', String(ports.control)],
    ...(options.answersWith === undefined ? [] : ['-oocsf', options.answersWith]),
    ...(dials === undefined ? [] : ['-s', dials]),
    ...(account === undefined ? [] : ['-au', account.user, '-ap', account.password]),
    // Without it SIPp proves its password for `sip:address:port`, whatever it calls.
    ...(dials === undefined ? [] : ['-auth_uri', `${dials}@${remote.address}:${remote.port}`]),
    ...(options.repeats === true ? ['-nr'] : []),
    // Or a callee whose caller hangs up and closes the connection at once counts its call as failed.
    ...(options.transport === 'tcp' ? ['-reconnect_close', 'false'] : []),
    ...Object.entries(keys).flatMap(([name, value]) => ['-key', name, value]),
    ...['-trace_err', '-error_file', join(folder, 'errors.txt')],
    ...['-trace_msg', '-message_file', join(folder, 'messages.txt')],
  ];
}

/** What SIPp binds beside its SIP socket; the control socket is bound on every address. */
interface Ports {
  readonly media: number;
  readonly control: number;
}

/** SIPp's trace: a ruler with the time, a line that says which way, an empty line, the message. */
function readMessages(trace: string): readonly Message[] {
  return trace.split(/^-{20,} .*\n/m).flatMap((block) => {
    const [, way, text] = /^(?:UDP|TCP) message (sent|received)[^\n]*\n\n([\s\S]*)$/.exec(block) ?? [];
    if (way === undefined || text === undefined) return [];
    return [{ way: way === 'sent' ? 'sent' : 'received', text: text.replaceAll('\r\n', '\n') }];
  });
}

async function sayings(path: string): Promise<readonly Saying[]> {
  const text = await readFile(path, 'utf8').catch(() => '');
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => {
      const [word = '', callId = ''] = line.split(' ');
      return { word, callId };
    });
}

async function stop(child: ChildProcess, ended: Promise<number>): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
  await ended;
}

async function report(options: SippOptions, folder: string, exit: number | undefined): Promise<string> {
  const read = (file: string) => readFile(join(folder, file), 'latin1').catch(() => '');
  const [errors, messages, output] = await Promise.all([read('errors.txt'), read('messages.txt'), read('output.txt')]);
  return [
    `=== ${options.name}: SIPp on ${options.local.address}:${options.local.port}, ${exit === undefined ? 'still running' : `exit ${exit}`}`,
    errors.trim(),
    messages.trim() === '' ? output.slice(-2000).trim() : messages.slice(-20_000).trim(),
  ].join('\n');
}
