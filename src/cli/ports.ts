import type { LoadedTown } from '../config/load.ts';
import type { Secrets } from '../config/secrets.ts';
import type { ReloadReply } from '../edges/http/api.ts';

/** Where a command writes, and what it knows of its surroundings. */
export interface Terminal {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Which of the two is a screen that shows colours? */
  readonly inColour: { readonly out: boolean; readonly err: boolean };
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly now: () => number;
  /** Calls `handle` whenever the signal comes, until what it gives back is called. */
  readonly onSignal: (name: NodeJS.Signals, handle: () => void) => () => void;
  /** Calls `handle` when an exception was caught by nobody: what the process knows can no longer be trusted. */
  readonly onFault: (handle: (error: unknown) => void) => () => void;
}

/** What `start` needs of the whole house: the CLI opens no SIP door, so main hands it in. */
export type StartExchange = (given: Beginning) => Promise<Running>;

export interface Beginning {
  readonly configDir: string;
  readonly dataDir: string;
  readonly town: LoadedTown;
  readonly secrets: Secrets;
  readonly version: string;
}

/** An exchange that takes calls. */
export interface Running {
  /** Of the API, such as `http://127.0.0.1:8080`. */
  readonly url: string;
  /** Where SIP is spoken, as the engine found it: `udp/127.0.0.1:5060`. */
  readonly sip: readonly string[];
  /** One at a time. Never rejects. */
  reload(): Promise<ReloadReply>;
  callsActive(): number;
  /** No new calls from now on, but to the emergency services. Settles when the last has ended, or the time is over. */
  drain(seconds: number): Promise<void>;
  /** Ends the calls that are left, writes the ledger, closes everything. */
  stop(): Promise<void>;
}
