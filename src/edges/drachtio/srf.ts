import type { Socket } from 'node:net';
import Library from 'drachtio-srf';

/**
 * The part of drachtio-srf that we use, typed as it behaves (its own declarations leave out or misname much of it): it
 * connects, lets itself be let in, asks for verbs, and comes back when the connection was lost. Requests and responses are
 * read and written by `agent.ts`: synchronously, so that nothing can happen between a 200 and the BYE that shares a read
 * with it, and at a fraction of the library's cost.
 */
export interface SrfClient {
  connect(options: SrfConnectOptions): void;
  disconnect(): void;
  on(event: 'connect', listener: (error: Error | null, hostports?: string, version?: string) => void): void;
  on(event: 'error' | 'close' | 'reconnecting', listener: (what: unknown) => void): void;
  /** The library's own wiring: looked at by `connect.ts` only. */
  readonly app: { readonly client?: { readonly wp?: WireEmitter } };
}

/** The object that keeps the socket and tells of each frame. */
export interface WireEmitter {
  listeners(event: 'msg'): readonly ((socket: Socket, message: string) => void)[];
  on(event: 'connect', listener: (socket: Socket) => void): void;
}

export interface SrfConnectOptions {
  readonly host: string;
  readonly port: number;
  readonly secret: string;
  readonly reconnect?: { readonly retryMaxDelay: number };
}

/** What requests and responses share. */
export interface SipMessage {
  /** A header, whatever its spelling; repeated ones are joined by a comma. */
  header(name: string): string | undefined;
  readonly body: string;
  readonly source: 'network' | 'application';
  readonly source_address: string;
  readonly source_port: number;
  readonly protocol: string;
  readonly stackDialogId: string;
  /** The connection to the engine it came by. */
  readonly socket: unknown;
}

/** A request of the far end, or the BYE that the engine sends on its own. */
export interface SipRequest extends SipMessage {
  readonly method: string;
  readonly uri: string;
  /** An INVITE that is not answered yet: the far end gives it up. */
  whenCancelled(listener: (cancel: SipMessage) => void): void;
  /** An INVITE that is not answered yet: an UPDATE of the far end. */
  whenUpdated(listener: (req: SipRequest, res: SipResponse) => void): void;
}

/** Acknowledges a final response to our INVITE, with a body when we owe an answer. */
export type Ack = (options?: { body: string }) => void;

/** A response that came, or the one that a request of the far end waits for. */
export interface SipResponse extends SipMessage {
  readonly status: number;
  send(status: number, answer: Written, sent?: (error: unknown) => void): void;
}

/** What is handed to the engine: every line of it has passed the choke point. */
export interface Written {
  readonly reason?: string | undefined;
  /** Whole lines, each with its end. */
  readonly headers: string;
  readonly body?: string | undefined;
}

export interface WrittenRequest extends Written {
  readonly method: string;
  readonly uri: string;
  readonly proxy?: string | undefined;
  /** The dialog it belongs to, and the connection that dialog lives on. */
  readonly dialog?: { readonly id: string; readonly socket: unknown } | undefined;
}

/** A request of ours that went to the engine. */
export interface SentRequest {
  cancel(headers: string): void;
}

export interface Reactions {
  sent?(req: SentRequest): void;
  /** It could not be sent at all. */
  failed(error: Error): void;
  response?(res: SipResponse, ack: Ack): void;
  /** An UPDATE of the far end while this INVITE is unanswered. */
  update?(req: SipRequest, res: SipResponse): void;
}

/** Who takes our requests. */
export interface Sender {
  /** Throws at once when there is no connection. */
  send(request: WrittenRequest, on: Reactions): void;
}

type Constructor = new () => SrfClient & Record<string, (handler: typeof unwanted) => void>;

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

/** A client that asks the engine for every request. Verbs are asked for before the connection is made, and only once. */
export function createSrf(): SrfClient {
  const client = new (Library as unknown as Constructor)();
  client['use']?.(unwanted);
  for (const verb of verbs) client[verb]?.(unwanted);
  return client;
}

/** What reaches the library and none of its dialogs: a request in a dialog that has just ended. */
function unwanted(req: { readonly method: string }, res: { send(status: number): void }): void {
  if (req.method !== 'ACK') res.send(481);
}
