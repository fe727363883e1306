import type { Caller, Destination, Facts, IncomingCall, Target } from '../domain/call.ts';
import type { Config } from '../domain/config.ts';
import type { Gone } from '../domain/gone.ts';
import type { LineId, ServiceId, SiteId } from '../domain/ids.ts';
import type { Instant } from '../domain/instant.ts';
import type { AnchorReason } from '../domain/media.ts';
import type { CallRecord, MediaQuality } from '../domain/outcome.ts';
import type { Refusal } from '../domain/refusals.ts';
import type { Say } from '../domain/say.ts';
import type { ServiceMode } from '../domain/service.ts';
import type { WishChange } from '../domain/wishes.ts';
import type { Mailboxes } from './mailbox-ports.ts';
import type { Meetings } from './meetings.ts';
import type { Queues } from './queues.ts';
import type { CallRecordings } from './recording-ports.ts';
import type { Seats } from './seats.ts';

/** What the call path asks of the world, in the path's own words. The edges answer, and compose puts them together. */
export interface World {
  now(): Instant;
  /** Runs `what` once when `seconds` have passed. The function given back forgets it. */
  after(seconds: number, what: () => void): () => void;
  /** True once the exchange is being stopped: no new calls but to emergency services. */
  readonly draining: boolean;
  /** May one more call be set up now? Counts it. */
  setupAllowed(atMostPerSecond: number): boolean;
  /** One snapshot about this destination. */
  facts(about: Destination, call: IncomingCall, config: Config): Facts;
  /** How many groups of contacts a target has, to be rung one after the other (RFC 3261 §16.6): one, unless phones said which is preferred; 0: nobody is there. */
  groups(target: Target): number;
  /**
   * Sends the call to one target (a line: every contact of the group) and gives back the legs; none when nobody is there.
   * News and results come later, never during this call.
   */
  dial(target: Target, order: Order): readonly Leg[];
  /** Does this target (of a line: any contact of the group) answer anything at all? Never rejects. Asked when an INVITE is met with silence. */
  answers(target: Target, config: Config, group?: number): Promise<boolean>;
  /** Answers the caller with what the leg answered, joins the two, and settles when either hangs up. Never rejects. */
  talk(caller: CallerLeg, leg: Leg): Promise<Talk>;
  /**
   * Connects the caller to the media server: by a 200, or by a 183 that charges nothing. The same voice when it is asked
   * again (a 200 after a 183 keeps it). `undefined` when no media server takes them, or they are gone: go on unheard. Never rejects.
   * From then on `talk` joins the two over the media server, and `refuse` hangs up what was answered.
   */
  hear(caller: CallerLeg, how: 'answer' | 'early media', config: Config): Promise<Voice | undefined>;
  /** The voice of a leg that has answered and was dialled with `Order.heard`; `undefined` when it has none. Never rejects. */
  hearLeg(leg: Leg): Promise<Voice | undefined>;
  /** The sounds that make up what is said, in the language of the configuration unless it names one. Unknown ones are left out. */
  sounds(say: readonly Say[], config: Config): readonly Sound[];
  /** Who sits where: calls by trunk and site. */
  readonly seats: Seats;
  /** Who waits for which service. */
  readonly queues: Queues;
  /** Which lines ring, and how their calls are picked up. */
  readonly pickUps: PickUps;
  /** Who those are that talk. */
  readonly parties: Parties;
  /** Where calls are parked. */
  readonly parking: Parking;
  /** Which lines ring and talk. */
  readonly presence: Presence;
  /**
   * Joins two callers, both of whom we have taken (`hear`, by a 200), and settles when either hangs up. Never rejects. `callee` is
   * `other` in what it says.
   */
  joinCallers(caller: CallerLeg, other: CallerLeg): Promise<Talk>;
  /** True when the agent of this line has logged out of the service, or pauses, or finishes what the last call was about. */
  isAway(line: LineId, service: ServiceId): boolean;
  /** Switches a service, or only asks (no mode): how it is switched then. A sentence says why that cannot be. */
  switchService(
    service: ServiceId,
    mode: ServiceMode | undefined,
    by: string,
  ): Promise<{ readonly mode: ServiceMode } | string>;
  /** Changes what the owner of a line wishes. Rejects, and nothing is changed, when it cannot be stored. */
  changeWish(line: LineId, change: WishChange): Promise<unknown>;
  readonly mailboxes: Mailboxes;
  /** Who meets where. */
  readonly meetings: Meetings;
  /** Talks that are recorded. */
  readonly recordings: CallRecordings;
  readonly ledger: Ledger;
  /** A mistake of ours: log it, count it, wake somebody. Does not throw. */
  alarm(fault: Fault): void;
}

