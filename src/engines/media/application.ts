import type { Channel } from './channel.ts';

/** Why an application ends before its time. */
export type StopReason = 'break' | 'bridge' | 'transfer' | 'hangup' | 'peer gone';

/** An application that runs for a while. Only the topmost of a channel's stack is asked and told. */
export interface Application {
  /** Fills the frame with what is to be sent. False: nothing to send now. */
  speak(frame: Int16Array): boolean;
  /** What the peer says, every 20 ms. Where it is missing nobody needs to decode. */
  hear?(frame: Int16Array): void;
  /** A key of the peer. */
  key?(key: string): void;
  /** Ends it: `done` is called before this returns, unless the application outlives the reason. */
  stop(why: StopReason): void;
}

/** What an application is started with. `done` may be called once; the response goes into the completion event. */
export interface Start {
  readonly channel: Channel;
  readonly argument: string;
  done(response: string): void;
}

export const NO_RESPONSE = '_none_';

/** `instant` ones take effect at once, whatever else runs, and return their response. */
export type ApplicationKind =
  | {
      readonly is: 'instant';
      run(channel: Channel, argument: string): string | undefined | Promise<string | undefined>;
    }
  | { readonly is: 'lasting'; start(start: Start): Application };
