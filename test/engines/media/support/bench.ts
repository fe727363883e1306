import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { create, type Engine } from '../../../../src/engines/media/index.ts';
import { attribute } from '../../../../src/protocol/sdp/description.ts';
import { parseSdp } from '../../../../src/protocol/sdp/parse.ts';
import type { SipMessage } from '../../../../src/protocol/sip/message.ts';
import { type Call, Caller } from './caller.ts';
import { CallBackListener, connectTo, type EventSocket } from './event-socket.ts';
import { type Codec, RtpPeer } from './rtp-peer.ts';

/** One leg on the engine, with a telephone at its other end and an application that commands it. */
export interface TestLeg {
  readonly uuid: string;
  readonly call: Call;
  readonly phone: RtpPeer;
  readonly application: EventSocket;
  /** The reply to `connect`. */
  readonly data: Readonly<Record<string, string>>;
  /** Where the engine hears this leg. */
  readonly port: number;
}

export interface LegWishes {
  readonly formats?: string;
  readonly lines?: readonly string[];
  readonly protocol?: string;
  readonly headers?: readonly string[];
}

const EVENTS =
  'CHANNEL_EXECUTE CHANNEL_EXECUTE_COMPLETE CHANNEL_CALLSTATE CHANNEL_BRIDGE CHANNEL_UNBRIDGE CHANNEL_HANGUP_COMPLETE DTMF PLAYBACK_START PLAYBACK_STOP RECORD_START RECORD_STOP CUSTOM conference::maintenance';

type Some = Readonly<Record<string, unknown>>;

/** Options of the engine that differ from the bench's own. */
export interface BenchOptions {
  readonly sip?: Some;
  readonly eventSocket?: Some;
  readonly rtp?: Some;
  readonly folders?: Some;
  readonly limits?: Some;
  readonly srtp?: Some;
  readonly inBandDtmf?: boolean;
}

/** An engine on free ports of 127.0.0.1, and all that plays with it. */
export class Bench {
  readonly engine: Engine;
  readonly folder: string;
  readonly listener: CallBackListener;
  readonly caller: Caller;
  readonly eventSocketPort: number;
  readonly #phones: RtpPeer[] = [];
  #calls = 0;

  private constructor(
    engine: Engine,
    folder: string,
    listener: CallBackListener,
    caller: Caller,
    eventSocketPort: number,
  ) {
    this.engine = engine;
    this.folder = folder;
    this.listener = listener;
    this.caller = caller;
    this.eventSocketPort = eventSocketPort;
  }

  static async open(options: BenchOptions = {}): Promise<Bench> {
    const folder = mkdtempSync(join(tmpdir(), 'media-'));
    // A range of its own for each test process: ports below what the kernel gives out by itself.
    const portFrom = 10_000 + (process.pid % 200) * 100;
    const engine = create({
      codecs: ['PCMA', 'PCMU', 'G722'],
      ...options,
      sip: { port: 0, ...options.sip },
      eventSocket: { port: 0, password: 'secret', ...options.eventSocket },
      rtp: { address: '127.0.0.1', advertised: '127.0.0.1', portFrom, portTo: portFrom + 99, ...options.rtp },
      folders: { sounds: [folder], recordings: folder, freeFloorMegabytes: 1, ...options.folders },
    });
    const { eventSocket, sip } = await engine.start();
    return new Bench(engine, folder, await CallBackListener.open(), await Caller.open(sip.port), eventSocket.port);
  }

  async close(): Promise<void> {
    await this.engine.stop();
    for (const phone of this.#phones) phone.close();
    this.listener.close();
    this.caller.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  connect(password = 'secret'): Promise<EventSocket> {
    return connectTo(this.eventSocketPort, password);
  }

  async phone(): Promise<RtpPeer> {
    const phone = await RtpPeer.open();
    this.#phones.push(phone);
    return phone;
  }

  headers(id: string, more: readonly string[] = []): readonly string[] {
    return [`User-Agent: drachtio-fsmrf:${id}`, `X-esl-outbound: ${this.listener.address}`, ...more];
  }

  nextId(): string {
    this.#calls += 1;
    return `call-${process.pid}-${this.#calls}`;
  }

  /** A call that is answered, acknowledged, and whose application listens. */
  async leg({ formats = '8 101', lines = [], protocol = 'RTP/AVP', headers = [] }: LegWishes = {}): Promise<TestLeg> {
    const phone = await this.phone();
    const id = this.nextId();
    const before = this.listener.connections.all.length;
    const offer = sdpOf(phone.port, formats, lines, protocol);
    const call = await this.caller.invite(id, offer, this.headers(id, headers));
    if (call.response.status !== 200) throw new Error(`INVITE got ${call.response.status}`);
    call.ack();
    const { port } = mediaOf(call.response);
    phone.sendTo(port);
    await this.listener.connections.next(
      () => this.listener.connections.all.length > before,
      'the engine to call back',
    );
    const application = this.listener.connections.all[before] as EventSocket;
    const { headers: data } = await application.ask('connect');
    const uuid = data['Channel-Unique-ID'] ?? '';
    await application.ask(`event json ${EVENTS}`);
    await application.ask(`filter Unique-ID ${uuid}`);
    return { uuid, call, phone, application, data, port };
  }
}

export function sdpOf(port: number, formats = '8 101', lines: readonly string[] = [], protocol = 'RTP/AVP'): string {
  const maps = formats
    .split(' ')
    .flatMap((format) => (Number(format) >= 96 ? [`a=rtpmap:${format} telephone-event/8000`] : []));
  return `${['v=0', 'o=- 1 1 IN IP4 127.0.0.1', 's=-', 'c=IN IP4 127.0.0.1', 't=0 0', `m=audio ${port} ${protocol} ${formats}`, ...maps, ...lines].join('\r\n')}\r\n`;
}

export interface AnsweredMedia {
  readonly port: number;
  readonly formats: readonly string[];
  attribute(name: string): string | undefined;
}

/** The audio line of an answer. */
export function mediaOf(response: SipMessage): AnsweredMedia {
  const session = parseSdp(response.body);
  const media = typeof session === 'string' ? undefined : session.media[0];
  if (media === undefined) throw new Error('no media in the answer');
  return { port: media.port, formats: media.formats, attribute: (name) => attribute(media, name) };
}

export const CODECS: readonly Codec[] = ['PCMA', 'PCMU', 'G722'];
