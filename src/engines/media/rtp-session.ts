import { EventReceiver, type ReceivedKey } from '../../protocol/rtp/event-receiver.ts';
import { emptyRtpHeader, isRtcp, readRtp, rtcpSource } from '../../protocol/rtp/packet.ts';
import { SourceGate } from '../../protocol/rtp/source-gate.ts';
import type { CodecName } from '../../protocol/sdp/codecs.ts';
import type { NegotiatedAudio } from '../../protocol/sdp/negotiated.ts';
import { SrtpReceiver, SrtpSender, srtpTransform } from '../../protocol/srtp/context.ts';
import type { MasterKey } from '../../protocol/srtp/key-derivation.ts';
import { BrowserPath, type OwnCredentials } from './browser-path.ts';
import { monotonicMs } from './clock.ts';
import { CLOCK_RATE } from './codec-kit.ts';
import type { MediaSocket } from './media-socket.ts';
import { Reports } from './reports.ts';
import { RtpInput } from './rtp-input.ts';
import { KIND, type PayloadKind, RtpOutput } from './rtp-output.ts';
import { nodeSrtpPrimitives } from './srtp-primitives.ts';

export interface RtpSessionOptions {
  readonly learn: 'private' | 'always' | 'never';
  readonly jitterMinMs: number;
  readonly jitterMaxMs: number;
  readonly reportSeconds: number;
  readonly random: (bytes: number) => Uint8Array;
}

/** What a session tells the leg it belongs to. */
export interface RtpSessionEvents {
  onKey(key: ReceivedKey): void;
  /** A browser and we share keys: from here on there is sound. */
  onSecured(): void;
  /** A browser's handshake came to nothing. */
  onFailed(why: string): void;
}

/** What became of packets that were not played. */
export interface Dropped {
  malformed: number;
  stranger: number;
  unknownPayload: number;
  notAuthentic: number;
}

/** One leg's RTP: guards the door, counts, unlocks, and hands packets to whoever listens. Hot path. */
export class RtpSession {
  readonly input: RtpInput;
  readonly output: RtpOutput;
  readonly reports: Reports;
  readonly gate: SourceGate;
  readonly dropped: Dropped = { malformed: 0, stranger: 0, unknownPayload: 0, notAuthentic: 0 };
  audio: NegotiatedAudio | undefined;
  /** Copied out of it: plain fields, looked at for every frame. */
  codec: CodecName | undefined;
  ptimeMs = 0;
  hasKeyEvents = false;
  /** The peer speaks another of the codecs agreed upon (RFC 3264 §6.1): what comes cannot be carried on as it is. */
  speaksOther = false;
  /** When a packet of the peer was last heard; when it was last negotiated, before the first. */
  lastHeardAt = monotonicMs();
  /** Packets with keys, of those received. */
  keyPackets = 0;
  socket: MediaSocket | undefined;
  /** Where packets are carried on to without decoding, while two legs are bridged and nothing needs their sound. */
  relayTo: RtpOutput | undefined;
  /** What a browser is told of us; without it offers of browsers cannot be taken. */
  credentials: OwnCredentials | undefined;
  readonly #options: RtpSessionOptions;
  readonly #events: RtpSessionEvents;
  #browser: BrowserPath | undefined;
  readonly #header = emptyRtpHeader();
  readonly #keys: EventReceiver;
  /** What each payload type was agreed to be. */
  readonly #kinds = new Uint8Array(128);
  #isHeldBack = false;
  #isTied = false;
  #isListening = false;
  #unlock: SrtpReceiver | undefined;
  #lock: SrtpSender | undefined;
  readonly #spent = new WeakSet<MasterKey>();

