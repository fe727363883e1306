import { createSocket, type Socket } from 'node:dgram';
import { nodeSrtpPrimitives } from '../../../../src/engines/media/srtp-primitives.ts';
import { g711Decoder, g711Encoder } from '../../../../src/protocol/audio/g711.ts';
import { g722Decoder, g722Encoder } from '../../../../src/protocol/audio/g722.ts';
import { emptyRtpHeader, type RtpHeader, readRtp, writeRtpHeader } from '../../../../src/protocol/rtp/packet.ts';
import { SrtpReceiver, SrtpSender, srtpTransform } from '../../../../src/protocol/srtp/context.ts';
import type { CryptoLine } from '../../../../src/protocol/srtp/sdes.ts';
import { Arrivals } from './await-value.ts';

export interface HeardPacket {
  readonly header: RtpHeader;
  readonly payload: Uint8Array;
  readonly at: number;
}

export type Codec = 'PCMA' | 'PCMU' | 'G722';
const TYPES: Readonly<Record<Codec, number>> = { PCMA: 8, PCMU: 0, G722: 9 };

/** The RTP half of a telephone: sends sound and keys, keeps what it hears. */
export class RtpPeer {
  readonly heard = new Arrivals<HeardPacket>();
  readonly port: number;
  ssrc = 4711;
  sequence = 100;
  timestamp = 5000;
  readonly #socket: Socket;
  #to = 0;
  #isOpen = true;
  #sending: NodeJS.Timeout | undefined;
  #lock: SrtpSender | undefined;
  #unlock: SrtpReceiver | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.port = socket.address().port;
    socket.on('message', (packet) => this.#receive(packet));
  }

  static async open(): Promise<RtpPeer> {
    const socket = createSocket('udp4');
    await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', () => resolve()));
    return new RtpPeer(socket);
  }

  sendTo(port: number): void {
    this.#to = port;
  }

  /** The same socket for what is no RTP: checks and handshakes of a browser. */
  onOther: ((packet: Buffer) => void) | undefined;

  raw(packet: Uint8Array): void {
    this.#socket.send(packet, this.#to, '127.0.0.1');
  }

  useKeys(send: Pick<CryptoLine, 'suite' | 'master'>, receive: Pick<CryptoLine, 'suite' | 'master'>): void {
    this.#lock = new SrtpSender(srtpTransform(nodeSrtpPrimitives, send.suite, send.master));
    this.#unlock = new SrtpReceiver(srtpTransform(nodeSrtpPrimitives, receive.suite, receive.master));
  }

  packet(type: number, payload: Uint8Array, marker = false, timestamp = this.timestamp): void {
    const packet = new Uint8Array(12 + payload.length + 32);
    writeRtpHeader(packet, type, marker, this.sequence, timestamp, this.ssrc);
    packet.set(payload, 12);
    this.sequence = (this.sequence + 1) & 0xffff;
    const plain = 12 + payload.length;
    const length = this.#lock?.protectRtp(packet, plain) ?? plain;
    const send = () => this.#isOpen && this.#socket.send(packet.subarray(0, length), this.#to, '127.0.0.1');
    if (this.network === undefined) send();
    else if (!this.network.isLost()) setTimeout(send, this.network.delayMs());
  }

  /** Says samples over and over, by the clock, until told to stop. */
  say(samples: Int16Array, codec: Codec = 'PCMA'): void {
    this.stopSaying();
    const encoder = codec === 'G722' ? g722Encoder() : g711Encoder(codec === 'PCMA' ? 'alaw' : 'mulaw');
    const frame = codec === 'G722' ? 320 : 160;
    const started = performance.now();
    let sent = 0;
    this.#sending = setInterval(() => {
      for (; sent * 20 <= performance.now() - started; sent += 1) {
        const at = (sent * frame) % (samples.length - (samples.length % frame));
        const payload = new Uint8Array(160);
        encoder.encode(samples.subarray(at, at + frame), frame, payload);
        this.packet(TYPES[codec], payload);
        this.timestamp += 160;
      }
    }, 5);
  }

  /** What the network does to packets that are said from now on. */
  network: { readonly isLost: () => boolean; readonly delayMs: () => number } | undefined;

  saySilence(): void {
    this.say(new Int16Array(160));
  }

  stopSaying(): void {
    clearInterval(this.#sending);
  }

  /** One key as RFC 4733 has it: updates, then the end three times. */
  press(event: number, type = 101): void {
    const start = this.timestamp;
    for (let i = 1; i <= 5; i += 1)
      this.packet(type, Uint8Array.of(event, 10, (i * 160) >> 8, (i * 160) & 255), i === 1, start);
    for (let i = 0; i < 3; i += 1) this.packet(type, Uint8Array.of(event, 0x8a, 0x03, 0xc0), false, start);
    this.timestamp += 960;
  }

  /** What was heard under a payload type, in the order of sequence numbers, as samples. */
  samples(codec: Codec = 'PCMA', from = 0): Int16Array {
    const packets = this.heard.all.slice(from).filter(({ header }) => header.payloadType === TYPES[codec]);
    const decoder = codec === 'G722' ? g722Decoder() : g711Decoder(codec === 'PCMA' ? 'alaw' : 'mulaw');
    const out: number[] = [];
    for (const { payload } of packets) {
      const frame = new Int16Array(payload.length * (codec === 'G722' ? 2 : 1));
      decoder.decode(payload, frame);
      out.push(...frame);
    }
    return Int16Array.from(out);
  }

  /** The keys that came as telephone-events. */
  keys(type = 101): readonly number[] {
    const ends = new Map<number, number>();
    for (const { header, payload } of this.heard.all) {
      if (header.payloadType === type && (payload[1] ?? 0) >= 0x80) ends.set(header.timestamp, payload[0] ?? -1);
    }
    return [...ends.values()];
  }

  close(): void {
    this.#isOpen = false;
    this.stopSaying();
    this.#socket.close();
  }

  #receive(packet: Buffer): void {
    if ((packet[0] ?? 0) < 64) {
      this.onOther?.(packet);
      return;
    }
    const length = this.#unlock === undefined ? packet.length : this.#unlock.unprotectRtp(packet, packet.length);
    const header = emptyRtpHeader();
    if (typeof length === 'string' || !readRtp(packet.subarray(0, length), header)) return;
    this.heard.add({
      header,
      payload: Uint8Array.from(packet.subarray(header.payloadAt, header.payloadAt + header.payloadBytes)),
      at: performance.now(),
    });
  }
}
