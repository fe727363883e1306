import type { AudioEncoder } from '../../protocol/audio/codec.ts';
import { digitTones } from '../../protocol/audio/dtmf.ts';
import type { Law } from '../../protocol/audio/g711.ts';
import { renderCadence } from '../../protocol/audio/tone.ts';
import { EventSender } from '../../protocol/rtp/event-sender.ts';
import { MAX_RTP_BYTES, RTP_HEADER_BYTES, type RtpHeader, writeRtpHeader } from '../../protocol/rtp/packet.ts';
import type { CodecName } from '../../protocol/sdp/codecs.ts';
import type { NegotiatedAudio } from '../../protocol/sdp/negotiated.ts';
import { SRTP_ROOM } from '../../protocol/srtp/profiles.ts';
import { CLOCK_RATE, CODEC_KITS, FRAME_MS, OCTETS_PER_MS } from './codec-kit.ts';
import { RelayMap } from './relay-map.ts';

const FRAME_UNITS = FRAME_MS * OCTETS_PER_MS;
const LONGEST_PACKET_UNITS = 60 * OCTETS_PER_MS;
const MAX_TONE_SAMPLES = 16_000 * 60;

/**
 * What a packet carries. Numbers, since they are looked up for every packet. `otherSound`: of a codec that was agreed upon as well, but is
 * not the one we speak.
 */
export const KIND = { unknown: 0, sound: 1, key: 2, noise: 3, otherSound: 4 } as const;
export type PayloadKind = (typeof KIND)[keyof typeof KIND];

/** Who may have the next frame as bytes of a law. False: nothing was done. */
export interface EncodedSound {
  speakEncoded?(law: Law, packet: Uint8Array, at: number, count: number): boolean;
}

/** Takes a whole packet; there is room for SRTP behind `length`. The buffer is written to again afterwards. */
export type SendPacket = (packet: Buffer, length: number) => void;

/**
 * From frames of sound to packets: encoder, packets as long as the peer wants them, keys as telephone-events (or as
 * tones where none were agreed), one SSRC and one time line for all of it. Also carries on the packets of a relayed peer.
 */
export class RtpOutput {
  readonly ssrc: number;
  packets = 0;
  octets = 0;
  /** Packets grow on their way out (SRTP): a received one cannot be sent on in its own buffer. */
  needsRoom = false;
  /** Timestamp of the frame now due. */
  timestamp: number;
  readonly #send: SendPacket;
  readonly #relay = new RelayMap();
  #sequence: number;
  /** Set while a frame is a packet and the codec has no memory. */
  #law: Law | undefined;
  /** Copied out of what was agreed: plain fields, looked at for every packet. A type of -1 was not agreed. */
  #codec: CodecName | undefined;
  #maySend = false;
  #soundType = -1;
  #keyType = -1;
  #noiseType = -1;
  #ptimeMs = FRAME_MS;
  #encoder: AudioEncoder = CODEC_KITS.PCMA.encoder();
  #keys = new EventSender(CLOCK_RATE, FRAME_MS);
  #tones: Int16Array = new Int16Array(0);
  #tonesAt = 0;
  /** Where packets are made, one after the other: should the kernel be busy, one of our own newer ones goes in place of an older. */
  #packet = Buffer.alloc(RTP_HEADER_BYTES + FRAME_UNITS + SRTP_ROOM);
  #payload = new Uint8Array(0);
  #payloadBytes = 0;
  #payloadTimestamp = 0;
  #isTalking = false;

  constructor(random: (bytes: number) => Uint8Array, send: SendPacket) {
    const seed = new DataView(random(12).slice().buffer);
    this.ssrc = seed.getUint32(0);
    this.timestamp = seed.getUint32(4);
    // A start in the lower half keeps a receiver from guessing the rollover wrong in the first packets (RFC 3711 §3.3.1).
    this.#sequence = seed.getUint16(8) & 0x7fff;
    this.#send = send;
  }

  get sampleRate(): number {
    return this.#encoder.sampleRate;
  }

  get isPressing(): boolean {
    return this.#keys.isBusy || this.#tonesAt < this.#tones.length;
  }

