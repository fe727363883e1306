import type { LineId, MailboxId, MeetingId, ServiceId, SiteId, TrunkId } from './ids.ts';
import type { Instant } from './instant.ts';
import type { Line } from './line.ts';
import type { Meeting, MeetingRole } from './meeting.ts';
import type { E164 } from './numbers.ts';
import type { Reach, Right } from './reach.ts';
import type { Refusal } from './refusals.ts';
import type { Hears, Key, Say } from './say.ts';
import type { Service, ServiceMode, Strategy } from './service.ts';
import type { Site } from './site.ts';
import type { Trunk } from './trunk.ts';
import type { WishChange, Wishes } from './wishes.ts';

/** 1. Ingress: what came through the door, as plain data. No socket, no bag of headers. */
export interface IncomingCall {
  readonly id: string;
  readonly receivedAt: Instant;
  readonly source: Source;
  /** The user part of the Request-URI, unescaped. Not yet checked: `decide` reads it. */
  readonly dialled: string;
  /** What the far end says of itself. Nothing past `identify` may look here. */
  readonly claims: Claims;
  /** The caller asks that the number is not shown (RFC 3323 Privacy: id, or a From that says anonymous). */
  readonly withheld: boolean;
  /** Diversions the far end tells of, newest first (RFC 5806, RFC 7044). Believed from trunks only. */
  readonly diversions: readonly Diversion[];
  /** RFC 3261 §20.22, as received. 70 when the request had none. */
  readonly maxForwards: number;
  /** The request itself cannot be served, whoever called and whatever was dialled. It is refused with this, and recorded. */
  readonly unfit?: Refusal;
}

export interface Source {
  readonly address: string;
  readonly port: number;
  readonly transport: 'udp' | 'tcp' | 'tls' | 'ws' | 'wss';
}

export interface Claims {
  /** User part of From, unescaped. */
  readonly from: string;
  readonly displayName?: string;
  /** User part of P-Asserted-Identity (RFC 3325). */
  readonly asserted?: string;
  /** The line whose password was proved by digest, for this very request. */
  readonly proved?: LineId;
}

/** One diversion: by which number, and why. */
export interface Diversion {
  readonly by: string;
  readonly reason: 'unconditional' | 'user-busy' | 'no-answer' | 'unavailable' | 'deflection' | 'unknown';
  readonly counter: number;
}

/** A line that sent the call on. Without a reason it only shared it, and there is no diversion to tell of. */
export interface PassedOn {
  readonly line: LineId;
  readonly reason?: Diversion['reason'];
}

/** 2. Who is calling: whose name the call carries to the end, however often it is diverted. */
export type Caller =
  | { readonly is: 'line'; readonly line: Line; readonly site: Site }
  | {
      readonly is: 'ipbx';
      readonly trunk: Trunk;
      readonly site: Site;
      readonly number?: CallerNumber;
      readonly name?: string;
    }
  | { readonly is: 'outside'; readonly trunk: Trunk; readonly number?: CallerNumber; readonly name?: string };

/** A caller's number as far as it could be read: E.164, or an extension of the town. */
export type CallerNumber = { readonly e164: E164 } | { readonly extension: string };

/**
 * On whose account the next number is dialled: their dial plan, their rights, their bill.
 * It starts as the caller's and passes to whoever diverts or transfers the call.
 * A call from outside has none, so it can reach lines, services and the IPBX, and never an operator's trunk.
 */
export interface Account {
  readonly site: Site;
  readonly mayReach: ReadonlySet<Right>;
  /** What the rights come from, for people: `class standard of mairie`. */
  readonly rightsFrom: string;
  readonly line?: LineId;
  readonly trunk?: TrunkId;
  /** A service that sends the call on to a mobile, or to another service. */
  readonly service?: ServiceId;
}

/** 3. Where the digits lead, before anybody's wishes are asked. */
export type Destination =
  | { readonly is: 'line'; readonly line: Line; readonly site: Site }
  | { readonly is: 'service'; readonly service: Service; readonly site: Site }
  | { readonly is: 'meeting'; readonly meeting: Meeting; readonly site: Site }
  | { readonly is: 'ipbx'; readonly trunk: Trunk; readonly extension: string }
  | { readonly is: 'outside'; readonly reach: Reach; readonly number: PublicNumber; readonly via: readonly TrunkId[] }
  | { readonly is: 'emergency'; readonly number: string; readonly site: Site; readonly via: readonly TrunkId[] }
  | { readonly is: 'feature'; readonly code: string }
  | { readonly is: 'nowhere'; readonly why: Refusal };

