/** SIP over UDP: one socket, one datagram a message. */
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import type { AddressInfo } from 'node:net';
import type { Counter, Flow, ListenPoint, Receiver, TransportLimits } from './flow.ts';

/** IP literals only ever reach a socket here, so there is nothing to look up and no turn of the loop to lose. */
const noLookup = (
  host: string,
  _options: unknown,
  done: (error: null, address: string, family: number) => void,
): void => done(null, host, 4);

const bufferBytes = 4 * 1024 * 1024;
const slabBytes = 256 * 1024;

class UdpFlow implements Flow {
  readonly transport = 'udp';
  readonly alive = true;
  readonly #transport: UdpTransport;
  readonly remoteAddress: string;
  readonly remotePort: number;

  constructor(transport: UdpTransport, address: string, port: number) {
    this.#transport = transport;
    this.remoteAddress = address;
    this.remotePort = port;
  }

  get point(): ListenPoint {
    return this.#transport.point;
  }

  send(text: string, failed?: () => void): boolean {
    return this.#transport.send(text, this.remotePort, this.remoteAddress, failed);
  }
}

export class UdpTransport {
  #point: ListenPoint;
  readonly #receiver: Receiver;
  readonly #limits: TransportLimits;
  readonly #count: Counter;
  readonly #probes = new Set<Socket>();
  #socket: Socket | undefined;
  #slab: Buffer = Buffer.alloc(0);
  #used = 0;

  constructor(point: ListenPoint, receiver: Receiver, limits: TransportLimits, count: Counter) {
    this.#point = point;
    this.#receiver = receiver;
    this.#limits = limits;
    this.#count = count;
  }

  get point(): ListenPoint {
    return this.#point;
  }

  /** Bind. Rejects with the socket's error (EADDRINUSE, EADDRNOTAVAIL). */
  async start(at: ListenPoint): Promise<void> {
    const socket = createSocket({ type: 'udp4', lookup: noLookup as never });
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.bind({ address: at.address, port: at.port, exclusive: true }, () => {
        socket.off('error', reject);
        resolve();
      });
    });
    socket.setRecvBufferSize(bufferBytes);
    socket.setSendBufferSize(bufferBytes);
    socket.on('error', () => this.#count('dropped: socket error'));
    socket.on('message', (datagram, from) => this.#received(datagram, from));
    this.#socket = socket;
    const { port } = socket.address() as AddressInfo;
    this.#point = { ...at, port, advertisedPort: at.advertisedPort === 0 ? port : at.advertisedPort };
  }

  async stop(): Promise<void> {
    for (const probe of this.#probes) probe.close();
    this.#probes.clear();
    const socket = this.#socket;
    this.#socket = undefined;
    if (socket !== undefined) await new Promise<void>((resolve) => socket.close(() => resolve()));
  }

  flowTo(address: string, port: number): Flow {
    return new UdpFlow(this, address, port);
  }

  send(text: string, port: number, address: string, failed?: () => void): boolean {
    const socket = this.#socket;
    if (socket === undefined) return false;
    const { length } = text;
    const at = this.#room(length);
    this.#slab.write(text, at, length, 'latin1');
    if (failed === undefined) socket.send(this.#slab, at, length, port, address);
    else
      socket.send(this.#slab, at, length, port, address, (error) => {
        if (error === null) return;
        this.#count('dropped: datagram not sent');
        failed();
      });
    return true;
  }

  /** Where the next datagram is written: one allocation for many; a slab that is full is left to those still using it. */
  #room(length: number): number {
    if (this.#used + length > this.#slab.length) {
      this.#slab = Buffer.allocUnsafeSlow(Math.max(slabBytes, length));
      this.#used = 0;
    }
    this.#used += length;
    return this.#used - length;
  }

  /**
   * Ask the kernel whether anybody listens there. An unconnected socket is not told of ICMP port unreachable; a
   * connected one is. What it sends is an empty line, which every SIP element ignores (RFC 3261 §7.5), and only to a
   * peer that left a request unanswered for T1.
   */
  probe(address: string, port: number): void {
    if (this.#probes.size >= 32) return;
    const probe = createSocket({ type: 'udp4', lookup: noLookup as never });
    this.#probes.add(probe);
    const end = (): void => {
      if (this.#probes.delete(probe)) probe.close();
    };
    probe.on('error', (error: NodeJS.ErrnoException) => {
      end();
      if (error.code === 'ECONNREFUSED') this.#receiver.refused(address, port);
    });
    probe.bind(0, this.#point.address, () => {
      // Node hands what connect() fails with (no route, EACCES) to this call, and `send` would then throw.
      const connected = (error?: Error | null): void => {
        if (error) end();
        else if (this.#probes.has(probe)) probe.send('\r\n\r\n');
      };
      probe.connect(port, address, connected);
    });
    setTimeout(end, 500).unref();
  }

  #received(datagram: Buffer, from: RemoteInfo): void {
    // STUN, RTP and keep-alives are not SIP: every message begins with a capital letter and is longer than this
    const first = datagram[0] ?? 0;
    if (datagram.length < 20 || (first < 0x21 && first !== 13) || first > 0x7e) {
      this.#count('dropped: not SIP');
      return;
    }
    if (datagram.length > this.#limits.messageBytes) {
      this.#count('dropped: message too long');
      return;
    }
    this.#receiver.message(datagram.toString('latin1'), this.flowTo(from.address, from.port));
  }
}