  constructor(options: RtpSessionOptions, events: RtpSessionEvents) {
    this.#options = options;
    this.#events = events;
    this.gate = new SourceGate();
    this.input = new RtpInput(options.jitterMinMs, options.jitterMaxMs);
    this.output = new RtpOutput(options.random, (packet, length) => this.#send(packet, length));
    this.#keys = new EventReceiver(CLOCK_RATE, (key) => events.onKey(key));
    this.reports = new Reports(options.reportSeconds, this.output, (packet) => this.#sendRtcp(packet));
  }

  /** The result of an offer and its answer. */
  apply(audio: NegotiatedAudio): void {
    const before = this.audio;
    this.audio = audio;
    this.codec = audio.codec;
    this.ptimeMs = audio.ptimeMs;
    this.hasKeyEvents = audio.telephoneEvent !== undefined;
    this.lastHeardAt = monotonicMs();
    this.#agreeKeys(before, audio);
    this.#useBrowser(audio);
    fillKinds(this.#kinds, audio);
    this.speaksOther = false;
    this.#isHeldBack = this.awaitsKeys;
    this.input.apply(audio);
    this.output.apply(audio);
    // A browser proves its address by a check; what its description says is not to be sent to.
    const remote = audio.dtls === undefined ? audio.remote : undefined;
    this.gate.negotiated(remote, monotonicMs(), this.#mayLearn(audio), remote && audio.remoteRtcp?.port);
    if (this.gate.isLocked && this.#browser === undefined) return;
    this.#isTied = false;
    this.socket?.untie();
  }

  /** Is the sound of the peer wanted? While it is not, packets are counted and dropped. */
  listen(isWanted: boolean): void {
    if (isWanted === this.#isListening) return;
    this.#isListening = isWanted;
    this.input.reset();
  }

  rtp(packet: Buffer, address: string, port: number): void {
    if (this.#browser !== undefined && (packet[0] ?? 0) < 64) {
      this.#browser.handle(packet, { address, port });
      return;
    }
    if (isRtcp(packet)) {
      this.rtcp(packet, address, port);
      return;
    }
    const header = this.#header;
    const length = this.#unlocked(packet);
    if (length < 0) return;
    const opened = length === packet.length ? packet : packet.subarray(0, length);
    if (!readRtp(opened, header)) {
      this.dropped.malformed += 1;
      return;
    }
    const at = monotonicMs();
    if (!this.gate.admits(address, port, header.ssrc, header.sequence, at)) {
      this.dropped.stranger += 1;
      return;
    }
    if (!this.#isTied && this.gate.isSettled(at)) this.#tie(address, port);
    this.#accept(opened, at);
  }

  rtcp(packet: Buffer, address: string, port: number): void {
    if (this.#isHeldBack) {
      this.dropped.notAuthentic += 1;
      return;
    }
    if (!this.gate.admitsRtcp(address, port, rtcpSource(packet) === this.reports.reception.ssrc)) {
      this.dropped.stranger += 1;
      return;
    }
    const length = this.#unlock === undefined ? packet.length : this.#unlock.unprotectRtcp(packet, packet.length);
    if (typeof length === 'string') {
      this.dropped.notAuthentic += 1;
      return;
    }
    this.gate.heardRtcp(port);
    this.#acceptRtcp(packet.subarray(0, length));
  }

  /** Once a frame. */
  tick(at: number): void {
    this.#keys.tick(at);
    this.reports.tick(at);
    this.#browser?.tick(at);
  }

  close(): void {
    this.reports.sayGoodbye();
    this.socket?.close();
    this.relayTo = undefined;
  }

  /** The source is known and stays the same until the next negotiation. A browser may still choose another path. */
  #tie(address: string, port: number): void {
    this.#isTied = true;
    if (this.#browser === undefined) this.socket?.tie(address, port);
  }

  #accept(packet: Buffer, at: number): void {
    const header = this.#header;
    const kind = this.#kinds[header.payloadType] as PayloadKind;
    if (kind === KIND.unknown) {
      this.dropped.unknownPayload += 1;
      return;
    }
    if (kind === KIND.sound) this.speaksOther = false;
    else if (kind === KIND.otherSound) this.speaksOther = true;
    this.reports.reception.received(header.ssrc, header.sequence, header.timestamp, header.payloadBytes, at);
    this.lastHeardAt = at;
    if (kind === KIND.key || this.#isListening)
      this.#use(packet.subarray(header.payloadAt, header.payloadAt + header.payloadBytes), kind, at);
    this.relayTo?.carryOn(header, packet, kind);
  }

  #use(payload: Uint8Array, kind: PayloadKind, at: number): void {
    if (kind === KIND.key) this.#receiveKey(payload, at);
    const isSound = kind === KIND.sound || kind === KIND.otherSound;
    if (this.#isListening) this.#push(payload, isSound ? payload.length : 0, at);
  }

  #receiveKey(payload: Uint8Array, at: number): void {
    this.keyPackets += 1;
    this.#keys.receive(payload, this.#header.timestamp, at);
  }

  #acceptRtcp(packet: Uint8Array): void {
    this.lastHeardAt = monotonicMs();
    this.reports.receive(packet);
  }

  #push(payload: Uint8Array, units: number, at: number): void {
    const { ssrc, sequence, timestamp, payloadType } = this.#header;
    this.input.jitter.push({ ssrc, sequence, timestamp, payloadType, units, payload }, at);
  }

  /** The length of the packet without its protection; -1 when it was refused, as all are while there are no keys yet (RFC 5764 §4.1). */
  #unlocked(packet: Buffer): number {
    if (this.#unlock === undefined && !this.#isHeldBack) return packet.length;
    const opened = this.#unlock?.unprotectRtp(packet, packet.length);
    if (typeof opened === 'number') return opened;
    this.dropped.notAuthentic += 1;
    return -1;
  }

  #send(packet: Buffer, length: number): void {
    const { target } = this.gate;
    if (target === undefined || this.socket === undefined || this.#isHeldBack) return;
    const locked = this.#lock === undefined ? length : this.#lock.protectRtp(packet, length);
    if (locked >= 0) this.socket.sendRtp(packet, locked, target.address, target.port);
  }

  #sendRtcp(packet: Uint8Array): void {
    const { audio, socket } = this;
    const { target, rtcpPort } = this.gate;
    if (audio === undefined || socket === undefined || target === undefined || this.awaitsKeys) return;
    const room = Buffer.alloc(packet.length + 32);
    room.set(packet);
    const length = this.#lock === undefined ? packet.length : this.#lock.protectRtcp(room, packet.length);
    if (audio.rtcpMux) socket.sendRtp(room, length, target.address, target.port);
    else if (rtcpPort !== undefined) socket.sendRtcp(room, length, target.address, rtcpPort);
  }

  /** Keys were agreed upon but are not there yet: nothing goes out in the clear. */
  get awaitsKeys(): boolean {
    return this.audio?.dtls !== undefined && this.#lock === undefined;
  }

  #useBrowser({ dtls }: NegotiatedAudio): void {
    const { credentials } = this;
    if (dtls === undefined || credentials === undefined) {
      this.#browser = undefined;
      return;
    }
    if (
      this.#browser?.peer.iceUfrag === dtls.iceUfrag &&
      this.#browser.peer.fingerprint.value === dtls.fingerprint.value
    )
      return;
    this.#browser = new BrowserPath(credentials, dtls, {
      send: (packet, to) => this.socket?.sendRtp(packet, packet.length, to.address, to.port),
      onPath: (path) => this.gate.lockTo(path),
      onKeys: ({ suite, send, receive }) => {
        this.#newKeys({ srtp: { suite, send, receive } });
        this.#isHeldBack = false;
        this.#events.onSecured();
      },
      onFailed: (why) => this.#events.onFailed(why),
    });
  }