/** A number of the public network: one with an E.164 form, or a national short number, which has none. */
export type PublicNumber = { readonly e164: E164 } | { readonly short: string };

/** What was looked up for the verdict: one snapshot, about this destination. The verdict never asks for more. */
export interface Facts {
  readonly at: Instant;
  /** How often we passed this call on so far. What the far end tells of stands in the call's `diversions`, and is added. */
  readonly hops: number;
  /** Which lines passed it on in this decision, the last one first. */
  readonly passedOn?: readonly PassedOn[];
  /** A number in [0, 1): chance, handed in. */
  readonly chance: number;
  /** Calls of the whole exchange. All counts are without the call in question. */
  readonly calls: number;
  /** How many contacts each line concerned has. A line that is absent was not looked up, and is tried. */
  readonly contacts: ReadonlyMap<LineId, number>;
  /** Each trunk concerned: the one the call came by, and those it may leave by. An absent one counts as idle and alive. */
  readonly trunks: ReadonlyMap<TrunkId, TrunkFacts>;
  /** Calls of each site concerned. */
  readonly siteCalls: ReadonlyMap<SiteId, number>;
  /** What the owners of the lines concerned wish. A line that is absent has no wishes. */
  readonly wishes?: ReadonlyMap<LineId, Wishes>;
  /** As services are switched. One that is absent goes by its hours. */
  readonly serviceModes?: ReadonlyMap<ServiceId, ServiceMode>;
  /** Lines that talk or ring for somebody else at the moment. */
  readonly linesBusy?: ReadonlySet<LineId>;
  /** The agents of each service, as far as they are known. A line that is absent takes calls, and was never busy. */
  readonly agents?: ReadonlyMap<ServiceId, ReadonlyMap<LineId, AgentFacts>>;
  /** How many callers of each service wait, ring, or hear its welcome. */
  readonly waiting?: ReadonlyMap<ServiceId, number>;
  /** How many calls each service with rotating members has had: with whom to begin. Chance decides where it is absent. */
  readonly turns?: ReadonlyMap<ServiceId, number>;
  /** Sites that are known to be cut off. */
  readonly sitesDown?: ReadonlySet<SiteId>;
  /** When help was last called with each of the numbers that this call was dialled to. */
  readonly helpCalled?: ReadonlyMap<E164, Instant>;
}

/** An agent of one service: do they take calls now, and since when are they idle? */
export interface AgentFacts {
  readonly is: 'in' | 'out' | 'paused' | 'undisturbed' | 'wrapping up';
  readonly idleSince?: Instant;
}

export interface TrunkFacts {
  readonly channelsInUse: number;
  /** By index of `targets`: does it answer OPTIONS? */
  readonly alive: readonly boolean[];
}

/**
 * 4. What shall be done, all of it, as a tree of values: it can be printed, stored, compared.
 * Every `Step` must name what comes after it, so every path through the tree comes to an `Ending`:
 * a call without an end cannot be written down.
 */
export type Treatment = Step | Ending;

export type Step = (Ring | PreAnswer | Tell | Queue | RecordTalk | Park | Confer) & {
  /** From here on the call is this service's, whatever was dialled: a line has forwarded it there. */
  readonly enters?: ServiceId;
};

/** What is talked from here on is recorded, unless the key is pressed. Only a caller whom we have taken can be told, and so recorded. */
export interface RecordTalk {
  readonly do: 'record';
  readonly service: ServiceId;
  readonly stopKey: Key;
  readonly keepDays: number;
  readonly next: Treatment;
}

