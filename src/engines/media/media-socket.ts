import { createSocket, type Socket } from 'node:dgram';
import type { PortPool, RtpPort } from './port-pool.ts';

/** What arrives. Called from socket handlers: must not throw. */
export interface MediaReceiver {
  rtp(packet: Buffer, address: string, port: number): void;
  rtcp(packet: Buffer, address: string, port: number): void;
}

const BUFFER_BYTES = 262_144;
const ATTEMPTS = 20;

const WILDCARDS: ReadonlySet<string> = new Set(['0.0.0.0', '::']);

/** Two UDP sockets on neighbouring ports: RTP on the even one, RTCP on the odd one. */
export class MediaSocket {
  readonly port: RtpPort;
  readonly #rtp: Socket;
  readonly #rtcp: Socket;
  readonly #mayTie: boolean;
  #isOpen = true;
  #isTied = false;
  #packet: Uint8Array = new Uint8Array(0);
  #exact = this.#packet;

  private constructor(port: RtpPort, rtp: Socket, rtcp: Socket, mayTie: boolean) {
    this.port = port;
    this.#rtp = rtp;
    this.#rtcp = rtcp;
    this.#mayTie = mayTie;
  }

  /** Binds a pair of the pool; undefined when none is free. Ports that others hold are left to rest and passed over. */
  static async open(
    address: string,
    pool: PortPool,
    receiver: MediaReceiver,
    at: number,
  ): Promise<MediaSocket | undefined> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const port = pool.take(at);
      if (port === undefined) return undefined;
      const rtp = await bound(address, port, (packet, from, fromPort) => receiver.rtp(packet, from, fromPort));
      const rtcp = await bound(address, port + 1, (packet, from, fromPort) => receiver.rtcp(packet, from, fromPort));
      // Tying a socket of no particular address would choose one, perhaps not the one the peer sends to.
      if (rtp !== undefined && rtcp !== undefined) return new MediaSocket(port, rtp, rtcp, !WILDCARDS.has(address));
      rtp?.close();
      rtcp?.close();
      pool.giveBack(port, at);
    }
    return undefined;
  }

  /** RTP goes to this place and is heard from nowhere else: the kernel knows the way, and keeps all others out. */
  tie(address: string, port: number): void {
    if (!this.#mayTie || !this.#isOpen) return;
    this.untie();
    try {
      this.#rtp.connect(port, address);
      // There is nothing to look up, so it is tied now, or it will not be and this throws.
      this.#rtp.remoteAddress();
      this.#isTied = true;
    } catch {
      this.#isTied = false;
    }
  }

  /** The peer may be elsewhere from now on. */
  untie(): void {
    if (this.#isTied && this.#isOpen) this.#rtp.disconnect();
    this.#isTied = false;
  }

  /** `address` and `port` are those it is tied to, where it is. The packet may be written to again at once. */
  sendRtp(packet: Uint8Array, length: number, address: string, port: number): void {
    if (!this.#isOpen) return;
    if (this.#isTied) this.#rtp.send(this.#cut(packet, length));
    else this.#rtp.send(this.#cut(packet, length), port, address);
  }

  sendRtcp(packet: Uint8Array, length: number, address: string, port: number): void {
    if (this.#isOpen) this.#rtcp.send(packet, 0, length, port, address);
  }

  /** Packets of one leg come in one buffer and of one length nearly always. */
  #cut(packet: Uint8Array, length: number): Uint8Array {
    if (packet.length === length) return packet;
    if (packet !== this.#packet || this.#exact.length !== length) {
      this.#packet = packet;
      this.#exact = packet.subarray(0, length);
    }
    return this.#exact;
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#rtp.close();
    this.#rtcp.close();
  }
}

/** Only IP literals are sent to, so there is nothing to look up and no turn of the loop to lose. */
const noLookup = (
  host: string,
  _options: unknown,
  done: (error: null, address: string, family: number) => void,
): void => done(null, host, host.includes(':') ? 6 : 4);

function bound(
  address: string,
  port: number,
  receive: (packet: Buffer, address: string, port: number) => void,
): Promise<Socket | undefined> {
  const socket = createSocket({
    type: address.includes(':') ? 'udp6' : 'udp4',
    lookup: noLookup as never,
    recvBufferSize: BUFFER_BYTES,
  });
  return new Promise((resolve) => {
    socket.once('error', () => {
      socket.close();
      resolve(undefined);
    });
    socket.bind({ address, port, exclusive: true }, () => {
      socket.removeAllListeners('error');
      // An ICMP error about a peer that is gone is no fault of the call: the silence is noticed elsewhere.
      socket.on('error', () => undefined);
      socket.on('message', (packet, from) => receive(packet, from.address, from.port));
      resolve(socket);
    });
  });
}
