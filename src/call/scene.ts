import type { Caller, IncomingCall, Meanwhile } from '../domain/call.ts';
import type { Config } from '../domain/config.ts';
import type { CallerLeg, Voice, World } from './ports.ts';
import type { OpenRecord } from './record.ts';
import type { Recorder } from './recorder.ts';
import type { CallSeats } from './seats.ts';

/** Everything that carrying out a call needs at hand. */
export interface Scene {
  readonly call: IncomingCall;
  readonly leg: CallerLeg;
  /** The one the call arrived under. */
  readonly config: Config;
  readonly world: World;
  readonly record: OpenRecord;
  readonly seats: CallSeats;
  /** Who calls; after a transfer, who was transferred. */
  readonly caller?: Caller | undefined;
  /** How often the call was transferred before. */
  readonly transferred?: number;
  /** Lets us talk to whoever transferred the call, until it is somebody else's. */
  readonly toTransferor?: () => Promise<Voice | undefined>;
  /** The caller's voice, once the call is pre-answered. */
  voice?: Voice | undefined;
  /** What is said to them while somebody is rung already. */
  welcome?: Welcome;
  /** What records the talk, once the caller was told of it. */
  recorder?: Recorder | undefined;
}

/** What is said while somebody is rung already: it belongs to the call, not to one ring, and goes on when the first phone has failed. */
export interface Welcome {
  /** It is over, whatever came of it. */
  readonly heard: Promise<unknown>;
  readonly whenAnswered: Meanwhile['whenAnswered'];
  /** It is said no more. */
  cut(): void;
}
