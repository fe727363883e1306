/** The media engine as a process of its own, started like the reference FreeSWITCH image; runs until SIGTERM or SIGINT. */
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { create } from './index.ts';
import type { Log, LogLevel } from './options.ts';

// As in an exchange (docs/adr/0018).
setFlagsFromString('--no-parallel-scavenge');
setFlagsFromString('--heap-growing-percent=300');

const usage = `usage: main [--sip-port 5060] [--sip-address ADDRESS] [--sip-profile drachtio_mrf]
            [--event-socket-address ADDRESS] [--event-socket-port 8021] [--password PASSWORD]
            [--rtp-range-start 20000] [--rtp-range-end 29999] [--advertised ADDRESS]
            [--sounds FOLDER]… [--music FOLDER] [--recordings FOLDER] [--loglevel LEVEL]
ADDRESS may be * for every address that is not loopback. The password may stand in ESL_PASSWORD.
`;

const levels: readonly LogLevel[] = ['error', 'warn', 'info', 'debug'];

async function main(): Promise<void> {
  const values = wordsGiven();
  if (values.help) {
    process.stdout.write(usage);
    return;
  }
  const log = logAt(values.loglevel);
  const engine = create(optionsFrom(values), log);
  const { eventSocket, sip } = await engine.start();
  process.stdout.write(
    `event socket at ${eventSocket.address}:${eventSocket.port}, SIP at ${sip.address}:${sip.port}\n`,
  );
  const stop = (): void => {
    void engine.stop().then(() => process.exit(0));
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}

function wordsGiven() {
  return parseArgs({
    options: {
      help: { type: 'boolean', default: false },
      'sip-port': { type: 'string', default: '5060' },
      'sip-address': { type: 'string', default: '*' },
      'sip-profile': { type: 'string', default: 'drachtio_mrf' },
      'event-socket-address': { type: 'string', default: '0.0.0.0' },
      'event-socket-port': { type: 'string', default: '8021' },
      password: { type: 'string' },
      'rtp-range-start': { type: 'string', default: '20000' },
      'rtp-range-end': { type: 'string', default: '29999' },
      advertised: { type: 'string' },
      sounds: { type: 'string', multiple: true, default: ['/usr/local/freeswitch/sounds/en/us/callie'] },
      music: { type: 'string' },
      recordings: { type: 'string', default: '/tmp' },
      loglevel: { type: 'string', default: 'info' },
    },
  }).values;
}

function optionsFrom(values: ReturnType<typeof wordsGiven>) {
  const { ESL_PASSWORD } = process.env;
  return {
    sip: {
      address: values['sip-address'],
      port: Number(values['sip-port']),
      profile: values['sip-profile'],
      announceTls: true,
    },
    eventSocket: {
      address: values['event-socket-address'],
      port: Number(values['event-socket-port']),
      password: values.password ?? ESL_PASSWORD ?? 'ClueCon',
      callBackTo: ['*'],
    },
    rtp: {
      portFrom: Number(values['rtp-range-start']),
      portTo: Number(values['rtp-range-end']),
      ...(values.advertised === undefined ? {} : { advertised: values.advertised }),
    },
    folders: {
      sounds: values.sounds,
      recordings: values.recordings,
      ...(values.music === undefined ? {} : { music: values.music }),
    },
  };
}

function logAt(level: string): Log {
  const most = Math.max(levels.indexOf(level as LogLevel), 0);
  return (at, message, fields) => {
    if (levels.indexOf(at) > most) return;
    const more = fields === undefined ? '' : ` ${JSON.stringify(fields)}`;
    process.stdout.write(`${new Date().toISOString()} ${at} ${message}${more}\n`);
  };
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
