import type { CallBackOwner } from './call-back.ts';
import type { Instant } from './instant.ts';
import type { AnchorReason } from './media.ts';
import type { Refusal } from './refusals.ts';

/** Every call ends in exactly one of these. There is no `unknown`; a mistake of ours is `our fault`, and it alarms. */
export type Outcome =
  | { readonly is: 'answered'; readonly by: string }
  /** A message was left: in whose mailbox, which one, how long. */
  | { readonly is: 'message left'; readonly mailbox: string; readonly message: string; readonly seconds: number }
  /** The caller asked to be called back, and will be: at which number, when it is not the one they called from. */
  | { readonly is: 'call-back asked'; readonly service: string; readonly number?: string }
  /** Nobody was to be reached, and the caller was told so. `what`: the sentence, or the treatment. */
  | { readonly is: 'told and released'; readonly what: string }
  /** A service of ours did what was dialled: a star code, the mailbox listened to, a conference. */
  | { readonly is: 'feature done'; readonly what: string }
  | { readonly is: 'refused'; readonly why: Refusal; readonly sip: number; readonly q850: number }
  | { readonly is: 'caller gone'; readonly during: GoneDuring }
  | { readonly is: 'our fault'; readonly what: string };

/** What the caller was doing when they gave up. */
export type GoneDuring = 'set-up' | 'ringing' | 'announcement' | 'queue' | 'message' | 'menu';

export const outcomes = [
  'answered',
  'message left',
  'call-back asked',
  'told and released',
  'feature done',
  'refused',
  'caller gone',
  'our fault',
] as const satisfies readonly Outcome['is'][];

/** How the sound was at one party's end of an anchored call (RFC 3550 §6.4, ITU-T G.107). */
export interface MediaQuality {
  /** Such as `PCMA`. */
  readonly codec?: string;
  /** True where it was encrypted. */
  readonly encrypted?: true;
  readonly packetsReceived: number;
  readonly packetsSent: number;
  /** On their way to us. */
  readonly packetsLost: number;
  /** Of those that were to come, 0 to 100. */
  readonly lossPercent: number;
  readonly jitterMs: number;
  /** By the party's own reports (RTCP); absent where it sent none. */
  readonly roundTripMs?: number;
  /** Of those we sent, what was lost on the way, how unevenly they came, and how that sounded: by the party's own reports (RTCP). */
  readonly remotePacketsLost?: number;
  readonly remoteJitterMs?: number;
  readonly remoteMos?: number;
  /** Mean opinion score, 1 to 4.5; absent where nothing was heard. */
  readonly mos?: number;
}

/** One attempt to reach somebody: a phone of a line, or a target of a trunk. */
export interface LegRecord {
  /** `line 4101`, or `trunk operator target 0`. */
  readonly target: string;
  /** On a trunk: the number that was called there, and the one that was shown; `withheld` when none was. */
  readonly called?: string;
  readonly shows?: string;
  readonly sentAt: Instant;
  readonly ringingAt?: Instant;
  readonly answeredAt?: Instant;
  readonly endedAt?: Instant;
  /** The final status, from the far end or made by the engine. */
  readonly sip?: number;
  readonly q850?: number;
  /** Why its sound ran over a media server; absent where it went straight. */
  readonly anchored?: AnchorReason;
  /** How its sound was, where a media server carried it and said so. */
  readonly media?: MediaQuality;
}

/** One decision as the ledger keeps it: plain data, readable in ten years. */
export interface DecisionRecord {
  readonly dialled: string;
  readonly account?: string;
  readonly destination: string;
  readonly treatment: string;
  readonly because: readonly { readonly room: string; readonly says: string; readonly config?: string }[];
}

/** One transfer in a call: who connected whom with what, and what came of it. */
export interface TransferRecord {
  readonly at: Instant;
  /** `line 4102`, the transferor. */
  readonly by: string;
  /** `line 4101`, `trunk operator`: who was transferred. */
  readonly who: string;
  /** What was dialled; or, attended, who was joined with them. */
  readonly to: string;
  readonly how: 'blind' | 'attended';
  /** The other call that became part of this one, or whose part this one became. */
  readonly call?: string;
  /** How it ended: an outcome in a word, `back`, `recalled`, or why it was refused. */
  readonly ended?: string;
  /** What they were doing who gave up. */
  readonly during?: GoneDuring;
}

/**
 * What became of the recording of its talk: kept whole; as far as the disk took it; deleted, since somebody did not wish it; or there
 * was to be one and there is none.
 */
export const recordedTalks = ['whole', 'cut short', 'deleted', 'failed'] as const;
export type RecordedTalk = (typeof recordedTalks)[number];

/** 6. What is left of a call in the ledger: opened when it comes in, closed once, with one outcome. */
export interface CallRecord {
  readonly id: string;
  readonly startedAt: Instant;
  /** `line 4101`, `trunk operator`, `trunk ipbx`, or `stranger`. */
  readonly from: string;
  readonly site?: string;
  readonly callerNumber?: string;
  /** The caller asked that the number is not shown: nobody calls it back. Of the call as it ends; not read back from a store. */
  readonly withheld?: true;
  readonly dialled: string;
  /** The first service it led to: dialled, or reached by a forward or a transfer. */
  readonly service?: string;
  /** Who owes them a call back, since their last resort could not be carried out. Of the call as it ends; not read back from a store. */
  readonly unserved?: CallBackOwner;
  /** Who was called, when that is somebody who could be called back: E.164, or an extension. */
  readonly calledNumber?: string;
  readonly account?: string;
  readonly configDigest: string;
  readonly decisions: readonly DecisionRecord[];
  readonly legs: readonly LegRecord[];
  /** How the caller's sound was, where a media server carried it and said so. */
  readonly media?: MediaQuality;
  /** Absent where no talk was to be recorded. */
  readonly recording?: RecordedTalk;
  /** Oldest first. */
  readonly transfers?: readonly TransferRecord[];
  readonly ringingAt?: Instant;
  /** When the caller first heard us: at `preAnsweredAt`, or before that in early media. */
  readonly heardAt?: Instant;
  /** When we took the call ourselves (`t_pre_answer`). */
  readonly preAnsweredAt?: Instant;
  /** When a human took it (`t_human_answer`). */
  readonly answeredAt?: Instant;
  readonly endedAt: Instant;
  /** Who hung up an answered call. */
  readonly endedBy?: 'caller' | 'callee' | 'exchange';
  readonly outcome: Outcome;
}
