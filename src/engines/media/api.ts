import { headerLines } from '../../protocol/esl/block.ts';
import { recordingsOf, SessionRecording } from './applications/session-recording.ts';
import { Bridge, park } from './bridge.ts';
import { channelData } from './channel-event.ts';
import { type ApiWorld, conferenceApi } from './conference-api.ts';
import { hangupCause } from './hangup-cause.ts';
import type { Leg, World } from './leg.ts';
import { setMediaStatistics } from './media-statistics.ts';
import { sofiaStatus } from './sofia-status.ts';

const NO_CHANNEL = '-ERR No such channel!\n';
const OK = '+OK\n';
const NO_SESSION = '-ERR Cannot locate session!\n';

type Api = (world: ApiWorld, words: readonly string[], line: string) => string | Promise<string>;

/** Runs one `api` command and returns the body of its response. Never rejects. */
export async function runApi(world: ApiWorld, line: string): Promise<string> {
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
  uuid_dump: (world, [uuid]) => withLeg(world, uuid, NO_CHANNEL, (leg) => headerLines(channelData(leg))),
  uuid_exists: (world, [uuid = '']) => String(world.leg(uuid) !== undefined),
  uuid_getvar: (world, [uuid, name = '']) =>
    withLeg(world, uuid, NO_CHANNEL, (leg) => leg.variables.get(name) ?? '_undef_'),
  uuid_setvar: (world, [uuid, name = '', ...value]) =>
    withLeg(world, uuid, NO_CHANNEL, (leg) => {
      leg.set(name, value.join(' '));
      return OK;
    }),
  uuid_set_media_stats: (world, [uuid]) =>
    withLeg(world, uuid, `-ERR No such channel ${uuid ?? ''}!\n`, (leg) => {
      setMediaStatistics(leg);
      return '+OK:\n';
    }),
  uuid_bridge: bridge,
  uuid_transfer: transfer,
  uuid_break: (world, [uuid]) =>
    withLeg(world, uuid, NO_CHANNEL, (leg) => {
      leg.stack.stopAll('break');
      return OK;
    }),
  uuid_kill: (world, [uuid, cause]) =>
    withLeg(world, uuid, NO_CHANNEL, (leg) => {
      setImmediate(() => leg.hangup(hangupCause(cause ?? ''), 'command'));
      return '+OK\n';
    }),
  uuid_broadcast: broadcast,
  uuid_record: recordCall,
  uuid_displace: displace,
  uuid_send_dtmf: (world, [uuid, keys = '']) =>
    withLeg(world, uuid, NO_SESSION, (leg) => {
      const [digits = '', ms] = keys.split('@');
      leg.session.output.press(digits, Number(ms) || 100);
      return `+OK ${leg.uuid} sent DTMF ${digits}.\n`;
    }),
  uuid_recv_dtmf: (world, [uuid, keys = '']) =>
    withLeg(world, uuid, NO_SESSION, (leg) => {
      const [digits = '', ms] = keys.split('@');
      for (const key of digits) leg.pressed({ key, durationMs: Number(ms) || 100 }, 'APP');
      return `+OK ${leg.uuid} received DTMF ${keys}.\n`;
    }),
  uuid_audio: level,
};

function withLeg(world: World, uuid: string | undefined, otherwise: string, act: (leg: Leg) => string): string {
  const leg = world.leg(uuid ?? '');
  return leg === undefined ? otherwise : act(leg);
}

/** Both stop what they do, applications complete, and hear each other. */
function bridge(world: World, [first = '', second = '']: readonly string[]): string {
  const a = world.leg(first);
  const b = world.leg(second);
  if (a === undefined || b === undefined || a === b) return '-ERR Invalid uuid\n';
  for (const leg of [a, b]) {
    leg.bridge?.end(leg);
    leg.stack.stopAll('bridge');
  }
  new Bridge(a, b);
  return `+OK ${second}\n`;
}

/** Only to `park inline`, which is how two legs are taken apart. */
function transfer(world: World, words: readonly string[]): string {
  const [uuid = '', ...rest] = words;
  const leg = world.leg(uuid);
  if (leg === undefined) return NO_CHANNEL;
  const which = rest[0]?.startsWith('-') ? rest[0] : '';
  if (!rest.includes('park')) return '-ERR only park inline\n';
  const other = leg.bridge?.other(leg);
  const meant = [...(which === '-bleg' ? [] : [leg]), ...(which !== '' && other !== undefined ? [other] : [])];
  for (const one of meant) one.stack.stopAll('transfer');
  if (leg.bridge === undefined) for (const one of meant) park(one);
  else leg.bridge.end();
  return '+OK\n';
}

/** `uuid_broadcast <uuid> <file | app::argument> [aleg|bleg|both]`. */
function broadcast(world: World, [uuid = '', what = '', ...rest]: readonly string[]): string {
  const leg = world.leg(uuid);
  if (leg === undefined) return '-ERR invalid uuid\n';
  const legs = rest.at(-1) ?? 'aleg';
  const other = leg.bridge?.other(leg);
  const [application, argument] = what.includes('::') ? (what.split('::', 2) as [string, string]) : ['playback', what];
  const meant = [...(legs === 'bleg' ? [] : [leg]), ...(legs !== 'aleg' && other !== undefined ? [other] : [])];
  for (const one of meant) one.execute({ application, argument, id: world.newId(), isLocked: false });
  return '+OK Message sent\n';
}

async function recordCall(world: World, [uuid = '', what = '', file = '', limit]: readonly string[]): Promise<string> {
  const leg = world.leg(uuid);
  if (leg === undefined) return NO_SESSION;
  if (what === 'start') {
    const recording = await SessionRecording.begin(leg, file, Number(limit) || 0);
    return typeof recording === 'string' ? `-ERR ${recording}\n` : '+OK Success\n';
  }
  for (const recording of recordingsOf(leg, file)) {
    if (what === 'stop') await recording.stop();
    else changeRecording(recording, what);
  }
  return '+OK Success\n';
}

function changeRecording(recording: SessionRecording, what: string): void {
  if (what === 'mask' || what === 'unmask') recording.isMasked = what === 'mask';
  else if (what === 'pause' || what === 'resume') recording.isPaused = what === 'pause';
}

async function displace(world: World, [uuid = '', what = '', file = '', ...rest]: readonly string[]): Promise<string> {
  const leg = world.leg(uuid);
  if (leg === undefined) return NO_SESSION;
  if (what === 'stop') {
    leg.audio.stopDisplacing();
    return '+OK Success\n';
  }
  const sound = await world.library.open(file, leg.audio.sampleRate);
  if (sound === undefined) return '-ERR file not found\n';
  leg.audio.displace(file, sound.source, rest.includes('mux'));
  return '+OK Success\n';
}

const DB_PER_LEVEL = 3;

/** `uuid_audio <uuid> start read|write mute|level <n>` and `stop`. */
function level(world: World, [uuid, what, direction, kind, value]: readonly string[]): string {
  return withLeg(world, uuid, NO_CHANNEL, ({ audio }) => {
    const db = Math.min(Math.max(Number(value) || 0, -4), 4) * DB_PER_LEVEL;
    const factor = what === 'start' ? (kind === 'mute' ? 0 : 10 ** (db / 20)) : 1;
    if (what !== 'start' || direction === 'read') audio.heardGain = factor;
    if (what !== 'start' || direction === 'write') audio.saidGain = factor;
    return '+OK\n';
  });
}
