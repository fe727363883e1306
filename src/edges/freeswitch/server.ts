import type { MediaEnd, MediaWish } from '../../call/media/ports.ts';
import type { ToneCountry } from '../../protocol/audio/tone-names.ts';
import { Channel, hangUp } from './channel.ts';
import { knock, type ServerAddress } from './knock.ts';
import { createMediaLibrary, type LibraryEndpoint, type LibraryServer } from './library.ts';
import { offerHeaders, unanswered, wantedOffer } from './offer.ts';
import { shieldLink } from './shield.ts';
import type { HandOver, MediaSignalling } from './signalling.ts';
import { within } from './within.ts';
import { descriptionText, secretWord } from './words.ts';

export interface ServerOptions extends ServerAddress {
  readonly signalling: MediaSignalling;
  /** Where it writes recordings, as it sees it. */
  readonly recordings: string;
  /** Nothing is recorded while less is free there. */
  readonly freeMegabytesAtLeast: number;
  /** Its stream with the music on hold; `default` unless given. */
  readonly music?: string;
  /** Whose call-progress tones are heard on channels that are opened now. */
  readonly tones: () => ToneCountry;
  /** Where its channels call back, when not at the address it is reached from. */
  readonly callBack?: string;
  readonly changed: (connected: boolean, why: string) => void;
  readonly warn: (says: string, fields?: Readonly<Record<string, string>>) => void;
  readonly alarm: (error: unknown) => void;
}

const connectMs = 3_000;
/** INVITE, 200, and the channel's call back, for which the library itself waits 4 s. */
const openMs = 6_000;
const retryMsAtLeast = 250;
const retryMsAtMost = 10_000;

/** One media server: connected, or on its way back; and the channels we have there. */
export class MediaServer {
  readonly #options: ServerOptions;
  readonly #channels = new Set<Channel>();
  #library: LibraryServer | undefined;
  #retryMs = retryMsAtLeast;
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;
  #told: string | undefined;

  constructor(options: ServerOptions) {
    secretWord(options.secret);
    this.#options = options;
  }

  get connected(): boolean {
    return this.#library !== undefined && this.#options.signalling.connected;
  }

  get channels(): number {
    return this.#channels.size;
  }

  /** Tries once, and goes on trying behind the scenes when it fails. Settles after the first try. */
  async open(): Promise<void> {
    const why = await this.#connect();
    if (why === undefined || this.#isStopped) return;
    if (this.#told !== why) this.#options.changed(false, why);
    this.#told = why;
    this.#timer = setTimeout(() => void this.open(), this.#retryMs);
    this.#timer.unref();
    this.#retryMs = Math.min(retryMsAtMost, this.#retryMs * 2);
  }

  async end(wish: MediaWish): Promise<MediaEnd | undefined> {
    const library = this.#library;
    if (library === undefined || !this.connected) return undefined;
    try {
      const isSecured = 'offer' in wish && /^m=audio \d+ \S*SAVP/m.test(wish.offer);
      if (isSecured) return await this.#secured(library, descriptionText(wish.offer));
      const opening = library.createEndpoint(
        'offer' in wish
          ? { remoteSdp: descriptionText(wish.offer), headers: { ...unanswered } }
          : { headers: { ...unanswered, ...offerHeaders[wish.offers] } },
      );
      const endpoint = await within(openMs, opening, undefined);
      if (endpoint === undefined) {
        opening.then((late) => late.destroy()).catch((error) => this.#refused(error));
        return undefined;
      }
      const said = endpoint.dialog?.remote.sdp ?? '';
      const sdp = 'offer' in wish ? said : wantedOffer(wish.offers, said);
      if (sdp !== undefined) return this.#channel(sdp, Promise.resolve(endpoint));
      hangUp(endpoint);
      this.#refused(`it makes no offer of this kind: ${'offers' in wish && wish.offers}`);
      return undefined;
    } catch (error) {
      this.#refused(error);
      return undefined;
    }
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    for (const channel of [...this.#channels]) channel.close();
    this.#leave();
  }

  /** Why it failed; nothing when it did not. */
  async #connect(): Promise<string | undefined> {
    const { host, port, secret, profile, callBack, signalling } = this.#options;
    const knocked = await knock({ host, port, secret, profile });
    if (!knocked.ok) return knocked.why;
    const library = createMediaLibrary(signalling.srf);
    const connecting = library.connect({
      address: host,
      port,
      secret,
      profile,
      listenAddress: callBack ?? knocked.from,
      listenPort: 0,
      advertisedAddress: callBack ?? knocked.from,
    });
    const server = await within(connectMs, connecting, undefined);
    if (server === undefined || this.#isStopped) {
      connecting.then((late) => leave(late)).catch(() => undefined);
      return 'it does not answer';
    }
    this.#entered(server);
    return undefined;
  }

  #entered(server: LibraryServer): void {
    const { alarm, changed } = this.#options;
    const { conn } = server;
    server.closing = true;
    // Its retries have no end; ours begin with a look at who is there.
    conn.reconnectOpts.maxAttempts = 1;
    shieldLink(conn, alarm);
    server._server.on('connection::open', (link) => shieldLink(link, alarm));
    conn.on('esl::end', () => this.#lost(server));
    conn.on('error', () => this.#lost(server));
    this.#library = server;
    this.#retryMs = retryMsAtLeast;
    this.#told = undefined;
    changed(true, '');
  }

  /** Channels have connections of their own, and end when those end: a server may lose ours and go on with its calls. */
  #lost(server: LibraryServer): void {
    if (this.#library !== server) return;
    this.#leave();
    if (this.#isStopped) return;
    const why = 'the connection was lost';
    this.#told = why;
    this.#options.changed(false, why);
    this.#timer = setTimeout(() => void this.open(), this.#retryMs);
    this.#timer.unref();
  }

  #leave(): void {
    const library = this.#library;
    this.#library = undefined;
    if (library !== undefined) leave(library);
  }

  /** A description with keys: the server's answer comes first, the channel may come under our command after a handshake. */
  #secured(library: LibraryServer, offer: string): Promise<MediaEnd | undefined> {
    return new Promise((settle) => {
      let isLate = false;
      const answer: HandOver = {
        answered: (sdp) => {
          const channel = this.#channel(sdp, control);
          settle(channel);
          // Nobody waits for it any more, and nobody else would close it.
          if (isLate) channel.close();
        },
      };
      const control: Promise<LibraryEndpoint | undefined> = library
        .connectCaller({ body: offer }, answer, { headers: { ...unanswered } })
        .then(({ endpoint }) => endpoint)
        .catch((error) => {
          this.#refused(error);
          settle(undefined);
          return undefined;
        });
      setTimeout(() => {
        isLate = true;
        settle(undefined);
      }, openMs).unref();
    });
  }

  #channel(sdp: string, control: Promise<LibraryEndpoint | undefined>): Channel {
    const { recordings, freeMegabytesAtLeast, music = 'default', tones, warn } = this.#options;
    const channel = new Channel({
      sdp,
      control,
      recordings,
      freeMegabytesAtLeast,
      music,
      tones: tones(),
      warn,
      over: (one) => this.#channels.delete(one),
    });
    this.#channels.add(channel);
    return channel;
  }

  #refused(error: unknown): void {
    this.#options.warn('the media server refused a channel', {
      why: error instanceof Error ? error.message : String(error),
    });
  }
}

function leave(server: LibraryServer): void {
  try {
    server.disconnect();
  } catch {
    // The connection was gone already.
  }
}
