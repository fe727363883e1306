import type { Socket } from 'node:net';
import Library from 'drachtio-srf';

/**
 * The part of drachtio-srf that we use, typed as it behaves (its own declarations leave out or misname much of it).
 * We stay below its Dialog class and keep dialogs ourselves: its requests, responses and events are delivered
 * synchronously, so nothing can happen between a 200 and the BYE that shares a read with it.
 */
export interface SrfClient {
  connect(options: SrfConnectOptions): void;
  disconnect(): void;
  /** Every request from the network, in a dialog or not, and the BYEs the engine sends on its own. */
  use(handler: (req: SipRequest, res: SipResponse, next: () => void) => void): void;
  /** Throws at once when there is no connection. */
  request(uri: string, options: RequestOptions, sent: (error: Error | null, req: SipRequest) => void): void;
  on(event: 'connect', listener: (error: Error | null, hostports?: string, version?: string) => void): void;
  on(event: 'error' | 'close' | 'reconnecting', listener: (what: unknown) => void): void;
  /** The library's own wiring: looked at by `connect.ts` only. */
  readonly app: { readonly client?: { readonly wp?: WireEmitter } };
}

/** The object that keeps the socket and tells of each frame. */
export interface WireEmitter {
  listeners(event: 'msg'): readonly ((socket: Socket, message: string) => void)[];
  removeAllListeners(event: 'msg'): void;
  on(event: 'msg', listener: (socket: Socket, message: string) => void): void;
  on(event: 'connect', listener: (socket: Socket) => void): void;
}

export interface SrfConnectOptions {
  readonly host: string;
  readonly port: number;
  readonly secret: string;
  readonly reconnect?: { readonly retryMaxDelay: number };
}

export interface RequestOptions {
  method: string;
  headers: Record<string, string>;
  body?: string;
  proxy?: string;
  stackDialogId?: string;
  /** The connection the dialog lives on. */
  _socket?: unknown;
}

/** What requests and responses share. Header names are in lower case, but those that begin with `P-` or `X-`, and `Diversion`. */
export interface SipMessage {
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body?: string;
  readonly source: 'network' | 'application';
  readonly source_address: string;
  readonly source_port: number;
  readonly protocol: string;
  readonly stackDialogId?: string;
  readonly socket: unknown;
}

export interface SipRequest extends SipMessage {
  readonly method: string;
  readonly uri: string;
  on(event: 'cancel', listener: (cancel: { readonly headers: SipMessage['headers'] }) => void): void;
  on(event: 'update', listener: (req: SipRequest, res: SipResponse) => void): void;
  on(event: 'response', listener: (res: SipResponse, ack: Ack) => void): void;
  cancel(options: { headers: Record<string, string> }): void;
}

/** Acknowledges a final response to our INVITE, with a body when we owe an answer. */
export type Ack = (options?: { body: string }) => void;

export interface SipResponse extends SipMessage {
  readonly status: number;
  readonly reason: string;
  readonly finalResponseSent: boolean;
  send(
    status: number,
    reason: string | undefined,
    options: { headers: Record<string, string>; body?: string },
    sent?: (error: unknown) => void,
  ): void;
}

type Constructor = new () => SrfClient;

const verbs = [
  'invite',
  'register',
  'options',
  'message',
  'info',
  'notify',
  'subscribe',
  'publish',
  'refer',
  'update',
] as const;

/** A client whose every request goes to one handler. Verbs are asked for before the connection is made, and only once. */
export function createSrf(handler: (req: SipRequest, res: SipResponse) => void): SrfClient {
  const client = new (Library as unknown as Constructor)();
  client.use((req, res) => handler(req, res));
  const asking = client as unknown as Record<string, (handler: (req: SipRequest, res: SipResponse) => void) => void>;
  for (const verb of verbs) asking[verb]?.(handler);
  return client;
}
