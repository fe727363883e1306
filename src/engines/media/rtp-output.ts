import type { AudioEncoder } from '../../protocol/audio/codec.ts';
import { digitTones } from '../../protocol/audio/dtmf.ts';
import { renderCadence } from '../../protocol/audio/tone.ts';
import { EventSender } from '../../protocol/rtp/event-sender.ts';
import { MAX_RTP_BYTES, RTP_HEADER_BYTES, writeRtpHeader } from '../../protocol/rtp/packet.ts';
import type { NegotiatedAudio } from '../../protocol/sdp/negotiated.ts';
import { SRTP_ROOM } from '../../protocol/srtp/profiles.ts';
import { CLOCK_RATE, CODEC_KITS, FRAME_MS, OCTETS_PER_MS } from './codec-kit.ts';
import { RelayMap } from './relay-map.ts';

const FRAME_UNITS = FRAME_MS * OCTETS_PER_MS;
const MAX_TONE_SAMPLES = 16_000 * 60;

export type PayloadKind = 'sound' | 'key' | 'noise';

/** Takes a whole packet; there is room for SRTP behind `length`. */
export type SendPacket = (packet: Buffer, length: number) => void;

/**
 * From frames of sound to packets: encoder, packets as long as the peer wants them, keys as telephone-events (or as
 * tones where none were agreed), one SSRC and one time line for all of it. Also carries on the packets of a relayed peer.
 */
export class RtpOutput {
  readonly ssrc: number;
  packets = 0;
  octets = 0;
  /** Timestamp of the frame now due. */
  timestamp: number;
  readonly #send: SendPacket;
  readonly #relay = new RelayMap();
  #sequence: number;
  #audio: NegotiatedAudio | undefined;
  #encoder: AudioEncoder = CODEC_KITS.PCMA.encoder();
  #keys = new EventSender(CLOCK_RATE, FRAME_MS);
  #tones: Int16Array = new Int16Array(0);
  #tonesAt = 0;
  readonly #payload = new Uint8Array(60 * OCTETS_PER_MS + FRAME_UNITS);
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
    if (audio.codec !== this.#audio?.codec) this.#encoder = CODEC_KITS[audio.codec].encoder();
    this.#audio = audio;
    this.#payloadBytes = 0;
    this.#relay.forget();
  }

  /** Queues keys. Where no telephone-event was agreed they are played as tones. */
  press(keys: string, durationMs: number): boolean {
    if (this.#audio?.telephoneEvent !== undefined) {
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
    const audio = this.#audio;
    const isSilent = audio === undefined || audio.direction === 'recvonly' || audio.direction === 'inactive';
    if (!isSilent) this.#writeFrame(audio, frame);
    this.timestamp = (this.timestamp + FRAME_UNITS) >>> 0;
  }

  /** A packet of the other leg of a bridge, payload as it is. Nothing is decoded; order and gaps stay as they are. */
  carryOn(
    from: { readonly ssrc: number; readonly sequence: number; readonly timestamp: number; readonly marker: boolean },
    payload: Uint8Array,
    what: PayloadKind,
  ): void {
    const type = this.#typeOf(what);
    if (type === undefined || this.isPressing) return;
    const isNew = this.#relay.place(from.ssrc, from.sequence, from.timestamp, this.#sequence, this.timestamp);
    this.#emit(type, from.marker || isNew, this.#relay.sequence, this.#relay.timestamp, payload, payload.length);
    this.#sequence = this.#relay.nextSequence;
  }

  /** Sound comes from elsewhere again: the relayed stream will have to be joined anew. */
  endRelay(): void {
    this.#relay.forget();
    this.#isTalking = false;
  }

  #typeOf(what: PayloadKind): number | undefined {
    const audio = this.#audio;
    if (audio === undefined || audio.direction === 'recvonly' || audio.direction === 'inactive') return undefined;
    if (what === 'sound') return audio.payload.send;
    return (what === 'key' ? audio.telephoneEvent : audio.comfortNoise)?.send;
  }

  #writeFrame(audio: NegotiatedAudio, frame: Int16Array | undefined): void {
    const key = this.#keys.next(this.timestamp);
    if (key !== undefined && audio.telephoneEvent !== undefined) {
      this.#flush(audio);
      this.#emit(
        audio.telephoneEvent.send,
        key.marker,
        this.#nextSequence(),
        key.timestamp,
        key.payload,
        key.payload.length,
      );
      return;
    }
    const sound = this.#toneFrame() ?? frame;
    if (sound === undefined) {
      this.#flush(audio);
      this.#isTalking = false;
      return;
    }
    if (this.#payloadBytes === 0) this.#payloadTimestamp = this.timestamp;
    const bytes = this.#encoder.encode(sound, sound.length, this.#payload.subarray(this.#payloadBytes));
    this.#payloadBytes += bytes;
    this.#sendFull(audio);
  }

  #sendFull(audio: NegotiatedAudio): void {
    const packetBytes = audio.ptimeMs * OCTETS_PER_MS;
    let at = 0;
    while (this.#payloadBytes - at >= packetBytes) {
      this.#emitSound(audio, this.#payload.subarray(at, at + packetBytes));
      at += packetBytes;
    }
    if (at === 0) return;
    this.#payload.copyWithin(0, at, this.#payloadBytes);
    this.#payloadBytes -= at;
  }

  /** A pause begins: what does not fill a packet is sent all the same. */
  #flush(audio: NegotiatedAudio): void {
    if (this.#payloadBytes === 0) return;
    this.#emitSound(audio, this.#payload.subarray(0, this.#payloadBytes));
    this.#payloadBytes = 0;
  }

  #emitSound(audio: NegotiatedAudio, payload: Uint8Array): void {
    this.#emit(
      audio.payload.send,
      !this.#isTalking,
      this.#nextSequence(),
      this.#payloadTimestamp,
      payload,
      payload.length,
    );
    this.#isTalking = true;
    this.#payloadTimestamp = (this.#payloadTimestamp + payload.length) >>> 0;
  }

  #emit(type: number, marker: boolean, sequence: number, timestamp: number, payload: Uint8Array, bytes: number): void {
    const length = RTP_HEADER_BYTES + bytes;
    if (length > MAX_RTP_BYTES) return;
    const packet = Buffer.allocUnsafe(length + SRTP_ROOM);
    writeRtpHeader(packet, type, marker, sequence, timestamp, this.ssrc);
    packet.set(payload, RTP_HEADER_BYTES);
    this.packets += 1;
    this.octets += bytes;
    this.#send(packet, length);
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
