import type { SampleRate } from '../../protocol/audio/codec.ts';
import { meanMagnitude } from '../../protocol/audio/level.ts';
import { mixInto, mixWithout } from '../../protocol/audio/mix.ts';
import { Resampler } from '../../protocol/audio/resample.ts';
import type { EslEvent } from '../../protocol/esl/event.ts';
import { FRAME_MS } from './codec-kit.ts';
import type { LeaveReason, Leg, Seat } from './leg.ts';
import type { SoundSource } from './sounds/source.ts';

const TALKING = 300;
const STILL_TALKING_FRAMES = 25;

/** What a member needs of the room it is in. */
export interface Room {
  /** The sum of all contributions of the present frame. */
  readonly sum: Int32Array;
  isOpenFor(member: Member): boolean;
  tellOf(member: Member, action: string, more: EslEvent): void;
  remove(member: Member, why: LeaveReason): void;
}

/** A leg in a conference: what it contributes, what it hears, whether it talks. */
export class Member implements Seat {
  readonly id: number;
  readonly leg: Leg;
  readonly flags: ReadonlySet<string>;
  conference: Room;
  isMuted: boolean;
  isDeaf: boolean;
  isTalking = false;
  #quietFrames = 0;
  readonly #onLeave: (why: LeaveReason) => void;
  #toRoom: Resampler | undefined;
  #fromRoom: Resampler | undefined;
  /** What this one contributed to the present frame; undefined when nothing. */
  #contribution: Int16Array | undefined;
  #roomFrame: Int16Array = new Int16Array(0);
  #mixed: Int16Array = new Int16Array(0);
  #playing: SoundSource | undefined;

  constructor(id: number, leg: Leg, conference: Room, flags: readonly string[], onLeave: (why: LeaveReason) => void) {
    this.id = id;
    this.leg = leg;
    this.conference = conference;
    this.flags = new Set(flags);
    this.isMuted = this.flags.has('mute');
    this.isDeaf = this.flags.has('deaf');
    this.#onLeave = onLeave;
  }

  /** The room mixes at another rate now, or for the first time. */
  useRate(rate: SampleRate): void {
    const own = this.leg.audio.sampleRate;
    const samples = (rate * FRAME_MS) / 1000;
    this.#roomFrame = new Int16Array(samples);
    this.#mixed = new Int16Array(samples);
    this.#toRoom = own === rate ? undefined : new Resampler(own, rate);
    this.#fromRoom = own === rate ? undefined : new Resampler(rate, own);
  }

  /** What this one says into the room. */
  contribute(): Int16Array | undefined {
    const { heard } = this.leg.audio;
    this.#watchTalking(heard);
    this.#contribution = this.isMuted ? undefined : this.#inRoomRate(heard);
    return this.#contribution;
  }

  /** Everybody but himself, and what is played to him alone. */
  speak(_channel: Leg, frame: Int16Array): boolean {
    const mixed = this.#mixed;
    if (mixed.length === 0 || this.isDeaf || !this.conference.isOpenFor(this)) {
      frame.fill(0);
      return true;
    }
    mixWithout(this.conference.sum, this.#contribution, mixed.length, mixed);
    if (this.#playing !== undefined) this.#playOwn(mixed);
    if (this.#fromRoom === undefined) frame.set(mixed.subarray(0, frame.length));
    else this.#fromRoom.convert(mixed, mixed.length, frame);
    return true;
  }

  play(source: SoundSource): void {
    this.#playing?.close();
    this.#playing = source;
  }

  stopPlaying(): boolean {
    const wasPlaying = this.#playing !== undefined;
    this.#playing?.close();
    this.#playing = undefined;
    return wasPlaying;
  }

  key(key: string): void {
    this.conference.tellOf(this, 'dtmf', { 'DTMF-Key': key });
  }

  leave(why: LeaveReason): void {
    if (this.leg.member !== this) return;
    this.stopPlaying();
    this.leg.member = undefined;
    this.conference.remove(this, why);
    this.#onLeave(why);
  }

  #inRoomRate(heard: Int16Array): Int16Array | undefined {
    if (this.#toRoom === undefined) return heard.length === this.#roomFrame.length ? heard : undefined;
    this.#toRoom.convert(heard, heard.length, this.#roomFrame);
    return this.#roomFrame;
  }

  #playOwn(mixed: Int16Array): void {
    const sound = new Int16Array(mixed.length);
    this.#playing?.read(sound);
    mixInto(mixed, sound, sound.length);
    if (this.#playing?.isOver !== true) return;
    this.stopPlaying();
    this.conference.tellOf(this, 'play-file-member-done', {});
  }

  #watchTalking(heard: Int16Array): void {
    const isLoud = !this.isMuted && meanMagnitude(heard, heard.length) > TALKING;
    this.#quietFrames = isLoud ? 0 : this.#quietFrames + 1;
    const isTalking = isLoud || (this.isTalking && this.#quietFrames < STILL_TALKING_FRAMES);
    if (isTalking === this.isTalking) return;
    this.isTalking = isTalking;
    this.conference.tellOf(this, isTalking ? 'start-talking' : 'stop-talking', {});
  }
}
