/** Scripted SIP peers on loopback: they say what they are told and keep what they hear. */
import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import WebSocket from 'ws';
import { StreamFramer } from '../../src/protocol/sip/framing.ts';
import { Header } from '../../src/protocol/sip/header-names.ts';
import { parse, type SipMessage } from '../../src/protocol/sip/message.ts';
import { Inbox } from './wire-inbox.ts';

export interface Heard {
  readonly text: string;
  readonly message: SipMessage;
  readonly port: number;
  /** Answer on the same way. */
  reply(text: string): void;
}

export interface At {
  readonly address: string;
  readonly port: number;
}

/** What both kinds of peer can do with their inbox. */
export abstract class Peer {
  readonly inbox = new Inbox<Heard>('a SIP message');
  abstract readonly port: number;
  abstract readonly transport: 'UDP' | 'TCP' | 'WS';
  /** What it calls itself in Via and Contact, where that is not its address and port. */
  readonly host: string | undefined = undefined;

  /** The next message that begins like this. */
  hear(begins: string, patience?: number): Promise<Heard> {
    return this.inbox.next(({ text }) => text.startsWith(begins), patience);
  }

  /** The next response of this status to this method. */
  answer(status: number, method: string): Promise<Heard> {
    return this.inbox.next(({ message }) => message.status === status && message.cseq?.method === method);
  }

  /** Messages that came and nobody took, by their first line. */
  get unheard(): string[] {
    return this.inbox.left.map(({ text }) => text.split('\r\n', 1)[0] ?? '');
  }
}

export class UdpPeer extends Peer {
  readonly transport = 'UDP';
  readonly #socket: UdpSocket;

  private constructor(socket: UdpSocket) {
    super();
    this.#socket = socket;
    socket.on('message', (datagram, from) => {
      const text = datagram.toString('latin1');
      const message = parse(text);
      if (message === undefined) return;
      const reply = (answer: string): void => this.say(answer, { address: from.address, port: from.port });
      this.inbox.put({ text, message, port: from.port, reply });
    });
  }

  static async open(address = '127.0.0.1'): Promise<UdpPeer> {
    const socket = createSocket('udp4');
    await new Promise<void>((resolve) => socket.bind(0, address, resolve));
    return new UdpPeer(socket);
  }

  get port(): number {
    return this.#socket.address().port;
  }

  say(text: string, to: At): void {
    this.#socket.send(Buffer.from(text, 'latin1'), to.port, to.address);
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.#socket.close(() => resolve()));
  }
}

/** A peer that listens on TCP and may dial out; whatever connection brings a message, it lands in one inbox. */
export class TcpPeer extends Peer {
  readonly transport = 'TCP';
  readonly #server: Server;
  readonly sockets = new Set<Socket>();
  /** Bytes that were not a message: keep-alive answers. */
  readonly rest = new Inbox<string>('bytes');

  private constructor(server: Server) {
    super();
    this.#server = server;
    server.on('connection', (socket) => this.#read(socket));
  }

  static async open(): Promise<TcpPeer> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new TcpPeer(server);
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async dial(to: At): Promise<Socket> {
    const socket = connect({ host: to.address, port: to.port });
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', () => resolve());
      socket.once('error', reject);
    });
    this.#read(socket);
    return socket;
  }

  close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  #read(socket: Socket): void {
    const framer = new StreamFramer(65_536);
    this.sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => this.sockets.delete(socket));
    socket.on('data', (chunk) => {
      const bytes = chunk.toString('latin1');
      if (bytes === '\r\n') return this.rest.put(bytes);
      for (const framed of framer.push(bytes)) {
        const message = 'message' in framed ? parse(framed.message) : undefined;
        if (message === undefined) continue;
        const reply = (answer: string): void => void socket.write(answer, 'latin1');
        this.inbox.put({ text: message.text, message, port: socket.remotePort ?? 0, reply });
      }
      return undefined;
    });
  }
}

/** A browser's phone: it has no address, only the connection it made (RFC 7118). */
export class WebPeer extends Peer {
  readonly transport = 'WS';
  readonly port = 0;
  override readonly host: string;
  readonly socket: WebSocket;
  /** Messages that were no SIP message: answers to keep-alives. */
  readonly rest = new Inbox<string>('a WebSocket message');

  private constructor(socket: WebSocket, host: string) {
    super();
    this.socket = socket;
    this.host = host;
    socket.on('error', () => undefined);
    socket.on('message', (data) => {
      if (!Buffer.isBuffer(data)) return;
      const text = data.toString('latin1');
      const message = parse(text);
      if (message === undefined) this.rest.put(text);
      else this.inbox.put({ text, message, port: 0, reply: (answer) => this.say(answer) });
    });
  }

  static async open(to: At, host: string): Promise<WebPeer> {
    const socket = new WebSocket(`ws://${to.address}:${to.port}`, ['sip']);
    const peer = new WebPeer(socket, host);
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    return peer;
  }

  say(text: string): void {
    this.socket.send(text);
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      if (this.socket.readyState === WebSocket.CLOSED) return resolve();
      this.socket.once('close', () => resolve());
      this.socket.terminate();
      return undefined;
    });
  }
}

/** Value of a header of something heard. */
export function header(heard: { readonly message: SipMessage | undefined }, name: keyof typeof Header): string {
  return heard.message?.get(Header[name]) ?? '';
}
