import type { Socket } from 'node:net';
import Mrf from 'drachtio-fsmrf';
import Srf from 'drachtio-srf';

/** The parts of drachtio-fsmrf and drachtio-srf that the media edge uses, typed as they behave. */

/** The event socket connection of one channel, or of the whole server. */
export interface EslLink {
  /** Null once it is closed. */
  readonly socket: Socket | null;
  on(event: string, listener: (...args: never[]) => void): void;
  once(event: string, listener: (...args: never[]) => void): void;
  removeAllListeners(event?: string): void;
  subscribe(events: string): void;
  /** Each command is answered once, in order. */
  sendRecv(command: string, answered: () => void): void;
  disconnect(): void;
  /** Retries of the library's own, for ever unless it is told otherwise. */
  readonly reconnectOpts: { maxAttempts?: number };
}

export interface EslEvent {
  getHeader(name: string): string | undefined | null;
}

export interface ApiReply {
  getBody(): string | undefined;
}

export interface LibraryDialog {
  readonly remote: { readonly sdp: string };
  /** Sends a re-INVITE; gives the description of its 200. */
  modify(sdp: string): Promise<string>;
  destroy(): Promise<unknown>;
  on(event: 'destroy', listener: () => void): void;
}

export interface LibraryEndpoint {
  readonly uuid: string;
  /** Null once the channel is gone. */
  readonly conn: EslLink | null;
  /** Null once it is destroyed. */
  readonly dialog: LibraryDialog | null;
  /** Settles with the event that says the application has ended; never, when the channel is lost meanwhile. */
  execute(application: string, argument: string): Promise<EslEvent>;
  api(command: string, args: readonly string[]): Promise<ApiReply>;
  destroy(): Promise<unknown>;
  on(event: 'destroy', listener: () => void): void;
  on(event: 'dtmf', listener: (key: { readonly dtmf: string; readonly duration?: string }) => void): void;
}

export interface LibraryServer {
  readonly conn: EslLink;
  /** Sessions of the server, by its last HEARTBEAT. */
  readonly currentSessions: number;
  readonly maxSessions: number;
  /** Set before the end is noticed, it keeps the library from writing to the console. */
  closing: boolean;
  /** Where channels call back: tells of each connection before anything was read from it. */
  readonly _server: { on(event: 'connection::open', listener: (conn: EslLink) => void): void };
  createEndpoint(options: { remoteSdp?: string; headers?: Record<string, string> }): Promise<LibraryEndpoint>;
  connectCaller(
    req: { readonly body: string },
    res: object,
    options: object,
  ): Promise<{ readonly endpoint: LibraryEndpoint }>;
  disconnect(): void;
}

export interface LibraryConnectOptions {
  readonly address: string;
  readonly port: number;
  readonly secret: string;
  readonly profile: string;
  readonly listenAddress: string;
  readonly listenPort: number;
  readonly advertisedAddress: string;
}

export interface MediaLibrary {
  /** Never settles when the password is wrong. */
  connect(options: LibraryConnectOptions): Promise<LibraryServer>;
}

/** drachtio-srf, as far as media needs it. */
export interface LibrarySrf {
  connect(options: {
    readonly host: string;
    readonly port: number;
    readonly secret: string;
    readonly reconnect: { readonly retryMaxDelay: number };
  }): void;
  disconnect(): void;
  on(event: 'connect', listener: (error: Error | null) => void): void;
  on(event: 'error' | 'close' | 'reconnecting', listener: (what: unknown) => void): void;
  createUAC(uri: string, options: object, ...more: unknown[]): Promise<LibraryDialog>;
  readonly app: { readonly client?: { readonly wp?: WireEmitter } };
}

/** The object that keeps the socket and tells of each frame. */
export interface WireEmitter {
  listeners(event: 'msg'): readonly ((socket: Socket, message: string) => void)[];
  removeAllListeners(event: 'msg'): void;
  on(event: 'msg', listener: (socket: Socket, message: string) => void): void;
}

/** What the library is given for drachtio-srf. */
export interface SrfForMedia {
  createUAC(uri: string, options: object, ...more: unknown[]): unknown;
  createUAS(req: object, res: object, options: { readonly localSdp: string }, done?: UasDone): unknown;
}

export type UasDone = (error: Error | null, dialog: object) => void;

export function createLibrarySrf(): LibrarySrf {
  return new (Srf as unknown as new () => LibrarySrf)();
}

export function createMediaLibrary(srf: SrfForMedia): MediaLibrary {
  return new (Mrf as new (srf: SrfForMedia, options: object) => MediaLibrary)(srf, {});
}
