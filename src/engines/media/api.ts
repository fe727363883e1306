import { headerLines } from '../../protocol/esl/block.ts';
import { recordingsOf, SessionRecording } from './applications/session-recording.ts';
import { Bridge, park } from './bridge.ts';
import type { Channel } from './channel.ts';
import { channelData } from './channel-event.ts';
import type { ChannelWorld } from './channel-world.ts';
import { conferenceApi } from './conference-api.ts';
import { hangupCause } from './hangup-cause.ts';
import { setMediaStatistics } from './media-statistics.ts';
import { sofiaStatus } from './sofia-status.ts';

const NO_CHANNEL = '-ERR No such channel!\n';
const OK = '+OK\n';
const NO_SESSION = '-ERR Cannot locate session!\n';

type Api = (world: ChannelWorld, words: readonly string[], line: string) => string | Promise<string>;

/** Runs one `api` command and returns the body of its response. Never rejects. */
export async function runApi(world: ChannelWorld, line: string): Promise<string> {
  const [name = '', ...words] = line.split(/\s+/);
  const api = Object.hasOwn(APIS, name) ? APIS[name] : undefined;
  if (api === undefined) return `-ERR ${name} Command not found!\n`;
  try {
    const body = await api(world, words, line.slice(name.length).trim());
    return body === '' ? '-ERR no reply\n' : body;
  } catch (error) {
    world.log('error', 'a command failed', { command: name, because: String(error) });
    return '-ERR internal\n';
  }
}

const APIS: Readonly<Record<string, Api>> = {
  status: (world) => `UP\n${world.hostname} is ready\n`,
  version: () => 'Beffroi media engine, as FreeSWITCH 1.11\n',
  sofia: (world, [what]) => (what === 'status' ? sofiaStatus(world) : '-ERR only status\n'),
  conference: (world, words) =>
    conferenceApi(
      world,
      words.filter((word) => word !== ''),
    ),
  uuid_dump: (world, [uuid]) => withChannel(world, uuid, NO_CHANNEL, (channel) => headerLines(channelData(channel))),
  uuid_exists: (world, [uuid = '']) => String(world.channel(uuid) !== undefined),
  uuid_getvar: (world, [uuid, name = '']) =>
    withChannel(world, uuid, NO_CHANNEL, (channel) => channel.variables.get(name) ?? '_undef_'),
  uuid_setvar: (world, [uuid, name = '', ...value]) =>
    withChannel(world, uuid, NO_CHANNEL, (channel) => {
      channel.set(name, value.join(' '));
      return OK;
    }),
  uuid_set_media_stats: (world, [uuid]) =>
    withChannel(world, uuid, `-ERR No such channel ${uuid ?? ''}!\n`, (channel) => {
      setMediaStatistics(channel);
      return '+OK:\n';
    }),
  uuid_bridge: bridge,
  uuid_transfer: transfer,
  uuid_break: (world, [uuid]) =>
    withChannel(world, uuid, NO_CHANNEL, (channel) => {
      channel.stack.stopAll('break');
      return OK;
    }),
  uuid_kill: (world, [uuid, cause]) =>
    withChannel(world, uuid, NO_CHANNEL, (channel) => {
      setImmediate(() => channel.hangup(hangupCause(cause ?? ''), 'command'));
      return '+OK\n';
    }),
  uuid_broadcast: broadcast,
  uuid_record: recordCall,
  uuid_displace: displace,
  uuid_send_dtmf: (world, [uuid, keys = '']) =>
    withChannel(world, uuid, NO_SESSION, (channel) => {
      const [digits = '', ms] = keys.split('@');
      channel.session.output.press(digits, Number(ms) || 100);
      return `+OK ${channel.uuid} sent DTMF ${digits}.\n`;
    }),
  uuid_recv_dtmf: (world, [uuid, keys = '']) =>
    withChannel(world, uuid, NO_SESSION, (channel) => {
      for (const key of keys.split('@')[0] ?? '') channel.pressed({ key, durationMs: 100 }, 'APP');
      return `+OK ${channel.uuid} received DTMF ${keys}.\n`;
    }),
  uuid_audio: level,
};

function withChannel(
  world: ChannelWorld,
  uuid: string | undefined,
  otherwise: string,
  act: (channel: Channel) => string,
): string {
  const channel = world.channel(uuid ?? '');
  return channel === undefined ? otherwise : act(channel);
}

