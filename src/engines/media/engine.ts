import { randomBytes, randomUUID } from 'node:crypto';
import { hostname, networkInterfaces } from 'node:os';
import type { LocalMedia } from '../../protocol/sdp/local-media.ts';
import { Header } from '../../protocol/sip/header-names.ts';
import type { SipMessage } from '../../protocol/sip/message.ts';
import { ownKeys } from '../../protocol/srtp/sdes.ts';
import { runApi } from './api.ts';
import { APPLICATIONS } from './applications/catalogue.ts';
import type { OwnCredentials } from './browser-path.ts';
import { Channel } from './channel.ts';
import { channelHeaders } from './channel-event.ts';
import { monotonicMs } from './clock.ts';
import type { ApiWorld } from './conference-api.ts';
import { Conferences } from './conferences.ts';
import { newIdentity } from './dtls-primitives.ts';
import { callBack } from './esl-call-back.ts';
import { EslServer } from './esl-server.ts';
import { EventBus } from './event-bus.ts';
import type { Leg } from './leg.ts';
import { MediaSocket } from './media-socket.ts';
import { legQuality } from './media-statistics.ts';
import type { Log, MediaOptions } from './options.ts';
import { PortPool } from './port-pool.ts';
import { Pump, type PumpFigures } from './pump.ts';
import { SilenceWatch } from './silence-watch.ts';
import { type Admitted, SipDoor } from './sip-door.ts';
import { SipLeg } from './sip-leg.ts';
import { SipSession } from './sip-session.ts';
import { MusicOnHold } from './sounds/music.ts';
import { SoundLibrary } from './sounds/open.ts';
import { repairRecordings } from './sounds/repair.ts';

/** Where something listens. */
export interface Where {
  readonly address: string;
  readonly port: number;
}

/** What the engine says of itself, for metrics. */
export interface MediaFigures {
  readonly channels: number;
  readonly channelsSinceStart: number;
  readonly conferences: number;
  readonly portsGivenEarly: number;
  readonly pump: PumpFigures;
}

const MAX_VARIABLES = 1000;
const WATCH_FRAMES = 50;

/** The media engine: a SIP door, an event socket, channels between them, and the pump that makes them sound. */
export class MediaEngine implements ApiWorld {
  readonly coreUuid = randomUUID();
  readonly hostname = hostname();
  readonly profile: string;
  readonly rtp: MediaOptions['rtp'];
  readonly folders: ApiWorld['folders'];
  readonly freeFloorBytes: number;
  readonly maxRecordSeconds: number;
  readonly maxVariables = MAX_VARIABLES;
  readonly inBandDtmf: boolean;
  readonly isFiltered: boolean;
  readonly library: SoundLibrary;
  readonly conferences: Conferences;
  readonly applications = APPLICATIONS;
  readonly log: Log;
  readonly #options: MediaOptions;
  readonly #channels = new Map<string, Channel>();
  readonly #legs = new Map<Leg, SipLeg>();
  readonly #bus = new EventBus();
  readonly #ports: PortPool;
  readonly #door: SipDoor;
  readonly #eventSocket: EslServer;
  readonly #pump = new Pump((at) => this.#frame(at));
  readonly #mediaAddress: string;
  readonly #bindAddress: string;
  readonly #identity = newIdentity();
  readonly #silence: SilenceWatch;
  readonly #stopping = new AbortController();
  #entering = 0;
  #sinceStart = 0;
  #frames = 0;