/** Rings targets. `together`: all at once, the first to answer has the call. `in turn`: the next when one fails in a way that moves on. */
export interface Ring {
  readonly do: 'ring';
  readonly targets: readonly Target[];
  readonly how: 'together' | 'in turn';
  readonly seconds: number;
  /** Once the call is pre-answered, what the caller hears meanwhile. `far-end` when absent: the media passes, or the phone rings by itself. */
  readonly hears?: Hears;
  /** When no target has shown a sign of life by then, the ring ends as `unreachable`. */
  readonly silentSeconds?: number;
  readonly meanwhile?: Meanwhile;
  readonly when?: Readonly<Partial<Record<NotReached, Treatment>>>;
  readonly otherwise: Treatment;
}

/** Said to the caller while somebody is rung already; who answers before its end cuts it, or waits for it. */
export interface Meanwhile {
  readonly say: readonly Say[];
  readonly whenAnswered: 'cut' | 'finish';
  /** Cut after this many seconds. */
  readonly secondsAtMost?: number;
}

/**
 * Takes the call ourselves, so that what follows is heard: `answer` is a 200 (keys are heard, the caller is charged),
 * `early media` a 183 (nothing is charged). Where no media server answers, the call goes on unheard with `next`.
 */
export interface PreAnswer {
  readonly do: 'pre-answer';
  readonly how: 'answer' | 'early media';
  readonly next: Treatment;
}

/** Says something to the end, and goes on; a key that is named cuts it short and goes its own way. */
export interface Tell {
  readonly do: 'tell';
  readonly say: readonly Say[];
  /** Cut after this many seconds. */
  readonly secondsAtMost?: number;
  /** How long a key is awaited after the last word. Without keys it does not wait. */
  readonly keys?: Readonly<Partial<Record<Key, Treatment>>>;
  readonly waitSeconds?: number;
  readonly next: Treatment;
}

/** Waits in line for somebody of a service. Who is rung is asked again for each round, since agents come and go. */
export interface Queue {
  readonly do: 'queue';
  readonly service: ServiceId;
  readonly hears: Hears;
  readonly secondsAtMost: number;
  readonly callersAtMost: number;
  /** Higher is served first; equals in the order of arrival. */
  readonly priority: number;
  /** Said while the first members are rung already, before anything else. */
  readonly meanwhile?: Meanwhile;
  /** Position and expected wait are spoken once nobody is free, and then this often; 0: never. */
  readonly announceEverySeconds: number;
  /** Which keys they may leave by, as they are told each time. */
  readonly offers?: readonly Say[];
  /** How long one round of ringing lasts, and the pause after it. */
  readonly ringSeconds: number;
  readonly pauseSeconds: number;
  /** Members who show no sign of life by then are passed over. */
  readonly silentSeconds?: number;
  readonly targets: readonly Target[];
  readonly how: Strategy;
  readonly keys?: Readonly<Partial<Record<Key, Treatment>>>;
  /** When it is full already. */
  readonly full: Treatment;
  /** When nobody took the call in time, or nobody is there to take it. */
  readonly otherwise: Treatment;
}

/** Waits at a place of the site, with music, until somebody there fetches the call; the first free place unless one is named. */
export interface Park {
  readonly do: 'park';
  readonly site: SiteId;
  readonly place?: number;
  readonly seconds: number;
  /** When nobody has fetched it in time: whoever parked it is rung. */
  readonly otherwise: Treatment;
}

/**
 * Hears everybody whom the line has brought together, once it is there itself: its host. Guests hear music until then, and for `seconds` at
 * most; nobody hears anybody after the host has left.
 */
export interface Confer {
  readonly do: 'confer';
  readonly room: LineId;
  readonly as: MeetingRole;
  readonly seconds: number;
  /** When the host has not come in time: the line is rung. */
  readonly otherwise: Treatment;
}

/** The places of every site, as they are dialled behind `*70`. */
export const placesOfPark: readonly number[] = [1, 2, 3, 4, 5, 6, 7, 8, 9];

