import { basename } from 'node:path';
import type { MediaEnd, VoiceParty } from '../../call/media/ports.ts';
import type { Voice } from '../../call/ports.ts';
import type { Gone } from '../../domain/gone.ts';
import type { MediaQuality } from '../../domain/outcome.ts';
import type { ToneCountry } from '../../protocol/audio/tone-names.ts';
import type { Controlled } from './controlled.ts';
import type { EslEvent, LibraryEndpoint } from './library.ts';
import { unansweredVariable } from './offer.ts';
import { qualityOf } from './quality.ts';
import { ChannelVoice } from './voice.ts';
import { elapsed, within } from './within.ts';
import { descriptionText, numberWord, uuidWord, variableWord } from './words.ts';

const modifyMs = 5_000;
const commandMs = 3_000;
/** No application of ours runs longer. */
const applicationMs = 4 * 3_600_000;
const breakMs = 250;
const breaksAtMost = 12;
const hangUpMs = 2_000;
/** The last events of a channel come within this. */
const lastWordsMs = 1_000;
/** From the word to the deed. */
const bridgeMs = 1_000;
const lingerSeconds = 2;
/** Who types ahead of us means what is said next, not what is said later. */
const earlyMs = 3_000;
const earlyAtMost = 20;
/** The longest that a hang-up waits for a recording. */
const stopMs = 500;
/**
 * What a server says of a recording that ended as it was to end, or of a talk that never began. FreeSWITCH says `success-maxtime` also when told
 * to stop, and `no-input-timeout` of a talk that was hung up on before anybody spoke.
 */
const wholeRecordings: ReadonlySet<string> = new Set([
  'success',
  'success-silence',
  'success-maxtime',
  'empty-file',
  'no-input-timeout',
]);

export interface ChannelOptions {
  readonly sdp: string;
  /** The channel under our command; with a browser it comes after the handshake. `undefined`: it never came. */
  readonly control: Promise<LibraryEndpoint | undefined>;
  /** Where the server writes recordings. */
  readonly recordings: string;
  readonly freeMegabytesAtLeast: number;
  /** The name of its stream with the music on hold. */
  readonly music: string;
  /** Whose call-progress tones are heard. */
  readonly tones: ToneCountry;
  readonly warn: (says: string, fields?: Readonly<Record<string, string>>) => void;
  readonly over: (channel: Channel) => void;
}

/** A recording of a talk that goes on. */
interface Watched {
  readonly path: string;
  readonly cut: () => void;
  readonly ended: Promise<void>;
  readonly over: () => void;
}

/** One channel of a media server: nothing here rejects or waits for ever, whatever the library's promises do. */
export class Channel implements MediaEnd, Controlled {
  readonly quality: Promise<MediaQuality | undefined>;
  readonly recordings: string;
  readonly freeMegabytesAtLeast: number;
  readonly music: string;
  readonly tones: ToneCountry;
  readonly warn: ChannelOptions['warn'];
  readonly #options: ChannelOptions;
  readonly #gone = new AbortController();
  /** By the last part of their names: a server may say a folder in another way. */
  readonly #watched = new Map<string, Watched>();
  readonly #keys = new Set<(key: string) => void>();
  /** Pressed while nobody listened: between two sentences, or before the first. */
  readonly #early: { readonly key: string; readonly at: number }[] = [];
  #endpoint: LibraryEndpoint | undefined;
  #settleQuality!: (quality: MediaQuality | undefined) => void;
  #sdp: string;
  #running: Promise<unknown> | undefined;
  #application = '';
  #voice: ChannelVoice | undefined;
  #isPrepared = false;

  constructor(options: ChannelOptions) {
    this.#options = options;
    this.#sdp = options.sdp;
    this.recordings = options.recordings;
    this.freeMegabytesAtLeast = options.freeMegabytesAtLeast;
    this.music = options.music;
    this.tones = options.tones;
    this.warn = options.warn;
    this.quality = new Promise((settle) => {
      this.#settleQuality = settle;
    });
    options.control.then(
      (endpoint) => this.#controlled(endpoint),
      () => this.#end('media lost'),
    );
  }

  get sdp(): string {
    return this.#sdp;
  }

  get gone(): Gone {
    return this.#gone.signal;
  }

  get busy(): boolean {
    return this.#running !== undefined;
  }

