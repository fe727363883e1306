import type { Conference } from './conference.ts';
import type { Member } from './conference-member.ts';
import type { Conferences } from './conferences.ts';
import type { World } from './leg.ts';
import { writableFile } from './sounds/folders.ts';
import { WavRecorder } from './sounds/wav-recorder.ts';

/** What commands work on: the legs and, unlike a leg, all the rooms. */
export interface ApiWorld extends World {
  readonly conferences: Conferences;
}

/** `api conference …`: the replies FreeSWITCH gives, to the letter where clients look for words in them. */
export async function conferenceApi(world: ApiWorld, words: readonly string[]): Promise<string> {
  const [name = '', command = '', ...more] = words;
  if (name === '' || name === 'list') return listAll(world);
  const room = world.conferences.find(name);
  if (room === undefined) return `-ERR Conference ${name} not found\n`;
  const handler = Object.hasOwn(COMMANDS, command) ? COMMANDS[command] : undefined;
  return handler === undefined ? `-ERR Conference command '${command}' not found.\n` : handler(room, more, world);
}

type Handler = (room: Conference, words: readonly string[], world: ApiWorld) => string | Promise<string>;

const COMMANDS: Readonly<Record<string, Handler>> = {
  list: (room, [what]) =>
    what === 'count' ? String(room.members.size) : [...room.members.values()].map(memberLine).join(''),
  mute: forMembers('mute', (member) => {
    member.isMuted = true;
    tell(member, 'mute-member');
  }),
  unmute: forMembers('unmute', (member) => {
    member.isMuted = false;
    tell(member, 'unmute-member');
  }),
  tmute: forMembers('tmute', (member) => {
    member.isMuted = !member.isMuted;
    tell(member, member.isMuted ? 'mute-member' : 'unmute-member');
  }),
  deaf: forMembers('deaf', (member) => {
    member.isDeaf = true;
    tell(member, 'deaf-member');
  }),
  undeaf: forMembers('undeaf', (member) => {
    member.isDeaf = false;
    tell(member, 'undeaf-member');
  }),
  kick: forMembers('kicked', (member) => member.leave('kick')),
  hup: forMembers('hup', (member) => member.leave('stop')),
  lock: (room) => setLock(room, true),
  unlock: (room) => setLock(room, false),
  play,
  stop,
  transfer,
  set: (room, [name = '', value = '']) => {
    const before = room.settings.get(name) ?? '';
    if (room.settings.size < MAX_SETTINGS || room.settings.has(name)) room.settings.set(name, value);
    return before === '' ? '+OK\n' : before;
  },
  get: (room, [name = '']) => room.settings.get(name) ?? '',
  agc: (room, [what = '']) => {
    room.settings.set('agc', what);
    return `+OK agc ${what}\n`;
  },
  recording,
  record: (room, words, world) => recording(room, ['start', ...words], world),
  norecord: (room, words, world) => recording(room, ['stop', ...words], world),
  chkrecord: (room) => recordingsOf(room),
  chkRecord: (room) => recordingsOf(room),
};

const MAX_SETTINGS = 64;

function forMembers(verb: string, act: (member: Member) => void): Handler {
  return (room, [which = '']) => {
    const members = membersMeant(room, which);
    if (members === undefined) return `-ERR Non-Existant ID ${which}\n`;
    for (const member of members) act(member);
    return members.map(({ id }) => `+OK ${verb} ${id}\n`).join('') || `+OK ${verb} ${which}\n`;
  };
}

function membersMeant(room: Conference, which: string): readonly Member[] | undefined {
  const all = [...room.members.values()];
  if (which === 'all') return all;
  if (which === 'last') return all.slice(-1);
  if (which === 'non_moderator') return all.filter(({ flags }) => !flags.has('moderator'));
  const member = room.members.get(Number(which));
  return member === undefined ? undefined : [member];
}

function tell(member: Member, action: string): void {
  member.conference.tellOf(member, action, {});
}

function setLock(room: Conference, isLocked: boolean): string {
  room.isLocked = isLocked;
  room.tell(isLocked ? 'lock' : 'unlock', {});
  return `+OK ${room.name} ${isLocked ? 'locked' : 'unlocked'}\n`;
}