export type Ending =
  | { readonly do: 'refuse'; readonly why: Refusal }
  /** Passes on what the far end said: its status and cause, as `decide/failure` maps them. */
  | { readonly do: 'pass the refusal on' }
  /** Says a last sentence and releases the call: the caller was told. */
  | { readonly do: 'say goodbye'; readonly say: readonly Say[] }
  /** The caller may leave a message. `because`: which greeting fits. */
  | { readonly do: 'mailbox'; readonly of: MailboxId; readonly because: NotReached | 'closed' | 'asked' }
  /** The mailbox is listened to: whose, or (without `of`) the one the caller names. `pin` false: the line is the owner's own. */
  | { readonly do: 'read mailbox'; readonly of?: MailboxId; readonly pin: boolean }
  /** They prove the PIN of the meeting, and hear everybody who is there. */
  | { readonly do: 'meet'; readonly meeting: MeetingId }
  /** Takes a call that rings at one of these lines, as if it had rung here. */
  | { readonly do: 'pick up'; readonly by: LineId; readonly from: readonly LineId[] }
  /** Fetches a call that is parked at the site: from this place, or the one that has waited longest. */
  | { readonly do: 'fetch'; readonly by: LineId; readonly site: SiteId; readonly place?: number }
  /** Changes what the owner of a line wishes (no change: only tells how it is), confirms it by a sentence, and releases the call. */
  | { readonly do: 'wish'; readonly of: LineId; readonly change?: WishChange; readonly say: readonly Say[] }
  /** Switches a service, or only asks (no mode), and says how it stands then. */
  | { readonly do: 'switch service'; readonly service: ServiceId; readonly mode?: ServiceMode; readonly by: LineId }
  /** Notes that the caller is to be called back by a service, says so, and releases the call. */
  | { readonly do: 'call back'; readonly service: ServiceId; readonly say: readonly Say[] };

/** Somebody to ring: every contact of a line, or one target of a trunk with the call written as it leaves there. */
export type Target =
  | {
      readonly is: 'line';
      readonly line: LineId;
      readonly shows: Shown;
      readonly first?: SaidFirst;
      /** Rung only when the others have rung so long. */
      readonly afterSeconds?: number;
    }
  | {
      readonly is: 'trunk';
      readonly trunk: TrunkId;
      readonly target: number;
      readonly leaving: Leaving;
      readonly emergency: boolean;
      /** Which member of a service is rung by it: one and the same, by whatever trunk. */
      readonly member?: string;
      /** Other ways to the same, one after the other, when this one fails in a way that says nothing about the number. */
      readonly orElse?: readonly Target[];
      readonly first?: SaidFirst;
      readonly afterSeconds?: number;
    };

/**
 * Said to whoever answers, before the two are joined: a whisper with the service's name; with `key`, the call is theirs only
 * when they press it within the seconds, so that a mobile's own voicemail cannot take it.
 */
export interface SaidFirst {
  readonly say: readonly Say[];
  readonly key?: Key;
  readonly waitSeconds?: number;
  /** Where nobody can be spoken to, whoever answers has the call though a key would be asked for: it has nowhere else to go. */
  readonly orUnheard?: true;
}

/** A call as it leaves on a trunk: each string is the user part of a URI, already in the trunk's number format. */
export interface Leaving {
  readonly called: string;
  readonly shows: Shown;
  /** P-Asserted-Identity: the network's knowledge of who calls, also when the number is withheld (RFC 3325 §9). */
  readonly asserted?: string;
  readonly diversions: readonly Diversion[];
  /** Shown instead, once, when the far end refuses the number. */
  readonly ifRefused?: Shown;
}

/** What the one who is called gets to see. `withheld`: From is anonymous, Privacy: id (RFC 3323, RFC 3325). */
export interface Shown {
  readonly number?: string;
  readonly name?: string;
  readonly withheld: boolean;
}

export type NotReached = 'busy' | 'no answer' | 'unreachable' | 'declined' | 'failed';

/** The verdict on one dialling, and the trail that led to it. */
export interface RouteDecision {
  /** `undefined`: nobody we know; the treatment refuses. */
  readonly caller: Caller | undefined;
  readonly account: Account | undefined;
  readonly dialled: string;
  readonly destination: Destination;
  readonly treatment: Treatment;
  readonly because: readonly Reason[];
}

/** One step of the trail: who spoke, what they said, and the line of configuration that made them say it. */
export interface Reason {
  readonly room:
    | 'caller'
    | 'emergency'
    | 'dial plan'
    | 'numbering'
    | 'rights'
    | 'caller id'
    | 'trunks'
    | 'limit'
    | 'loop'
    | 'line'
    | 'service'
    | 'meeting';
  readonly says: string;
  readonly config?: string;
}