/** What Parties remember of an end, at the end itself: a WeakMap keeps what is long over (docs/adr/0018). */
interface Known {
  who?: Party | undefined;
}

/** The caller's end of the call. */
export interface CallerLeg extends Known {
  /** Fires when they are gone before they talk to somebody: also while only we have answered. Its reason is a `GoneReason`. */
  readonly gone: Gone;
  /** Ends the call, whatever its state: a final response before the answer, a BYE after it. Harmless when it has ended. */
  refuse(why: Refusal, as?: Said): void;
  /** How they sounded, asked when the call has ended; `undefined` where no media server carried it. Waits for a moment, never rejects. */
  quality(): Promise<MediaQuality | undefined> | undefined;
}

/** `exchange stops`: they are still there, and are to be told. */
export type GoneReason = 'hung up' | 'engine lost' | 'exchange stops';

/** How a refusal is put into SIP, when not as `domain/refusals` has it. */
export interface Said {
  readonly sip: number;
  readonly q850?: number;
  /** RFC 3261 §20.33. */
  readonly retryAfterSeconds?: number;
  /** RFC 4028 §6: what goes with a 422. */
  readonly minSeSeconds?: number;
}

/** What a leg is dialled with. */
export interface Order {
  readonly call: IncomingCall;
  readonly caller: CallerLeg;
  /** The one the call arrived under. */
  readonly config: Config;
  /** Which of the target's groups of contacts; 0 is the most preferred. */
  readonly group: number;
  news(news: LegNews): void;
  /** The leg is to be talked to by ourselves before it is joined (a whisper, `press 1`): its media goes over the media server. */
  readonly heard?: boolean;
}

export type StopReason =
  | 'answered elsewhere'
  | 'declined elsewhere'
  | 'no answer'
  | 'no reply'
  | 'caller gone'
  | 'our fault';

/** One attempt to reach somebody, on its way. */
export interface Leg extends Known {
  /** Unique in the call. */
  readonly id: string;
  readonly target: Target;
  /** Once it has answered: why its sound runs over a media server, where it does. */
  readonly anchored?: AnchorReason | undefined;
  /** Never rejects. */
  readonly result: Promise<DialResult>;
  /** Cancels what still rings, hangs up what has answered; harmless when it is over. */
  stop(reason: StopReason): void;
}

/** What happens on the way to an answer. */
export type LegNews = { readonly is: 'ringing' | 'early media'; readonly leg: string; readonly at: Instant };

/** How one leg ended. `answered`: it waits to be talked to, or stopped. `cancelled`: we stopped it. */
export type DialResult =
  | { readonly ended: 'answered'; readonly at: Instant }
  | ({ readonly ended: 'failed'; readonly at: Instant } & Said)
  | { readonly ended: 'cancelled'; readonly at: Instant };

/** How a conversation ended; or that it never began, because the caller was gone before the answer reached them. */
export type Talk =
  | {
      readonly ended: 'hung up';
      readonly by: 'caller' | 'callee' | 'exchange';
      readonly at: Instant;
      /** How the callee sounded, where the sound went over a media server that said so. */
      readonly calleeMedia?: MediaQuality;
    }
  | { readonly ended: 'never began'; readonly at: Instant }
  /** One of the two asks that the other be connected elsewhere. Nobody has hung up: whoever hears of it says how it goes on. */
  | { readonly ended: 'transfer asked'; readonly at: Instant; readonly asked: AskedTransfer }
  /** The other side of this one has become part of another call (an attended transfer); `by` was released. */
  | { readonly ended: 'taken over'; readonly by: 'caller' | 'callee'; readonly at: Instant };

