/**
 * SIP over WebSocket (RFC 7118): browsers connect to us, we never connect to them. One SIP message is one WebSocket message,
 * text or binary, in as many frames as it takes.
 */
import { isUtf8 } from 'node:buffer';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, STATUS_CODES } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import { answerToKeepAlive, faultOfHandshake, forwardedFor, subprotocol } from '../../protocol/sip/websocket.ts';
import type { Counter, Flow, ListenPoint, Receiver, TransportLimits } from './flow.ts';
import { listenAt } from './listening.ts';

class WebConnection implements Flow {
  readonly transport: 'ws' | 'wss';
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly #socket: WebSocket;
  readonly #owner: WebTransport;
  readonly #limits: TransportLimits;
  #heard = true;
  #ended = false;

  constructor(
    owner: WebTransport,
    socket: WebSocket,
    remote: { address: string; port: number },
    limits: TransportLimits,
  ) {
    this.#owner = owner;
    this.#socket = socket;
    this.#limits = limits;
    this.transport = owner.point.transport === 'wss' ? 'wss' : 'ws';
    this.remoteAddress = remote.address;
    this.remotePort = remote.port;
    socket.on('message', (data) => this.#received(data));
    socket.on('ping', () => this.#isHeard());
    socket.on('pong', () => this.#isHeard());
    socket.on('error', (error) => this.#broken(error));
    socket.on('close', () => this.close());
  }

  get point(): ListenPoint {
    return this.#owner.point;
  }

  get alive(): boolean {
    return !this.#ended;
  }

  /** A text message must be UTF-8 (RFC 6455 §5.6); what is not goes as a binary one (RFC 7118 §5). */
  send(text: string, failed?: () => void): boolean {
    if (this.#ended) return false;
    if (this.#socket.bufferedAmount > this.#limits.writeQueueBytes) {
      this.close();
      return false;
    }
    const bytes = Buffer.from(text, 'latin1');
    this.#socket.send(bytes, { binary: !isUtf8(bytes) }, (error) => {
      if (error) failed?.();
    });
    return true;
  }

  /** Asks for a sign of life; ends what gave none since the last time. */
  ping(): void {
    if (!this.#heard) {
      this.#owner.count('dropped: websocket gone silent');
      this.close();
      return;
    }
    this.#heard = false;
    this.#socket.ping();
  }

  close(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#socket.terminate();
    this.#owner.forget(this);
  }

  #isHeard(): void {
    this.#heard = true;
  }

  #received(data: RawData): void {
    if (this.#ended || !Buffer.isBuffer(data)) return;
    this.#heard = true;
    const text = data.toString('latin1');
    const answer = answerToKeepAlive(text);
    if (answer === undefined) this.#owner.receiver.message(text, this);
    else if (answer !== '') this.send(answer);
  }

  /** Too long, or not as RFC 6455 wants it: the reason goes out in a close frame, then the connection ends. */
  #broken(error: Error & { readonly code?: string }): void {
    if (this.#ended) return;
    const tooLong = error.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH';
    this.#owner.count(tooLong ? 'dropped: message too long' : 'dropped: websocket broken');
    this.#ended = true;
    this.#owner.forget(this);
    setTimeout(() => this.#socket.terminate(), 200).unref();
  }
}

export class WebTransport {
  readonly receiver: Receiver;
  readonly count: Counter;
  readonly #limits: TransportLimits;
  readonly #handshakes: WebSocketServer;
  readonly #connections = new Set<WebConnection>();
  /** TCP connections by where they come from, those that are no WebSocket yet included. */
  readonly #perSource = new Map<string, number>();
  #sockets = 0;
  #point: ListenPoint;
  #server: Server | undefined;
  #pinging: NodeJS.Timeout | undefined;

  constructor(point: ListenPoint, receiver: Receiver, limits: TransportLimits, count: Counter) {
    this.#point = point;
    this.receiver = receiver;
    this.#limits = limits;
    this.count = count;
    this.#handshakes = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      maxPayload: limits.messageBytes,
      handleProtocols: () => subprotocol,
    });
  }

  get point(): ListenPoint {
    return this.#point;
  }

  get connections(): number {
    return this.#connections.size;
  }

  /** Listen. Rejects with the socket's error, or with that of a certificate's file. */
  async start(at: ListenPoint): Promise<void> {
    const server = await this.#makeServer();
    this.#point = await listenAt(server, at, () => this.count('dropped: socket error'));
    this.#server = server;
    this.#pinging = setInterval(() => {
      for (const connection of [...this.#connections]) connection.ping();
    }, this.#limits.pingMs).unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.#pinging);
    const server = this.#server;
    this.#server = undefined;
    const closed = server && new Promise<void>((resolve) => server.close(() => resolve()));
    for (const connection of [...this.#connections]) connection.close();
    server?.closeAllConnections();
    await closed;
  }

  /** Nobody can be connected to: a browser has no address, only the connection it made (RFC 7118 §5.4). */
  flowTo(): undefined {
    return undefined;
  }

  forget(connection: WebConnection): void {
    if (this.#connections.delete(connection)) this.receiver.closed(connection);
  }

  async #makeServer(): Promise<Server> {
    const { messageCompletionMs } = this.#limits;
    const options = {
      noDelay: true,
      maxHeaderSize: 8192,
      headersTimeout: messageCompletionMs,
      requestTimeout: messageCompletionMs,
      handshakeTimeout: messageCompletionMs,
      connectionsCheckingInterval: Math.min(messageCompletionMs, 5000),
    };
    const server = this.#point.transport === 'wss' ? await this.#tlsServer(options) : createServer(options);
    server.on('connection', (socket: Socket) => this.#admit(socket));
    server.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head));
    // RFC 9110 §15.5.22: nothing but WebSockets is served here
    server.on('request', (_request, response) => {
      response.writeHead(426, { Connection: 'close, Upgrade', Upgrade: 'websocket' }).end();
    });
    return server;
  }

  async #tlsServer(options: object): Promise<Server> {
    const { certificate, key } = this.#point.web ?? {};
    if (certificate === undefined || key === undefined) throw new Error('wss needs a certificate and its key');
    const [cert, ownKey] = await Promise.all([readFile(certificate), readFile(key)]);
    return createTlsServer({ ...options, cert, key: ownKey, minVersion: 'TLSv1.2' });
  }

  #admit(socket: Socket): void {
    const address = socket.remoteAddress ?? '';
    const fromThere = this.#perSource.get(address) ?? 0;
    if (this.#sockets >= this.#limits.connections || fromThere >= this.#limits.connectionsPerSource) {
      this.count('dropped: too many connections');
      socket.destroy();
      return;
    }
    this.#sockets += 1;
    this.#perSource.set(address, fromThere + 1);
    socket.once('close', () => this.#release(address));
  }

  #release(address: string): void {
    this.#sockets -= 1;
    const left = (this.#perSource.get(address) ?? 1) - 1;
    if (left > 0) this.#perSource.set(address, left);
    else this.#perSource.delete(address);
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy());
    const { origin } = request.headers;
    const protocols = request.headers['sec-websocket-protocol'];
    const fault = faultOfHandshake({ protocols, origin }, this.#point.web?.origins);
    if (fault !== undefined) {
      this.count(`dropped: websocket refused with ${fault.status}`);
      socket.end(
        `HTTP/1.1 ${fault.status} ${STATUS_CODES[fault.status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`,
      );
      return;
    }
    this.#handshakes.handleUpgrade(request, socket, head, (made) => {
      const { remoteAddress = '', remotePort = 0 } = request.socket;
      const forwarded = this.#point.web?.proxies?.includes(remoteAddress) && request.headers['x-forwarded-for'];
      const address = forwardedFor(forwarded ? String(forwarded) : undefined) ?? remoteAddress;
      this.#connections.add(new WebConnection(this, made, { address, port: remotePort }, this.#limits));
    });
  }
}
