/**
 * What a leg of a call looks like to those who work on it: applications, bridges, rooms, the event socket. Types only; the
 * class behind them is in channel.ts, and engine.ts puts the parts together.
 */
import type { Law } from '../../protocol/audio/g711.ts';
import type { EslEvent } from '../../protocol/esl/event.ts';
import type { Execution } from '../../protocol/esl/message.ts';
import type { ReceivedKey } from '../../protocol/rtp/event-receiver.ts';
import type { HangupCause } from './hangup-cause.ts';
import type { Log, MediaOptions } from './options.ts';
import type { RtpSession } from './rtp-session.ts';
import type { Folders } from './sounds/folders.ts';
import type { SoundLibrary } from './sounds/open.ts';
import type { SoundSource } from './sounds/source.ts';

export type CallState = 'DOWN' | 'RINGING' | 'EARLY' | 'ACTIVE' | 'HELD' | 'HANGUP';
export type KeySource = 'RTP' | 'INBAND_AUDIO' | 'APP' | 'ENDPOINT';

/** Who ended the leg; it decides what running applications say at their end. */
export type EndedBy = 'application' | 'command' | 'peer' | 'engine';

/** Why an application ends before its time. */
export type StopReason = 'break' | 'bridge' | 'transfer' | 'hangup' | 'peer gone';

/** Why a member is out of a room. */
export type LeaveReason = 'kick' | 'hangup' | 'ended' | 'stop' | 'transfer';

/** One leg: its variables, what it does, whom it is joined with, and its end. */
export interface Leg {
  readonly uuid: string;
  readonly world: World;
  readonly variables: ReadonlyMap<string, string>;
  readonly session: RtpSession;
  readonly audio: LegAudio;
  readonly stack: Stack;
  readonly callState: CallState;
  readonly hangupCause: HangupCause | undefined;
  readonly isEnded: boolean;
  bridge: Joint | undefined;
  member: Seat | undefined;
  /** Called when the end has been told to everybody: the event socket says good-bye. */
  onEnd: (() => void) | undefined;
  /** An empty value takes the variable away. */
  set(name: string, value: string): void;
  execute(execution: Execution): void;
  /** The peer pressed a key. */
  pressed(key: ReceivedKey, source: KeySource): void;
  setCallState(state: CallState): void;
  hangup(cause: HangupCause, by: EndedBy): void;
}

/** What a leg hears and says. */
export interface LegAudio {
  /** Of the frames; it stays while anything is open, whatever codec is agreed meanwhile. */
  readonly sampleRate: 8000 | 16000;
  /** What the peer said in this frame; zeros when nothing, or while muted. */
  readonly heard: Int16Array;
  readonly taps: Set<Tap>;
  /** Is there a reason to decode, beside what a bridge may relay as it is? */
  readonly needsSound: boolean;
  isHeardMuted: boolean;
  isSaidMuted: boolean;
  heardGain: number;
  saidGain: number;
  /** New media were agreed. */
  applied(): void;
  /** Keys in the sound are listened for, or no more. */
  detectKeys(isOn: boolean): void;
  displace(file: string, source: SoundSource, isMixed: boolean): void;
  stopDisplacing(): void;
}

/** Listens to both directions of a leg, as a recording does. `said` is undefined while nothing is sent. */
export interface Tap {
  both(heard: Int16Array, said: Int16Array | undefined): void;
  /** The leg ends. */
  end(): void;
}

/** The applications that run on a leg, one on top of the other. */
export interface Stack {
  readonly top: Application | undefined;
  readonly isIdle: boolean;
  stopAll(why: StopReason): void;
}

/** An application that runs for a while. Only the topmost of a leg's stack is asked and told. */
export interface Application {
  /** Fills the frame with what is to be sent. False: nothing to send now. */
  speak(frame: Int16Array): boolean;
  /** The same as `count` bytes of a law, to `packet[at]`, where they are at hand. False: nothing was done, `speak` will do it. */
  speakEncoded?(law: Law, packet: Uint8Array, at: number, count: number): boolean;
  /** What the peer says, every 20 ms. Where it is missing nobody needs to decode. */
  hear?(frame: Int16Array): void;
  /** A key of the peer. */
  key?(key: string): void;
  /** Ends it: `done` is called before this returns, unless the application outlives the reason. */
  stop(why: StopReason): void;
}

/** What an application is started with. `done` may be called once; the response goes into the completion event. */
export interface Start {
  readonly leg: Leg;
  readonly argument: string;
  done(response: string): void;
}

export const NO_RESPONSE = '_none_';

/** `instant` ones take effect at once, whatever else runs, and return their response. */
export type ApplicationKind =
  | { readonly is: 'instant'; run(leg: Leg, argument: string): string | undefined | Promise<string | undefined> }
  | { readonly is: 'lasting'; start(start: Start): Application };

/** How the SIP half is told to end. */
export interface SipHalf {
  /** Sends the BYE, unless the dialog is over. */
  end(cause: HangupCause): void;
}

/** Two legs that hear each other. */
export interface Joint {
  other(leg: Leg): Leg;
  /** Is the sound passed on without being looked at? */
  relays(leg: Leg): boolean;
  speak(leg: Leg, frame: Int16Array): boolean;
  key(from: Leg, key: string, durationMs: number, source: KeySource): void;
  /** @param by the one that left, undefined when both were taken apart */
  end(by?: Leg): void;
}

/** A place in a room. */
export interface Seat {
  speak(leg: Leg, frame: Int16Array): boolean;
  key(key: string): void;
  leave(why: LeaveReason): void;
}

/** The rooms, as the `conference` application needs them. */
export interface Rooms {
  /** Takes a leg into a room. A sentence when it may not go in. */
  join(leg: Leg, argument: string, onLeave: (why: LeaveReason) => void): Seat | string;
}

/** What a leg asks of the engine around it. */
export interface World {
  readonly coreUuid: string;
  readonly hostname: string;
  readonly profile: string;
  readonly rtp: MediaOptions['rtp'];
  readonly folders: Folders;
  readonly freeFloorBytes: number;
  readonly maxRecordSeconds: number;
  readonly maxVariables: number;
  readonly inBandDtmf: boolean;
  /** Leave out of events what the reference image leaves out. */
  readonly isFiltered: boolean;
  readonly library: SoundLibrary;
  readonly rooms: Rooms;
  /** All that a leg can be told to do. What is not here is refused by name. */
  readonly applications: Readonly<Record<string, ApplicationKind>>;
  readonly log: Log;
  random(bytes: number): Uint8Array;
  newId(): string;
  emit(event: EslEvent): void;
  sipAddress(): { readonly address: string; readonly port: number; readonly announceTls: boolean };
  leg(uuid: string): Leg | undefined;
  /** The leg is over: its ports go back. */
  ended(leg: Leg): void;
}