/** One of two who talk wishes the other to talk to somebody else (RFC 3515, RFC 5589): `by` is the transferor, the other the transferee. */
export interface AskedTransfer {
  readonly by: 'caller' | 'callee';
  /** What the transferor would dial. */
  readonly to: string;
  /** Another talk of ours, whose far party is to be joined with the transferee (RFC 3891): who is said to be the transferor there, and who stays. */
  readonly other?: { readonly by: CallerLeg | Leg; readonly stays: CallerLeg | Leg };
  /** No: the two talk on. Settles as their talk does. Never rejects. */
  decline(): Promise<Talk>;
  /** Yes: the two are taken apart, the transferor is kept informed. `undefined`: it is over already, or not the moment; the two talk on. Never rejects. */
  begin(): Promise<Transferee | undefined>;
}

/** One of two who talk, as the call path knows them. */
export interface Party {
  readonly end: CallerLeg | Leg;
  /** The call they talk in. */
  readonly call: string;
  /** Absent: nobody that the configuration knows. */
  readonly who: Caller | undefined;
  /** `line 4101`, `trunk operator target 0`. */
  readonly label: string;
}

/** Who talks: for whoever finds one of them in another call. */
export interface Parties {
  know(party: Party): void;
  of(end: CallerLeg | Leg): Party | undefined;
}

/** Where calls wait to be fetched. */
export interface Parking {
  /** Parks a call at this place, or at the first that is free; `take` gives it to whoever fetches it. `undefined`: there is no room. */
  park(
    site: SiteId,
    place: number | undefined,
    take: (by: PickUp) => void,
  ): { readonly place: number; leave(): void } | undefined;
  /** Fetches the call at this place, or the one that has waited longest. False: there is none. */
  fetch(site: SiteId, place: number | undefined, by: PickUp): boolean;
}

/** A call as one line takes part in it: `early` while it rings, there or at whom it calls. */
export interface LineCall {
  readonly call: string;
  /** Who began it (RFC 4235 §4.1.2). */
  readonly direction: 'initiator' | 'recipient';
  readonly state: 'early' | 'confirmed';
}

/** Which lines ring, call and talk: what a busy lamp shows. */
export interface Presence {
  of(line: LineId): readonly LineCall[];
  /** The line takes part in the call; who began it stays as it was first said. */
  set(line: LineId, call: LineCall): void;
  drop(line: LineId, call: string): void;
  /** It rings no longer; who talks meanwhile goes on. */
  notRinging(line: LineId, call: string): void;
  /** The call is over, for every line. */
  ended(call: string): void;
}

/** A party that is being transferred. */
export interface Transferee {
  /** They, as a caller. What is refused is told the transferor. */
  readonly leg: CallerLeg;
  /** Absent: there is no media server, and they hear whatever they heard before. */
  readonly voice: Voice | undefined;
  /** Lets us talk to the transferor before they are released. `undefined`: they hold the call, are gone, or there is no media server. Never rejects. */
  transferor(): Promise<Voice | undefined>;
  /** Joins them with the far party of the other talk. Settles when either hangs up. Never rejects. */
  join(): Promise<Talk>;
  /** Back to the transferor. `undefined`: they are gone, or the call is somebody else's already. */
  back(): Promise<Talk> | undefined;
  /** Hangs up on everybody. */
  release(): void;
}

/** Whoever picks up a call that rings elsewhere. */
export interface PickUp {
  readonly line: LineId;
  /** Their own call, which is joined with the one they picked up. */
  readonly leg: CallerLeg;
  /** Told how the conversation ended. */
  over(talk: Talk): void;
}

/** Which lines ring, and how their calls are picked up. */
export interface PickUps {
  /** The line rings: `take` gives the call to whoever picks it up. The function given back takes it off the list. */
  ringing(line: LineId, take: (by: PickUp) => void): () => void;
  /** Picks up the call that has rung longest at one of these lines. False: none of them rings. */
  pickUp(lines: Iterable<LineId>, by: PickUp): boolean;
}

export interface Fault {
  readonly call: string;
  readonly what: string;
  readonly error: unknown;
}