  /** A key that stays goes on with its packet count, or the same pieces of it would be used twice (RFC 3711 §9.1). */
  #agreeKeys(before: NegotiatedAudio | undefined, { srtp, dtls }: NegotiatedAudio): void {
    if (before?.srtp !== undefined && before.srtp.send !== srtp?.send) this.#spent.add(before.srtp.send);
    const isSameWay = (before?.dtls === undefined) === (dtls === undefined);
    if (isSameWay && before?.srtp === undefined && srtp === undefined) return;
    const [lock, unlock] = [this.#lock, this.#unlock];
    const old = isSameWay && before?.srtp?.suite === srtp?.suite ? before?.srtp : undefined;
    this.#newKeys({ ...(srtp && { srtp }) });
    if (old === undefined || srtp === undefined) return;
    if (isSameKey(old.send, srtp.send)) this.#lock = lock;
    if (isSameKey(old.receive, srtp.receive)) this.#unlock = unlock;
  }

  /** Was it a key of ours that was given up for another, or for none? It may not be offered again. */
  isSpent(key: MasterKey): boolean {
    return this.#spent.has(key);
  }

  #newKeys({ srtp }: Pick<NegotiatedAudio, 'srtp'>): void {
    this.#lock = srtp && new SrtpSender(srtpTransform(nodeSrtpPrimitives, srtp.suite, srtp.send));
    this.output.needsRoom = srtp !== undefined;
    this.#unlock = srtp && new SrtpReceiver(srtpTransform(nodeSrtpPrimitives, srtp.suite, srtp.receive));
  }

  /** Never of a browser: a check proves its address (RFC 8445). */
  #mayLearn(audio: NegotiatedAudio): boolean {
    if (audio.dtls !== undefined) return false;
    if (this.#options.learn === 'private') return audio.remote !== undefined && isPrivate(audio.remote.address);
    return this.#options.learn === 'always';
  }
}

function fillKinds(kinds: Uint8Array, audio: NegotiatedAudio): void {
  kinds.fill(KIND.unknown);
  for (const { codec, payloadType } of audio.accepted)
    kinds[payloadType] = codec === audio.codec ? KIND.sound : KIND.otherSound;
  if (audio.comfortNoise !== undefined) kinds[audio.comfortNoise.receive] = KIND.noise;
  if (audio.telephoneEvent !== undefined) kinds[audio.telephoneEvent.receive] = KIND.key;
}

/** RFC 1918, RFC 6598: the address of someone who may sit behind a NAT. */
export function isPrivate(address: string): boolean {
  return /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.)/.test(address);
}

function isSameKey(one: MasterKey, other: MasterKey): boolean {
  return Buffer.compare(one.key, other.key) === 0 && Buffer.compare(one.salt, other.salt) === 0;
}