/** Both stop what they do, applications complete, and hear each other. */
function bridge(world: ChannelWorld, [first = '', second = '']: readonly string[]): string {
  const a = world.channel(first);
  const b = world.channel(second);
  if (a === undefined || b === undefined || a === b) return '-ERR Invalid uuid\n';
  for (const channel of [a, b]) {
    channel.bridge?.end(channel);
    channel.stack.stopAll('bridge');
  }
  new Bridge(a, b);
  return `+OK ${second}\n`;
}

/** Only to `park inline`, which is how two legs are taken apart. */
function transfer(world: ChannelWorld, words: readonly string[]): string {
  const [uuid = '', ...rest] = words;
  const channel = world.channel(uuid);
  if (channel === undefined) return NO_CHANNEL;
  const which = rest[0]?.startsWith('-') ? rest[0] : '';
  if (!rest.includes('park')) return '-ERR only park inline\n';
  const other = channel.bridge?.other(channel);
  const meant = [...(which === '-bleg' ? [] : [channel]), ...(which !== '' && other !== undefined ? [other] : [])];
  for (const one of meant) one.stack.stopAll('transfer');
  if (channel.bridge === undefined) for (const one of meant) park(one);
  else channel.bridge.end();
  return '+OK\n';
}

/** `uuid_broadcast <uuid> <file | app::argument> [aleg|bleg|both]`. */
function broadcast(world: ChannelWorld, [uuid = '', what = '', ...rest]: readonly string[]): string {
  const channel = world.channel(uuid);
  if (channel === undefined) return '-ERR invalid uuid\n';
  const legs = rest.at(-1) ?? 'aleg';
  const other = channel.bridge?.other(channel);
  const [application, argument] = what.includes('::') ? (what.split('::', 2) as [string, string]) : ['playback', what];
  const meant = [...(legs === 'bleg' ? [] : [channel]), ...(legs !== 'aleg' && other !== undefined ? [other] : [])];
  for (const one of meant) one.execute({ application, argument, id: world.newId(), isLocked: false });
  return '+OK Message sent\n';
}

async function recordCall(
  world: ChannelWorld,
  [uuid = '', what = '', file = '', limit]: readonly string[],
): Promise<string> {
  const channel = world.channel(uuid);
  if (channel === undefined) return NO_SESSION;
  if (what === 'start') {
    const recording = await SessionRecording.begin(channel, file, Number(limit) || 0);
    return typeof recording === 'string' ? `-ERR ${recording}\n` : '+OK Success\n';
  }
  for (const recording of recordingsOf(channel, file)) changeRecording(recording, what);
  return '+OK Success\n';
}

function changeRecording(recording: SessionRecording, what: string): void {
  if (what === 'stop') recording.end();
  else if (what === 'mask' || what === 'unmask') recording.isMasked = what === 'mask';
  else if (what === 'pause' || what === 'resume') recording.isPaused = what === 'pause';
}

async function displace(
  world: ChannelWorld,
  [uuid = '', what = '', file = '', ...rest]: readonly string[],
): Promise<string> {
  const channel = world.channel(uuid);
  if (channel === undefined) return NO_SESSION;
  if (what === 'stop') {
    channel.audio.stopDisplacing();
    return '+OK Success\n';
  }
  const sound = await world.library.open(file, channel.audio.sampleRate);
  if (sound === undefined) return '-ERR file not found\n';
  channel.audio.displace(file, sound.source, rest.includes('mux'));
  return '+OK Success\n';
}

const DB_PER_LEVEL = 3;

/** `uuid_audio <uuid> start read|write mute|level <n>` and `stop`. */
function level(world: ChannelWorld, [uuid, what, direction, kind, value]: readonly string[]): string {
  return withChannel(world, uuid, NO_CHANNEL, ({ audio }) => {
    const db = Math.min(Math.max(Number(value) || 0, -4), 4) * DB_PER_LEVEL;
    const factor = what === 'start' ? (kind === 'mute' ? 0 : 10 ** (db / 20)) : 1;
    if (what !== 'start' || direction === 'read') audio.heardGain = factor;
    if (what !== 'start' || direction === 'write') audio.saidGain = factor;
    return '+OK\n';
  });
}
