/** Where we listen and the ways a message can take. */

/** WebSockets (RFC 7118) bare and over TLS beside what everybody speaks. */
export type Transport = 'udp' | 'tcp' | 'ws' | 'wss';

export const isWeb = (transport: string): boolean => transport === 'ws' || transport === 'wss';

/** What a WebSocket listener has beside its address. */
export interface WebDoor {
  /** Pages that may connect, by origin; undefined: every one. */
  readonly origins?: readonly string[] | undefined;
  /** Addresses of proxies in front, whose X-Forwarded-For is believed. */
  readonly proxies?: readonly string[] | undefined;
  /** PEM files, for TLS. */
  readonly certificate?: string | undefined;
  readonly key?: string | undefined;
}

export interface ListenPoint {
  readonly transport: Transport;
  readonly address: string;
  readonly port: number;
  /** What peers are told: the external address where one is set, else the bound one. */
  readonly advertisedAddress: string;
  readonly advertisedPort: number;
  /** Network mask of the interface that carries the address, as a number; 32 ones when unknown. */
  readonly mask: number;
  readonly web?: WebDoor | undefined;
}

/** A way to one peer: a UDP address pair, one TCP connection or one WebSocket. */
export interface Flow {
  readonly point: ListenPoint;
  readonly transport: Transport;
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly alive: boolean;
  /**
   * Hand a whole message (byte string) over. False: it cannot go, the flow is dead or full.
   * @param failed called later when it turns out that the message could not leave; costs a little, most do without
   */
  send(text: string, failed?: () => void): boolean;
}

export const reliable = (flow: Flow): boolean => flow.transport !== 'udp';

/** What transports report to. */
export interface Receiver {
  /** A whole message with the flow to answer it on. */
  message(text: string, flow: Flow): void;
  /** Broken framing on a stream; the connection closes after the answer, if there is one. */
  broken(text: string, flow: Flow, why: string): void;
  /** The flow ended; nothing more comes or goes. */
  closed(flow: Flow): void;
  /** The peer's UDP port is closed (ICMP). */
  refused(address: string, port: number): void;
}

export interface TransportLimits {
  readonly messageBytes: number;
  readonly connections: number;
  readonly connectionsPerSource: number;
  /** A message begun on a stream must be complete within this. */
  readonly messageCompletionMs: number;
  readonly idleMs: number;
  /** Bytes waiting for a peer that does not read. */
  readonly writeQueueBytes: number;
  readonly connectMs: number;
  /** A WebSocket is asked for a sign of life this often, and closed when none came until the next time. */
  readonly pingMs: number;
}

export const defaultLimits: TransportLimits = {
  messageBytes: 65_536,
  connections: 4096,
  connectionsPerSource: 1024,
  messageCompletionMs: 10_000,
  idleMs: 900_000,
  writeQueueBytes: 1_048_576,
  connectMs: 5000,
  pingMs: 30_000,
};

export type Counter = (name: string, by?: number) => void;
