import type { SampleRate } from '../../protocol/audio/codec.ts';
import { addTo, mixWithout } from '../../protocol/audio/mix.ts';
import type { EslEvent } from '../../protocol/esl/event.ts';
import { channelHeaders } from './channel-event.ts';
import { unixMicroseconds } from './clock.ts';
import { FRAME_MS } from './codec-kit.ts';
import type { Member } from './conference-member.ts';
import type { LeaveReason, Leg, World } from './leg.ts';
import type { SoundSource } from './sounds/source.ts';
import type { WavRecorder } from './sounds/wav-recorder.ts';

interface Playing {
  readonly file: string;
  readonly source: SoundSource;
}

interface RoomRecording {
  readonly recorder: WavRecorder;
  isPaused: boolean;
}

const MAX_PLAYING = 32;

/** A room: everyone hears everyone else. It exists while somebody is in it. */
export class Conference {
  readonly name: string;
  readonly uuid: string;
  readonly members = new Map<number, Member>();
  readonly recordings = new Map<string, RoomRecording>();
  readonly settings = new Map<string, string>([['max_members', '0']]);
  isLocked = false;
  /** Wide enough for everybody. It stays the same whoever comes and goes: recordings and sounds of the room are open at it. */
  readonly rate: SampleRate = 16000;
  /** The sum of all contributions of the present frame; each member takes his own away. */
  readonly sum = new Int32Array((16000 * FRAME_MS) / 1000);
  readonly #world: World;
  readonly #onEmpty: (conference: Conference) => void;
  readonly #playing: Playing[] = [];
  #isEnding = false;

  constructor(name: string, world: World, onEmpty: (conference: Conference) => void) {
    this.name = name;
    this.uuid = world.newId();
    this.#world = world;
    this.#onEmpty = onEmpty;
    this.tell('conference-create', {});
  }

  get maxMembers(): number {
    return Number(this.settings.get('max_members')) || 0;
  }

  add(member: Member): void {
    this.members.set(member.id, member);
    member.conference = this;
    member.useRate(this.rate);
    this.tellOf(member, 'add-member', {});
  }

  /** `transfer` leaves the room as it is, even when the one who holds it open goes. */
  remove(member: Member, why: LeaveReason): void {
    if (!this.members.delete(member.id)) return;
    if (why === 'kick') this.tellOf(member, 'kick-member', {});
    this.tellOf(member, 'del-member', {});
    const holders = [...this.members.values()].filter((one) => one.flags.has('endconf'));
    if (member.flags.has('endconf') && holders.length === 0) this.#end();
    if (this.members.size === 0) this.#close();
  }

  /** One frame of everybody. All members have heard theirs. */
  mix(): void {
    const { sum } = this;
    sum.fill(0);
    for (const member of this.members.values()) {
      const contribution = member.contribute();
      if (contribution !== undefined) addTo(sum, contribution, sum.length);
    }
    this.#mixPlaying();
    this.#record();
  }

  /** A member who must wait for a moderator hears nothing until one is there. */
  isOpenFor(member: Member): boolean {
    if (!member.flags.has('wait-mod')) return true;
    return [...this.members.values()].some((one) => one.flags.has('moderator'));
  }

  /** Queues a sound for all. False: too many wait. */
  play(file: string, source: SoundSource): boolean {
    if (this.#playing.length >= MAX_PLAYING) return false;
    this.#playing.push({ file, source });
    if (this.#playing.length === 1) this.tell('play-file', { File: file });
    return true;
  }

  stopPlaying(isAll: boolean): number {
    const stopped = this.#playing.splice(0, isAll ? this.#playing.length : 1);
    for (const { source } of stopped) source.close();
    return stopped.length;
  }

  async startRecording(file: string, recorder: WavRecorder): Promise<void> {
    await this.stopRecording(file);
    this.recordings.set(file, { recorder, isPaused: false });
    this.tell('start-recording', { Path: file });
  }

  async stopRecording(file: string): Promise<boolean> {
    const recording = this.recordings.get(file);
    if (recording === undefined) return false;
    this.recordings.delete(file);
    await recording.recorder.close();
    this.tell('stop-recording', { Path: file, 'Samples-Out': String(recording.recorder.samples) });
    return true;
  }

  tell(action: string, more: EslEvent): void {
    this.#world.emit({
      'Event-Name': 'CUSTOM',
      'Core-UUID': this.#world.coreUuid,
      'Event-Date-Timestamp': unixMicroseconds(),
      ...this.#headers(action),
      ...more,
    });
  }

  tellOf(member: Member, action: string, more: EslEvent): void {
    this.#world.emit({
      ...channelHeaders(member.leg, 'CUSTOM'),
      ...this.#headers(action),
      'Member-ID': String(member.id),
      'Member-Type': member.flags.has('moderator') ? 'moderator' : 'member',
      'Member-Ghost': String(member.flags.has('ghost')),
      Hear: String(!member.isDeaf),
      Speak: String(!member.isMuted),
      Talking: String(member.isTalking),
      ...more,
    });
  }

  memberOf(leg: Leg): Member | undefined {
    return [...this.members.values()].find((member) => member.leg === leg);
  }

  #headers(action: string): EslEvent {
    return {
      'Event-Subclass': 'conference::maintenance',
      'Conference-Name': this.name,
      'Conference-Size': String(this.members.size),
      'Conference-Unique-ID': this.uuid,
      Action: action,
    };
  }

  #mixPlaying(): void {
    const [now] = this.#playing;
    if (now === undefined) return;
    const sound = new Int16Array(this.sum.length);
    now.source.read(sound);
    addTo(this.sum, sound, sound.length);
    if (!now.source.isOver) return;
    this.#playing.shift();
    const { played, fileRate } = now.source;
    this.tell('play-file-done', {
      File: now.file,
      seconds: String(Math.floor(played / fileRate)),
      milliseconds: String(Math.floor((played * 1000) / fileRate)),
      samples: String(played),
    });
    const [next] = this.#playing;
    if (next !== undefined) this.tell('play-file', { File: next.file });
  }

  #record(): void {
    if (this.recordings.size === 0) return;
    const mixed = new Int16Array(this.sum.length);
    mixWithout(this.sum, undefined, mixed.length, mixed);
    for (const { recorder, isPaused } of this.recordings.values()) if (!isPaused) recorder.write(mixed);
  }

  #end(): void {
    if (this.#isEnding) return;
    this.#isEnding = true;
    for (const member of [...this.members.values()]) member.leave('ended');
  }

  #close(): void {
    this.stopPlaying(true);
    for (const file of [...this.recordings.keys()]) void this.stopRecording(file);
    this.tell('conference-destroy', {});
    this.#onEmpty(this);
  }
}
