/** SIP over TCP: a listener, the connections it took and those we made. */
import { connect, createServer, type Server, type Socket } from 'node:net';
import { StreamFramer } from '../../protocol/sip/framing.ts';
import type { Counter, Flow, ListenPoint, Receiver, TransportLimits } from './flow.ts';
import { listenAt } from './listening.ts';

class TcpConnection implements Flow {
  readonly transport = 'tcp';
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly #socket: Socket;
  readonly #owner: TcpTransport;
  readonly #framer: StreamFramer;
  readonly #limits: TransportLimits;
  #completion: NodeJS.Timeout | undefined;
  #corked = false;
  #ended = false;

  constructor(owner: TcpTransport, socket: Socket, remote: { address: string; port: number }, limits: TransportLimits) {
    this.#owner = owner;
    this.#socket = socket;
    this.#limits = limits;
    this.remoteAddress = remote.address;
    this.remotePort = remote.port;
    this.#framer = new StreamFramer(limits.messageBytes);
    socket.setNoDelay(true);
    socket.setTimeout(limits.idleMs, () => this.close());
    socket.on('data', (chunk) => this.#received(chunk));
    socket.on('error', () => this.close());
    socket.on('end', () => this.close());
    socket.on('close', () => this.close());
  }

  get point(): ListenPoint {
    return this.#owner.point;
  }

  get alive(): boolean {
    return !this.#ended;
  }

  /** One write a turn of the event loop, however many messages it takes. */
  send(text: string): boolean {
    if (this.#ended) return false;
    if (this.#socket.writableLength > this.#limits.writeQueueBytes) {
      this.close();
      return false;
    }
    if (!this.#corked && !this.#socket.connecting) {
      this.#corked = true;
      this.#socket.cork();
      setImmediate(this.#uncork);
    }
    this.#socket.write(text, 'latin1');
    return true;
  }

  readonly #uncork = (): void => {
    this.#corked = false;
    this.#socket.uncork();
  };

  close(): void {
    if (this.#ended) return;
    this.#ended = true;
    clearTimeout(this.#completion);
    this.#socket.destroy();
    this.#owner.forget(this);
  }

  /** Let what is written go out, then close. */
  finish(): void {
    this.#socket.end();
    setTimeout(() => this.close(), 200).unref();
  }

  #received(chunk: Buffer): void {
    for (const framed of this.#framer.push(chunk.toString('latin1'))) {
      if (this.#ended) return;
      if ('keepAlive' in framed) this.send('\r\n');
      else if ('broken' in framed) {
        this.#owner.receiver.broken(framed.message, this, framed.broken);
        this.finish();
      } else this.#owner.receiver.message(framed.message, this);
    }
    this.#watchCompletion();
  }

  /** A message dripped byte by byte must still be complete in time. */
  #watchCompletion(): void {
    if (!this.#framer.incomplete) {
      clearTimeout(this.#completion);
      this.#completion = undefined;
      return;
    }
    this.#completion ??= setTimeout(() => {
      this.#owner.count('dropped: message incomplete');
      this.close();
    }, this.#limits.messageCompletionMs).unref();
  }
}

export class TcpTransport {
  readonly receiver: Receiver;
  readonly count: Counter;
  readonly #limits: TransportLimits;
  /** Both directions; outgoing ones also by `address:port`, to be used again. */
  readonly #connections = new Set<TcpConnection>();
  readonly #made = new Map<string, TcpConnection>();
  readonly #perSource = new Map<string, number>();
  #point: ListenPoint;
  #server: Server | undefined;

  constructor(point: ListenPoint, receiver: Receiver, limits: TransportLimits, count: Counter) {
    this.#point = point;
    this.receiver = receiver;
    this.#limits = limits;
    this.count = count;
  }

  get point(): ListenPoint {
    return this.#point;
  }

  get connections(): number {
    return this.#connections.size;
  }

  /** Listen. Rejects with the socket's error. */
  async start(at: ListenPoint): Promise<void> {
    const server = createServer({ noDelay: true }, (socket) => this.#accept(socket));
    this.#point = await listenAt(server, at, () => this.count('dropped: socket error'));
    this.#server = server;
  }

  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    const closed = server && new Promise<void>((resolve) => server.close(() => resolve()));
    for (const connection of [...this.#connections]) connection.close();
    await closed;
  }

  /** The open connection we made to this address, or a new one; what is sent before it stands waits. */
  flowTo(address: string, port: number): Flow {
    const key = `${address}:${port}`;
    const open = this.#made.get(key);
    if (open?.alive) return open;
    const socket = connect({ host: address, port, localAddress: this.#point.address });
    const connection = new TcpConnection(this, socket, { address, port }, this.#limits);
    const giveUp = setTimeout(() => connection.close(), this.#limits.connectMs).unref();
    socket.once('connect', () => clearTimeout(giveUp));
    this.#connections.add(connection);
    this.#made.set(key, connection);
    return connection;
  }

  forget(connection: TcpConnection): void {
    this.#connections.delete(connection);
    const key = `${connection.remoteAddress}:${connection.remotePort}`;
    if (this.#made.get(key) === connection) this.#made.delete(key);
    else this.#release(connection.remoteAddress);
    this.receiver.closed(connection);
  }

  #accept(socket: Socket): void {
    const address = socket.remoteAddress ?? '';
    const fromThere = this.#perSource.get(address) ?? 0;
    if (this.#connections.size >= this.#limits.connections || fromThere >= this.#limits.connectionsPerSource) {
      this.count('dropped: too many connections');
      socket.destroy();
      return;
    }
    this.#perSource.set(address, fromThere + 1);
    this.#connections.add(new TcpConnection(this, socket, { address, port: socket.remotePort ?? 0 }, this.#limits));
  }

  #release(address: string): void {
    const left = (this.#perSource.get(address) ?? 1) - 1;
    if (left > 0) this.#perSource.set(address, left);
    else this.#perSource.delete(address);
  }
}