  async take(sdp: string): Promise<string | undefined> {
    const { dialog } = (await this.#control()) ?? {};
    if (!dialog) return undefined;
    const answer = await within(modifyMs, dialog.modify(descriptionText(sdp)), undefined, this.gone);
    if (answer !== undefined) this.#sdp = answer;
    return answer;
  }

  async join(other: MediaEnd): Promise<boolean> {
    if (!(other instanceof Channel)) return false;
    const [mine, theirs] = await Promise.all([this.#control(), other.#control()]);
    if (mine === undefined || theirs === undefined) return false;
    const joined = Promise.race([nextBridge(mine), nextBridge(theirs)]);
    const said = await this.api('uuid_bridge', uuidWord(theirs.uuid));
    if (said?.startsWith('+OK') !== true) return false;
    // A FreeSWITCH says so before it does it, and throws away the keys that come meanwhile. It tells of one of the two alone.
    await within(bridgeMs, joined, undefined, this.gone);
    return true;
  }

  async part(): Promise<void> {
    // What was pressed in a talk was for the other.
    this.#early.length = 0;
    await this.api('uuid_transfer', '-both', 'park', 'inline');
  }

  /**
   * As if it had come with the sound: it goes to whoever listens there, a bridge or us. An INFO of ours would be thrown away by a
   * FreeSWITCH that was told to expect telephone-events.
   */
  pressed(key: string, durationMs: number): void {
    if (/^[0-9A-D*#]$/.test(key)) void this.api('uuid_recv_dtmf', `${key}@${numberWord(durationMs, 40, 5_000)}`);
  }

  /** A FreeSWITCH takes it for granted where no telephone-event was agreed. */
  keysAreTold(): void {
    void this.#control().then(() => this.api('uuid_setvar', 'dtmf_type', 'info'));
  }

  answered(): void {
    void this.#control().then(() => this.api('uuid_setvar', unansweredVariable));
  }

  voice(party: VoiceParty): Voice {
    this.#voice ??= new ChannelVoice(this, party);
    return this.#voice;
  }

  close(): void {
    this.#end('closed');
  }

  /** Runs an application to its end; the event that says so, `undefined` when the channel was lost or refused before. */
  async run(application: string, argument: string): Promise<EslEvent | undefined> {
    const endpoint = await this.#control();
    if (endpoint === undefined) return undefined;
    this.#prepare(endpoint);
    const running = within(applicationMs, endpoint.execute(application, argument), undefined, this.gone);
    this.#running = running;
    this.#application = application;
    const event = await running;
    if (this.#running === running) this.#running = undefined;
    return event;
  }

  /**
   * Ends what runs, and waits for its end. The server may look at a break before it has begun what we sent just now, so it
   * is told again.
   */
  async quiet(): Promise<void> {
    for (let count = 0; this.#running !== undefined && count < breaksAtMost; count += 1) {
      const running = this.#running;
      // A break lets nobody out of a conference; parking does.
      void (this.#application === 'conference' ? this.api('uuid_transfer', 'park', 'inline') : this.api('uuid_break'));
      await Promise.race([running, elapsed(breakMs)]);
      if (this.#running === running) continue;
    }
  }

  async variable(name: string): Promise<string | undefined> {
    const value = await this.api('uuid_getvar', variableWord(name));
    return value === undefined || value === '_undef_' || value.startsWith('-ERR') ? undefined : value.trim();
  }

  onKey(tell: (key: string) => void, since?: 'from now on'): () => void {
    this.#keys.add(tell);
    const early = this.#early.splice(0).filter(({ at }) => performance.now() - at < earlyMs);
    // By then what they may cut short has begun.
    if (since === undefined && early.length > 0) {
      setImmediate(() => {
        for (const { key } of early) if (this.#keys.has(tell)) tell(key);
      });
    }
    return () => this.#keys.delete(tell);
  }

  watchRecording(path: string, cut: () => void): () => void {
    let over!: () => void;
    const ended = new Promise<void>((settle) => {
      over = () => {
        this.#watched.delete(name);
        settle();
      };
    });
    const name = basename(path);
    this.#watched.set(name, { path, cut, ended, over });
    return over;
  }

  recordingEnded(path: string): Promise<void> {
    return this.#watched.get(basename(path))?.ended ?? Promise.resolve();
  }

  /** A command about this channel; its reply, `undefined` when there is none. */
  async api(command: string, ...args: readonly string[]): Promise<string | undefined> {
    const uuid = this.#endpoint?.uuid;
    return uuid === undefined ? undefined : this.command(command, uuidWord(uuid), ...args);
  }

  /** A command to the server, by way of this channel. */
  async command(command: string, ...args: readonly string[]): Promise<string | undefined> {
    const endpoint = this.#endpoint;
    if (endpoint === undefined || !endpoint.conn) return undefined;
    const reply = await within(commandMs, endpoint.api(command, args), undefined, this.gone);
    return reply?.getBody() ?? undefined;
  }

  async #control(): Promise<LibraryEndpoint | undefined> {
    if (this.gone.aborted) return undefined;
    return this.#endpoint ?? within(applicationMs, this.#options.control, undefined, this.gone);
  }

  #pressed(key: string): void {
    if (this.#keys.size === 0) {
      if (this.#early.push({ key, at: performance.now() }) > earlyAtMost) this.#early.shift();
      return;
    }
    for (const tell of [...this.#keys]) tell(key);
  }

  /** Keys never stop anything by themselves (we say when), several sounds follow each other at once. */
  #prepare(endpoint: LibraryEndpoint): void {
    if (this.#isPrepared) return;
    this.#isPrepared = true;
    const argument = '^^^playback_terminators=none^playback_delimiter=!^playback_sleep_val=20';
    endpoint.execute('multiset', argument).catch(() => undefined);
  }

  #controlled(endpoint: LibraryEndpoint | undefined): void {
    if (endpoint === undefined) {
      this.#end('media lost');
      return;
    }
    const { conn } = endpoint;
    if (this.gone.aborted || conn === null) {
      hangUp(endpoint);
      this.#settleQuality(undefined);
      this.#end('media lost');
      return;
    }
    this.#endpoint = endpoint;
    endpoint.on('destroy', () => this.#end('media lost'));
    endpoint.on('dtmf', ({ dtmf }) => this.#pressed(dtmf));
    // The library would write each error to the console; the end of the connection tells us all we need.
    conn.removeAllListeners('error');
    conn.on('error', () => undefined);
    // The server closes a channel's connection with its last packet, and what it says of the whole comes later: it is asked to stay.
    conn.sendRecv(`linger ${lingerSeconds}`, () => undefined);
    conn.on(`esl::event::CHANNEL_HANGUP_COMPLETE::${endpoint.uuid}`, (event: EslEvent) => {
      this.#settleQuality(qualityOf(event));
      conn.disconnect();
    });
    conn.on('esl::end', () => {
      this.#settleQuality(undefined);
      for (const { over } of [...this.#watched.values()]) over();
      this.#end('media lost');
    });
    conn.on(`esl::event::RECORD_STOP::${endpoint.uuid}`, (event: EslEvent) => {
      const cause = event.getHeader('Record-Completion-Cause');
      const watched = this.#watched.get(basename(event.getHeader('Record-File-Path') ?? ''));
      watched?.over();
      if (!cause || wholeRecordings.has(cause)) return;
      this.warn('the recording of a talk was cut short', { why: cause });
      watched?.cut();
    });
    conn.subscribe('CHANNEL_HANGUP_COMPLETE CHANNEL_BRIDGE RECORD_STOP');
  }

  /** A FreeSWITCH that hangs up on a channel throws away what it has of a recording in its memory, up to some seconds; told to stop, it writes it. */
  async #stopRecordings(endpoint: LibraryEndpoint): Promise<void> {
    const open = [...this.#watched.values()];
    if (open.length === 0 || !endpoint.conn) return;
    const stop = (path: string) => endpoint.api('uuid_record', [uuidWord(endpoint.uuid), 'stop', path]);
    await Promise.all(open.map(({ path }) => within(stopMs, stop(path), undefined)));
  }

  #end(why: 'closed' | 'media lost'): void {
    if (this.gone.aborted) return;
    this.#gone.abort(why);
    const endpoint = this.#endpoint;
    if (endpoint !== undefined) void this.#stopRecordings(endpoint).then(() => hangUp(endpoint));
    setTimeout(() => this.#settleQuality(undefined), endpoint === undefined ? 0 : lastWordsMs + hangUpMs).unref();
    this.#options.over(this);
  }
}

function nextBridge({ conn, uuid }: LibraryEndpoint): Promise<void> {
  return new Promise((joined) => conn?.once(`esl::event::CHANNEL_BRIDGE::${uuid}`, () => joined()));
}

/** By the library's way; when that does not end it in time, by a BYE of ours. */
export function hangUp(endpoint: LibraryEndpoint): void {
  const { dialog } = endpoint;
  let isOver = false;
  dialog?.on('destroy', () => {
    isOver = true;
  });
  void within(hangUpMs, endpoint.destroy(), undefined).then(() => {
    if (!isOver) dialog?.destroy().catch(() => undefined);
  });
}