/** Where calls are written down. Both calls queue; neither throws; the store writes in groups. */
export interface Ledger {
  opened(
    record: Pick<
      CallRecord,
      'id' | 'startedAt' | 'from' | 'dialled' | 'service' | 'callerNumber' | 'calledNumber' | 'withheld'
    >,
  ): void;
  closed(record: CallRecord): void;
}

/** What a voice plays: bytes that the media server can open by itself, or a tone it makes. */
export type Sound =
  | { readonly file: string }
  | { readonly tone: string; readonly seconds: number }
  | { readonly silenceMs: number };

/**
 * A party that we talk to ourselves, over the media server. One thing is played at a time: what is begun later stops what
 * plays. Nothing here rejects: when they hang up or the media server is lost, every call settles with `gone`.
 */
export interface Voice {
  /** Fires when they hang up or the media server is lost. Its reason is a `GoneReason`, or `media lost`. */
  readonly gone: Gone;
  /** Plays one after the other. A key in `stopKeys` ends it, and is given back (keys pressed before are not counted). */
  play(sounds: readonly Sound[], options?: PlayOptions): Promise<Played>;
  /** Plays, and reads keys: those pressed while it plays count and stop it. */
  collect(sounds: readonly Sound[], options: CollectOptions): Promise<Collected>;
  /** In the background until something else is begun, over and over. */
  loop(what: 'ring-back' | 'music' | 'silence'): void;
  /** Writes what they say to a file of the media folder (16-bit PCM WAV), as it comes. */
  record(options: RecordOptions): Promise<Recorded>;
  /**
   * Writes what they say and what they hear to a file of the media folder, while anything else goes on, until it is stopped or
   * they are gone. False: it cannot be. `cut` is called when it ends early: the disk is full.
   */
  recordTalk(file: string, cut: () => void): Promise<boolean>;
  stopRecordingTalk(file: string): Promise<void>;
  /** Tells of each key as it is pressed, whatever plays, until the function given back is called. `collect` still gets its own. */
  pressed(tell: (key: string) => void): () => void;
  /**
   * In the background until something else is begun: they hear, and are heard by, everybody who meets under this name (small
   * letters, digits, dashes). `ended`: the media server let them out, or never in.
   */
  meet(name: string): Promise<'stopped' | 'ended' | 'gone'>;
  /** Everybody who meets under this name hears it. */
  tellMeeting(name: string, sound: Sound): void;
  /** They hear it in place of whatever goes on, a talk as well, which is not stopped by it. */
  tell(sound: Sound): void;
  /** Ends the call with them (BYE), when it is not over. */
  hangUp(): void;
}

export interface PlayOptions {
  readonly stopKeys?: string;
  /** Stops the playing from outside. */
  readonly stop?: Gone;
  readonly secondsAtMost?: number;
}

export type Played =
  | { readonly ended: 'done' | 'stopped' }
  | { readonly ended: 'key'; readonly key: string }
  | { readonly ended: 'gone' };

export interface CollectOptions {
  readonly digitsAtMost: number;
  /** Ends the digits, and is not one of them. */
  readonly endKey?: '#' | '*';
  /** For the first key, counted from the last word. */
  readonly firstSeconds: number;
  readonly betweenSeconds: number;
  readonly stop?: Gone;
}

/** `digits`: what was pressed, as far as it came. `stopped`: from outside. */
export type Collected =
  | { readonly ended: 'digits' | 'silence' | 'stopped'; readonly digits: string }
  | { readonly ended: 'gone' };

export interface RecordOptions {
  /** A path within the recordings folder, of letters, digits, `-`, `_`, `/`, ending in `.wav`. */
  readonly file: string;
  readonly secondsAtMost: number;
  /** This long without speech ends it. */
  readonly silenceSeconds: number;
  readonly stopKeys: string;
}

/**
 * `seconds` of sound are in the file, and safe on the disk. `cut`: the disk filled, or fell behind, in the middle. `failed`: it was full
 * before, or the media server refused.
 */
export interface Recorded {
  readonly ended: 'key' | 'silence' | 'full length' | 'cut' | 'gone' | 'failed';
  readonly key?: string;
  readonly seconds: number;
  /** Absolute, for whoever reads it later; absent when nothing was written. */
  readonly path?: string;
}