/** `play <file> [<member>]`: to one member at once, to all in turn. */
async function play(room: Conference, words: readonly string[], world: ApiWorld): Promise<string> {
  const [file = '', ...rest] = words;
  const last = rest.at(-1) ?? '';
  const member = /^\d+$/.test(last) ? room.members.get(Number(last)) : undefined;
  if (/^\d+$/.test(last) && member === undefined) return `-ERR Non-Existant ID ${last}\n`;
  const sound = await world.library.open(file, room.rate);
  if (sound === undefined) return `(play) File: ${file} not found.\n`;
  if (member !== undefined) {
    member.play(sound.source);
    room.tellOf(member, 'play-file-member', { File: file });
    return `+OK (play) Playing file ${file} to member ${member.id}\n`;
  }
  if (room.play(file, sound.source)) return `+OK (play) Playing file ${file}\n`;
  sound.source.close();
  return '-ERR too many files wait\n';
}

function stop(room: Conference, [what = 'current', id]: readonly string[]): string {
  if (id !== undefined) {
    const member = room.members.get(Number(id));
    if (member === undefined) return `-ERR Non-Existant ID ${id}\n`;
    member.stopPlaying();
    return '+OK Stopped 1 files.\n';
  }
  return `+OK Stopped ${room.stopPlaying(what === 'all')} files.\n`;
}

function transfer(room: Conference, [to = '', id = '']: readonly string[], world: ApiWorld): string {
  const member = room.members.get(Number(id));
  if (member === undefined) return `-ERR Non-Existant ID ${id}\n`;
  if (to === '' || !world.conferences.transfer(member, to)) return `-ERR cannot transfer to ${to}\n`;
  return `+OK Member '${id}' sent to conference ${to}.\n`;
}

async function recording(
  room: Conference,
  [what = '', file = '']: readonly string[],
  world: ApiWorld,
): Promise<string> {
  switch (what) {
    case 'start':
      return startRecording(room, file, world);
    case 'stop':
      return stopRecording(room, file);
    case 'pause':
    case 'resume':
      return pauseRecording(room, file, what === 'pause');
    case 'check':
      return recordingsOf(room);
    default:
      return '-ERR recording start|stop|pause|resume|check <file>\n';
  }
}

async function startRecording(room: Conference, file: string, world: ApiWorld): Promise<string> {
  const path = await writableFile(file, world.folders);
  if (path === undefined) return `-ERR ${file} is not in a folder for recordings\n`;
  const format = { encoding: 'pcm16', sampleRate: room.rate, channels: 1 } as const;
  const recorder = await WavRecorder.open(path, { format, isAppended: false, freeFloorBytes: world.freeFloorBytes });
  if (typeof recorder === 'string') {
    room.tell('start-recording', { Path: file, Error: recorder });
    return `-ERR ${recorder}\n`;
  }
  await room.startRecording(file, recorder);
  return `+OK Record file ${file}\n`;
}

/** Clients look for one line or the other, so both are given. */
async function stopRecording(room: Conference, file: string): Promise<string> {
  const files = file === 'all' ? [...room.recordings.keys()] : [file];
  let stopped = 0;
  for (const one of files) if (await room.stopRecording(one)) stopped += 1;
  return `Stopped recording file ${file}\n+OK Stopped recording ${stopped} files\n`;
}

function pauseRecording(room: Conference, file: string, isPaused: boolean): string {
  const one = room.recordings.get(file);
  if (one === undefined) return `-ERR ${file} is not being recorded\n`;
  one.isPaused = isPaused;
  return `+OK ${isPaused ? 'Pause' : 'Resume'} recording file ${file}\n`;
}

function recordingsOf(room: Conference): string {
  return [...room.recordings.keys()].map((file) => `Record file ${file}\n`).join('') || '+OK Not recording.\n';
}

function memberLine(member: Member): string {
  const { leg } = member;
  const flags = ['hear', 'speak', 'talking', 'moderator'].filter(
    (_, i) => [!member.isDeaf, !member.isMuted, member.isTalking, member.flags.has('moderator')][i],
  );
  const line = [member.id, `sofia/${leg.world.profile}`, leg.uuid, 'member', member.id, flags.join('|'), 0, 0, 100];
  return `${line.join(';')}\n`;
}

function listAll(world: ApiWorld): string {
  const rooms = [...world.conferences.all()];
  if (rooms.length === 0) return '+OK No active world.conferences.\n';
  return rooms
    .map(
      (room) =>
        `+OK Conference ${room.name} (${room.members.size} members rate: ${room.rate} flags: running)\n${[...room.members.values()].map(memberLine).join('')}`,
    )
    .join('');
}