  constructor(options: MediaOptions, log: Log) {
    const { folders, rtp, limits } = options;
    this.#options = options;
    this.log = log;
    this.rtp = rtp;
    this.profile = options.sip.profile;
    this.folders = { ...folders, recordings: folders.recordings };
    this.freeFloorBytes = folders.freeFloorMegabytes * 1_048_576;
    this.maxRecordSeconds = limits.recordSeconds;
    this.inBandDtmf = options.inBandDtmf;
    this.isFiltered = options.eventSocket.referenceFilter;
    this.library = new SoundLibrary(
      this.folders,
      new MusicOnHold(folders.music, (says, fields) => log('warn', says, fields)),
    );
    this.conferences = new Conferences(limits);
    this.#silence = new SilenceWatch(rtp);
    this.#mediaAddress = rtp.advertised ?? (rtp.address === '0.0.0.0' ? routableAddress() : rtp.address);
    this.#bindAddress = rtp.address === '0.0.0.0' && isOwn(this.#mediaAddress) ? this.#mediaAddress : rtp.address;
    this.#ports = new PortPool({
      from: rtp.portFrom,
      to: rtp.portTo,
      restMs: rtp.restSeconds * 1000,
      chance: Math.random,
    });
    this.#door = new SipDoor({
      options,
      hasRoom: () => this.#hasRoom(),
      enter: (admitted) => void this.#enter(admitted),
    });
    this.#eventSocket = new EslServer(
      options,
      this,
      this.#bus,
      (line) => runApi(this, line),
      () => ({
        sessions: this.#channels.size,
        maxSessions: limits.channels,
        sessionsSinceStart: this.#sinceStart,
        address: this.#mediaAddress,
      }),
    );
  }

  /** The event socket comes last: who reaches it finds all the rest. */
  async start(): Promise<{ readonly eventSocket: Where; readonly sip: Where }> {
    this.#prepareFolders();
    await this.#door.stack.start();
    try {
      const port = await this.#eventSocket.start();
      const { address, port: sipPort } = this.sipAddress();
      this.log('info', 'the media engine speaks', { codecs: this.#options.codecs.join(' '), opus: 'off' });
      return { eventSocket: { address: this.#options.eventSocket.address, port }, sip: { address, port: sipPort } };
    } catch (error) {
      await this.#door.stack.stop();
      throw error;
    }
  }

  /** Ends all channels, then the sockets. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    for (const channel of [...this.#channels.values()]) channel.hangup('NORMAL_CLEARING', 'engine');
    await this.#eventSocket.stop();
    this.#pump.stop();
    await this.#door.stack.stop();
  }

  figures(): MediaFigures {
    return {
      channels: this.#channels.size,
      channelsSinceStart: this.#sinceStart,
      conferences: this.conferences.size,
      portsGivenEarly: this.#ports.givenEarly,
      pump: this.#pump.figures(),
    };
  }

  random(bytes: number): Uint8Array {
    return randomBytes(bytes);
  }

  newId(): string {
    return randomUUID();
  }

  emit(event: Parameters<EventBus['emit']>[0]): void {
    this.#bus.emit(event);
  }

  get rooms(): Conferences {
    return this.conferences;
  }

  leg(uuid: string): Channel | undefined {
    return this.#channels.get(uuid);
  }

  sipAddress(): { readonly address: string; readonly port: number; readonly announceTls: boolean } {
    const [point] = this.#door.stack.points;
    return {
      address: point?.address ?? '127.0.0.1',
      port: point?.port ?? 0,
      announceTls: this.#options.sip.announceTls,
    };
  }

  ended(leg: Leg): void {
    const sip = this.#legs.get(leg);
    if (sip !== undefined) this.#door.remove(sip);
    this.#legs.delete(leg);
    this.#channels.delete(leg.uuid);
    const { socket } = leg.session;
    const quality = legQuality(leg);
    leg.session.close();
    if (socket !== undefined) this.#ports.giveBack(socket.port, monotonicMs());
    this.log('info', 'channel ended', {
      leg: leg.uuid,
      cause: leg.hangupCause ?? '',
      received: quality.received,
      sent: quality.sent,
      lost: quality.lost,
      jitterMs: Math.round(quality.jitterMs),
      opinion: Math.round(quality.opinion * 100) / 100,
    });
  }

  #prepareFolders(): void {
    const { recordings, alsoWritable } = this.#options.folders;
    if (recordings === undefined) {
      if (alsoWritable.length === 0) this.log('warn', 'no folder for recordings: none will be made');
      return;
    }
    // Years of messages may lie there: no call waits for this.
    void repairRecordings(recordings, this.#stopping.signal).then((repaired) => {
      if (repaired > 0) this.log('warn', 'recordings of a crash were repaired', { recordings: repaired });
    });
  }

  #hasRoom(): boolean {
    return this.#channels.size + this.#entering < this.#options.limits.channels;
  }

  async #enter({ transaction, host, port, secure }: Admitted): Promise<void> {
    const channel = new Channel(this.newId(), this);
    this.#entering += 1;
    const socket = await MediaSocket.open(this.#bindAddress, this.#ports, channel.session, monotonicMs()).catch(
      () => undefined,
    );
    this.#entering -= 1;
    if (socket === undefined || this.#door.isCancelled(transaction)) {
      if (socket === undefined) this.#door.refuse(transaction, 503, 'No Ports');
      else this.#release(socket);
      return;
    }
    channel.session.socket = socket;
    channel.session.credentials = this.#credentials();
    const master = ownKeys(
      (bytes) => this.random(bytes),
      (key) => channel.session.isSpent(key),
    );
    const session = new SipSession(channel, (version) => this.#local(channel, socket, version, secure, master));
    const { body } = transaction.request;
    const openSocket = () =>
      callBack(channel, {
        host,
        port,
        bus: this.#bus,
        queueBytes: this.#options.limits.socketQueueBytes,
        api: (line) => runApi(this, line),
      });
    const leg = new SipLeg(
      channel,
      session,
      transaction,
      this.#door.stack.transactions,
      body === '' ? openSocket : () => undefined,
    );
    this.#introduce(channel, transaction.request);
    const answer = body === '' ? { sdp: session.offer() } : session.answer(body);
    if ('refused' in answer) {
      this.log('info', 'offer refused', { because: answer.refused });
      this.#door.refuse(transaction, 488, 'Not Acceptable Here');
      this.#release(socket);
      return;
    }
    this.#take(channel, leg);
    leg.accept(transaction, answer.sdp);
    this.emit(channelHeaders(channel, 'CHANNEL_ANSWER'));
    if (channel.session.awaitsKeys) channel.onSecured = openSocket;
    else if (body !== '') openSocket();
  }

  #take(channel: Channel, leg: SipLeg): void {
    this.#channels.set(channel.uuid, channel);
    this.#legs.set(channel, leg);
    this.#door.add(leg);
    channel.sip = leg;
    channel.callState = 'ACTIVE';
    this.#sinceStart += 1;
    this.#pump.start();
  }

  /** New ones for every call (RFC 8445 §5.3). */
  #credentials(): OwnCredentials | undefined {
    if (!this.#options.browsers) return undefined;
    const { suites } = this.#options.srtp;
    const text = (bytes: number) => randomBytes(bytes).toString('hex');
    return { identity: this.#identity, iceUfrag: text(4), icePwd: text(16), suites };
  }

  #release(socket: MediaSocket): void {
    socket.close();
    this.#ports.giveBack(socket.port, monotonicMs());
  }

  /** What the INVITE says becomes variables, as in FreeSWITCH. */
  #introduce(channel: Channel, request: SipMessage): void {
    channel.set('sip_user_agent', request.get(Header.userAgent) ?? '');
    channel.set('sip_call_id', request.callId);
    channel.set('sip_from_uri', request.from?.uri.replace(/^sips?:/, '') ?? '');
    channel.set('sip_to_uri', request.to?.uri.replace(/^sips?:/, '') ?? '');
    channel.set('playback_terminators', 'none');
    channel.set('hangup_after_bridge', 'false');
    channel.set('park_after_bridge', 'true');
    for (let i = 0; i < request.ids.length; i += 1) {
      const name = request.nameAt(i).trim();
      if (/^x-/i.test(name)) channel.set(`sip_h_${name}`, Buffer.from(request.valueAt(i), 'latin1').toString('utf8'));
    }
  }

  #local(
    channel: Channel,
    socket: MediaSocket,
    version: number,
    secure: Admitted['secure'],
    master: LocalMedia['srtp']['master'],
  ): LocalMedia {
    const { codecs, srtp } = this.#options;
    const { credentials } = channel.session;
    const dtls = credentials && { ...credentials, fingerprint: credentials.identity.fingerprint };
    return {
      address: this.#mediaAddress,
      port: socket.port,
      rtcpPort: socket.port + 1,
      sessionId: String(socket.port * 100_000 + (channel.createdAt % 100_000)),
      version,
      codecs,
      direction: 'sendrecv',
      ptimeMs: 20,
      rtcpMux: true,
      ...(dtls === undefined ? {} : { dtls, offersDtls: secure === 'handshake' }),
      srtp: {
        use: secure === 'keys' ? 'required' : srtp.use,
        suites: srtp.suites,
        master,
      },
    };
  }

  /** One frame of everything: all hear, the rooms mix, all speak. */
  #frame(at: number): void {
    this.#frames += 1;
    for (const channel of this.#channels.values()) {
      try {
        channel.audio.read();
      } catch (error) {
        this.#failed(channel, error);
      }
    }
    for (const room of this.conferences.all()) room.mix();
    for (const channel of this.#channels.values()) {
      try {
        channel.audio.write(at);
      } catch (error) {
        this.#failed(channel, error);
      }
    }
    if (this.#frames % WATCH_FRAMES === 0) this.#watch(at);
    if (this.#channels.size === 0) this.#pump.stop();
  }

  /** A fault in one call ends that call, not all. */
  #failed(channel: Channel, error: unknown): void {
    this.log('error', 'a channel failed', { leg: channel.uuid, because: String(error) });
    channel.hangup('NORMAL_TEMPORARY_FAILURE', 'engine');
  }

  /** Once a second: legs that have fallen silent are ended. */
  #watch(at: number): void {
    for (const channel of [...this.#channels.values()]) {
      if (this.#silence.isGone(channel, at)) channel.hangup('MEDIA_TIMEOUT', 'engine');
    }
  }
}

/** Does a network card of this machine have the address? Else a translator of addresses stands before us. */
function isOwn(address: string): boolean {
  return Object.values(networkInterfaces()).some((cards) => cards?.some((card) => card.address === address) === true);
}

/** The address by which the network reaches this machine. */
function routableAddress(): string {
  for (const addresses of Object.values(networkInterfaces())) {
    const found = addresses?.find(({ family, internal }) => family === 'IPv4' && !internal);
    if (found !== undefined) return found.address;
  }
  return '127.0.0.1';
}
