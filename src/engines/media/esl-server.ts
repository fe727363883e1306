import { createHash, timingSafeEqual } from 'node:crypto';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { authRequest, commandReply, rudeRejection } from '../../protocol/esl/block.ts';
import { unixMicroseconds } from './clock.ts';
import { EslConnection } from './esl-connection.ts';
import type { EventBus } from './event-bus.ts';
import type { World } from './leg.ts';
import type { MediaOptions } from './options.ts';

const AUTH_MS = 10_000;

/** The figures a HEARTBEAT carries. */
export interface Vitals {
  readonly sessions: number;
  readonly maxSessions: number;
  readonly sessionsSinceStart: number;
  readonly address: string;
}

/** The inbound event socket: applications connect, present the password, command the engine, hear its heart beat. */
export class EslServer {
  readonly #options: MediaOptions;
  readonly #world: World;
  readonly #bus: EventBus;
  readonly #api: (line: string) => Promise<string>;
  readonly #vitals: () => Vitals;
  readonly #connections = new Set<EslConnection>();
  #server: Server | undefined;
  #heart: NodeJS.Timeout | undefined;

  constructor(
    options: MediaOptions,
    world: World,
    bus: EventBus,
    api: (line: string) => Promise<string>,
    vitals: () => Vitals,
  ) {
    this.#api = api;
    this.#options = options;
    this.#world = world;
    this.#bus = bus;
    this.#vitals = vitals;
  }

  /** The port listened on. Rejects when it is taken. */
  async start(): Promise<number> {
    const { address, port, heartbeatSeconds } = this.#options.eventSocket;
    const server = createServer((socket) => this.#accept(socket));
    this.#server = server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, address, () => resolve());
    });
    this.#heart = setInterval(() => this.#beat(), heartbeatSeconds * 1000);
    return (server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    clearInterval(this.#heart);
    for (const connection of this.#connections) connection.end();
    const server = this.#server;
    if (server === undefined) return;
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
      for (const connection of this.#connections) connection.destroy();
    });
  }

  #accept(socket: Socket): void {
    const { allowedFrom } = this.#options.eventSocket;
    const from = (socket.remoteAddress ?? '').replace(/^::ffff:/, '');
    const isAllowed = allowedFrom.length === 0 || allowedFrom.includes(from);
    if (!isAllowed || this.#connections.size >= this.#options.limits.applications) {
      socket.on('error', () => socket.destroy());
      socket.end(rudeRejection());
      return;
    }
    let isKnown = false;
    const patience = setTimeout(() => {
      if (!isKnown) socket.destroy();
    }, AUTH_MS);
    const connection = new EslConnection(
      socket,
      {
        world: this.#world,
        bus: this.#bus,
        queueBytes: this.#options.limits.socketQueueBytes,
        api: (line) => this.#api(line),
        onClose: () => {
          clearTimeout(patience);
          this.#connections.delete(connection);
        },
      },
      (command, words) => {
        if (isKnown) return undefined;
        isKnown = words[0] === 'auth' && isSame(command.line.slice(5), this.#options.eventSocket.password);
        if (isKnown) return commandReply('+OK accepted');
        setImmediate(() => connection.end());
        return commandReply(words[0] === 'auth' ? '-ERR invalid' : '-ERR command not found');
      },
    );
    this.#connections.add(connection);
    connection.write(authRequest());
  }

  #beat(): void {
    const { sessions, maxSessions, sessionsSinceStart, address } = this.#vitals();
    this.#bus.emit({
      'Event-Name': 'HEARTBEAT',
      'Core-UUID': this.#world.coreUuid,
      'FreeSWITCH-Hostname': this.#world.hostname,
      'FreeSWITCH-IPv4': address,
      'FreeSWITCH-IPv6': '::1',
      'FreeSWITCH-Version': 'Beffroi',
      'Event-Date-Timestamp': unixMicroseconds(),
      'Event-Info': 'System Ready',
      'Uptime-msec': String(Math.round(performance.now())),
      'Session-Count': String(sessions),
      'Max-Sessions': String(maxSessions),
      'Session-Per-Sec': '100',
      'Session-Since-Startup': String(sessionsSinceStart),
      'Idle-CPU': '100.000000',
    });
  }
}

/** Compared by digest, so that the time taken says nothing. */
function isSame(given: string, right: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(right));
}
