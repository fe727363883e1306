import type { Socket } from 'node:net';
import type { Dialogs } from './dialogs.ts';
import { createSrf, type SipRequest, type SipResponse, type SrfClient, type WireEmitter } from './srf.ts';

/** The connection to the signalling engine. */
export interface EngineConnection {
  readonly srf: SrfClient;
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
  const srf = createSrf(options.handle);
  let connected = false;
  let told = false;
  let hostports: readonly string[] = [];
  let closing = false;

  /** Says once that the engine is not there, however often it is tried again. */
  const lose = (why: string): void => {
    if (closing || told) return;
    told = true;
    connected = false;
    changed(false, why);
    dialogs.loseAll();
  };
  // Without a listener an `error` event ends the process.
  srf.on('error', (error) => lose(error instanceof Error ? error.message : String(error)));
  srf.on('close', () => lose('the connection was closed'));
  srf.on('reconnecting', () => lose('the connection was lost'));

  return {
    srf,
    get connected() {
      return connected;
    },
    get hostports() {
      return hostports;
    },
    open() {
      return new Promise((resolve, reject) => {
        srf.on('connect', (error, listens) => {
          if (closing) return;
          if (error) {
            lose('it refuses our secret');
            reject(new Error('the signalling engine refuses our secret'));
            return;
          }
          hostports = listens?.split(',') ?? [];
          connected = true;
          told = false;
          changed(true, hostports.join(', '));
          resolve();
        });
        srf.connect({ host, port, secret, reconnect: { retryMaxDelay: retryMsAtMost } });
        const wire = srf.app.client?.wp;
        if (wire !== undefined) {
          shield(wire, alarm);
          wire.on('connect', cork);
        }
      });
    },
    close() {
      closing = true;
      connected = false;
      try {
        srf.disconnect();
      } catch {
        // There was no connection to close.
      }
    },
  };
}

/**
 * The library handles each frame inside its socket's data event. A throw there would end the process, and before that leave
 * the frame at the head of its buffer, to be handled again and again. One shield around the event keeps both from happening.
 */
function shield(wire: WireEmitter, alarm: (error: unknown) => void): void {
  const listeners = wire.listeners('msg');
  wire.removeAllListeners('msg');
  wire.on('msg', (socket, message) => {
    try {
      for (const listener of listeners) listener(socket, message);
    } catch (error) {
      alarm(error);
    }
  });
}

/**
 * The library writes each frame by itself: one system call a frame. Frames of one turn of the event loop go out together,
 * in the order they were written.
 */
function cork(socket: Socket): void {
  const write = socket.write.bind(socket) as (...args: unknown[]) => boolean;
  let corked = false;
  socket.write = ((...args: unknown[]) => {
    if (!corked && !socket.destroyed) {
      corked = true;
      socket.cork();
      setImmediate(() => {
        corked = false;
        socket.uncork();
      });
    }
    return write(...args);
  }) as Socket['write'];
}

/**
 * drachtio-srf asks `process.env` for each header it reads, which is a call into the runtime each time.
 * A plain copy answers the same at a fraction of the cost. To be called once, before the first connection.
 */
export function flattenEnvironment(): void {
  process.env = { ...process.env };
}
