import type { Socket } from 'node:net';
import { Agent } from './agent.ts';
import type { Dialogs } from './dialogs.ts';
import { createSrf, type Sender, type SipRequest, type SipResponse } from './srf.ts';

/** The connection to the signalling engine. */
export interface EngineConnection {
  readonly srf: Sender;
  /** True while the engine has let us in. */
  readonly connected: boolean;
  /** Where the engine is reached by SIP peers, as it says: `udp/10.0.0.1:5060`, … */
  readonly hostports: readonly string[];
  /** Connects, and goes on trying for ever. Settles when the engine has let us in; rejects when it refuses our secret. */
  open(): Promise<void>;
  close(): void;
}

export interface ConnectionOptions {
  readonly host: string;
  readonly port: number;
  readonly secret: string;
  readonly dialogs: Dialogs;
  /** Every request: a throw of it is told to `alarm`. */
  readonly handle: (req: SipRequest, res: SipResponse) => void;
  /** Something threw while a frame of the engine was handled. */
  readonly alarm: (error: unknown) => void;
  readonly changed: (connected: boolean, why: string) => void;
}

const retryMsAtMost = 2_000;

export function createConnection(options: ConnectionOptions): EngineConnection {
  const { host, port, secret, dialogs, alarm, changed } = options;
  const library = createSrf();
  /** The library reads its frames in a listener of its own, which may throw. */
  const pass = (socket: Socket, frame: string): void => {
    for (const listener of library.app.client?.wp?.listeners('msg') ?? []) listener(socket, frame);
  };
  const owns = (dialogId: string): boolean => dialogs.find(dialogId) !== undefined;
  const agent = new Agent({ handle: options.handle, owns, pass, alarm });
  let connected = false;
  let told = false;
  let hostports: readonly string[] = [];
  let closing = false;

  /** Says once that the engine is not there, however often it is tried again. */
  const lose = (why: string): void => {
    if (closing || told) return;
    told = true;
    connected = false;
    agent.forget();
    changed(false, why);
    dialogs.loseAll();
  };
  // Without a listener an `error` event ends the process.
  library.on('error', (error) => lose(error instanceof Error ? error.message : String(error)));
  library.on('close', () => lose('the connection was closed'));
  library.on('reconnecting', () => lose('the connection was lost'));

  return {
    srf: agent,
    get connected() {
      return connected;
    },
    get hostports() {
      return hostports;
    },
    open() {
      return new Promise((resolve, reject) => {
        library.on('connect', (error, listens, version) => {
          if (closing) return;
          if (error) {
            lose('it refuses our secret');
            reject(new Error('the signalling engine refuses our secret'));
            return;
          }
          agent.letIn(version);
          hostports = listens?.split(',') ?? [];
          connected = true;
          told = false;
          changed(true, hostports.join(', '));
          resolve();
        });
        library.connect({ host, port, secret, reconnect: { retryMaxDelay: retryMsAtMost } });
        library.app.client?.wp?.on('connect', (socket) => agent.connected(socket));
      });
    },
    close() {
      closing = true;
      connected = false;
      try {
        library.disconnect();
      } catch {
        // There was no connection to close.
      }
    },
  };
}

/**
 * drachtio-srf asks `process.env` for each header it reads, which is a call into the runtime each time.
 * A plain copy answers the same at a fraction of the cost. To be called once, before the first connection.
 */
export function flattenEnvironment(): void {
  process.env = { ...process.env };
}