  apply(audio: NegotiatedAudio): void {
    if (audio.codec !== this.#codec) this.#encoder = CODEC_KITS[audio.codec].encoder();
    this.#codec = audio.codec;
    this.#soundType = audio.payload.send;
    this.#keyType = audio.telephoneEvent?.send ?? -1;
    this.#noiseType = audio.comfortNoise?.send ?? -1;
    this.#ptimeMs = audio.ptimeMs;
    this.#law = audio.ptimeMs === FRAME_MS ? CODEC_KITS[audio.codec].law : undefined;
    this.#maySend = audio.direction === 'sendrecv' || audio.direction === 'sendonly';
    this.#payloadBytes = 0;
    this.#relay.forget();
  }

  /** Queues keys. Where no telephone-event was agreed they are played as tones. */
  press(keys: string, durationMs: number): boolean {
    if (this.#keyType >= 0) {
      return [...keys].every((key) => this.#keys.press(key, durationMs));
    }
    return this.#addTones(keys, durationMs);
  }

  stopPressing(): void {
    this.#keys.clear();
    this.#tones = new Int16Array(0);
    this.#tonesAt = 0;
  }

  /** One frame of 20 ms, or undefined when there is nothing to say. Keys go before sound. */
  write(frame: Int16Array | undefined): void {
    if (this.#maySend) this.#writeFrame(frame);
    this.skip();
  }

  /** One frame of what somebody has as bytes of our codec. False: nothing was sent, and `write` is to be called. */
  writeEncoded(sound: EncodedSound): boolean {
    if (this.#law === undefined || !this.#maySend || this.#payloadBytes > 0 || this.isPressing) return false;
    const isThere = sound.speakEncoded?.(this.#law, this.#packet, RTP_HEADER_BYTES, FRAME_UNITS) === true;
    if (!isThere) return false;
    this.#sendOff(FRAME_UNITS);
    this.skip();
    return true;
  }

  /** A packet of the other leg of a bridge, payload as it is. Nothing is decoded; order and gaps stay as they are. */
  carryOn(header: RtpHeader, packet: Buffer, kind: PayloadKind): void {
    const type = this.#typeOf(kind);
    if (type < 0 || this.isPressing) return;
    const relay = this.#relay;
    const isNew = relay.place(header.ssrc, header.sequence, header.timestamp, this.#sequence, this.timestamp);
    const marker = header.marker || isNew;
    this.#sequence = relay.nextSequence;
    if (header.payloadAt === RTP_HEADER_BYTES && !this.needsRoom) {
      // The packet is nobody else's: it goes on as it is, under another header.
      writeRtpHeader(packet, type, marker, relay.sequence, relay.timestamp, this.ssrc);
      this.#count(header.payloadBytes);
      this.#send(packet, RTP_HEADER_BYTES + header.payloadBytes);
      return;
    }
    const payload = packet.subarray(header.payloadAt, header.payloadAt + header.payloadBytes);
    this.#emit(type, marker, relay.sequence, relay.timestamp, payload);
  }

  /** Nothing of our own in this frame; time goes on. */
  skip(): void {
    this.timestamp = (this.timestamp + FRAME_UNITS) >>> 0;
  }

  /** Sound comes from elsewhere again: the relayed stream will have to be joined anew. */
  endRelay(): void {
    this.#relay.forget();
    this.#isTalking = false;
  }

  /** -1: this may not be sent. */
  #typeOf(kind: PayloadKind): number {
    if (!this.#maySend) return -1;
    if (kind === KIND.sound) return this.#soundType;
    if (kind === KIND.key) return this.#keyType;
    return kind === KIND.noise ? this.#noiseType : -1;
  }

  #writeFrame(frame: Int16Array | undefined): void {
    const key = this.#keyType < 0 ? undefined : this.#keys.next(this.timestamp);
    if (key !== undefined) {
      this.#flush();
      this.#emit(this.#keyType, key.marker, this.#nextSequence(), key.timestamp, key.payload);
      return;
    }
    const sound = this.#toneFrame() ?? frame;
    if (sound === undefined) {
      this.#flush();
      this.#isTalking = false;
      return;
    }
    if (this.#payloadBytes === 0 && this.#ptimeMs === FRAME_MS) this.#emitFrame(sound);
    else this.#collect(sound);
  }

  /** The common case: a frame is a packet, and is encoded right into it. */
  #emitFrame(sound: Int16Array): void {
    const packet = this.#packet;
    this.#sendOff(this.#encoder.encode(sound, sound.length, packet, RTP_HEADER_BYTES));
  }

  /** So many octets of sound are in the packet. */
  #sendOff(octets: number): void {
    const packet = this.#packet;
    writeRtpHeader(packet, this.#soundType, !this.#isTalking, this.#nextSequence(), this.timestamp, this.ssrc);
    this.#isTalking = true;
    this.#count(octets);
    this.#send(packet, RTP_HEADER_BYTES + octets);
  }

  /** Packets longer or shorter than a frame. */
  #collect(sound: Int16Array): void {
    if (this.#payload.length === 0) this.#payload = new Uint8Array(LONGEST_PACKET_UNITS + FRAME_UNITS);
    if (this.#payloadBytes === 0) this.#payloadTimestamp = this.timestamp;
    this.#payloadBytes += this.#encoder.encode(sound, sound.length, this.#payload, this.#payloadBytes);
    this.#sendFull();
  }

  #sendFull(): void {
    const packetBytes = this.#ptimeMs * OCTETS_PER_MS;
    let at = 0;
    while (this.#payloadBytes - at >= packetBytes) {
      this.#emitSound(this.#payload.subarray(at, at + packetBytes));
      at += packetBytes;
    }
    if (at === 0) return;
    this.#payload.copyWithin(0, at, this.#payloadBytes);
    this.#payloadBytes -= at;
  }

  /** A pause begins: what does not fill a packet is sent all the same. */
  #flush(): void {
    if (this.#payloadBytes === 0) return;
    this.#emitSound(this.#payload.subarray(0, this.#payloadBytes));
    this.#payloadBytes = 0;
  }

  #emitSound(payload: Uint8Array): void {
    this.#emit(this.#soundType, !this.#isTalking, this.#nextSequence(), this.#payloadTimestamp, payload);
    this.#isTalking = true;
    this.#payloadTimestamp = (this.#payloadTimestamp + payload.length) >>> 0;
  }

  #emit(type: number, marker: boolean, sequence: number, timestamp: number, payload: Uint8Array): void {
    const length = RTP_HEADER_BYTES + payload.length;
    if (length > MAX_RTP_BYTES) return;
    if (this.#packet.length < length + SRTP_ROOM) this.#packet = Buffer.alloc(length + SRTP_ROOM);
    const packet = this.#packet;
    writeRtpHeader(packet, type, marker, sequence, timestamp, this.ssrc);
    packet.set(payload, RTP_HEADER_BYTES);
    this.#count(payload.length);
    this.#send(packet, length);
  }

  #count(octets: number): void {
    this.packets += 1;
    this.octets += octets;
  }

  #nextSequence(): number {
    const sequence = this.#sequence;
    this.#sequence = (sequence + 1) & 0xffff;
    return sequence;
  }

  #toneFrame(): Int16Array | undefined {
    if (this.#tonesAt >= this.#tones.length) return undefined;
    const frame = this.#tones.subarray(this.#tonesAt, this.#tonesAt + (this.sampleRate * FRAME_MS) / 1000);
    this.#tonesAt += frame.length;
    return frame;
  }

  #addTones(keys: string, onMs: number): boolean {
    const segments = [...keys].map((key) => ({ frequencies: digitTones(key) ?? [], onMs, offMs: 60, dbm0: -9 }));
    const more = renderCadence({ segments, repeats: 1 }, this.sampleRate);
    const left = this.#tones.subarray(this.#tonesAt);
    if (segments.some(({ frequencies }) => frequencies.length === 0) || left.length + more.length > MAX_TONE_SAMPLES)
      return false;
    const tones = new Int16Array(left.length + more.length);
    tones.set(left);
    tones.set(more, left.length);
    this.#tones = tones;
    this.#tonesAt = 0;
    return true;
  }
}
