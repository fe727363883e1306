import type { Ledger } from '../../call/ports.ts';
import type { TallyRow } from '../../decide/ledger-day.ts';
import type { Instant } from '../../domain/instant.ts';
import type { CallRecord, Outcome } from '../../domain/outcome.ts';
import type { MailStore } from '../../mailbox/ports.ts';
import type { BindingStore } from '../../registrar/ports.ts';

/** What every store offers, whatever it is made of. test/contract/store.ts says how it behaves. */
export interface Store {
  /** Queues; never throws; writes in groups. A second record of the same call is ignored: the first end stands. */
  readonly ledger: StoreLedger;
  readonly calls: CallReader;
  readonly bindings: BindingStore;
  readonly mail: MailStore;
  readonly notes: NoteStore;
  /** Calls that a crash had left open, closed as `our fault` when the store was opened. */
  readonly leftOpen: number;
  health(): StoreHealth;
  /** Writes what is queued, for ten seconds at most, and closes. */
  stop(): Promise<void>;
}

export interface StoreLedger extends Ledger {
  /** The message of a call that had to be closed without it was found: the call has left it. Rejects when the store cannot write. */
  settled(call: string, left: Outcome & { readonly is: 'message left' }): Promise<void>;
}

/**
 * Small pieces of state that outlive a restart, by kind and id: wishes of lines, modes of services, call-back tasks.
 * Whoever owns a kind keeps its own copy in memory and reads the store once, at start. `value` is plain data.
 */
export interface NoteStore {
  load(kind: string): Promise<readonly Note[]>;
  /** Replaces the note; settles when it would survive a crash. Rejects when the store cannot write. */
  put(kind: string, id: string, value: unknown): Promise<void>;
  remove(kind: string, id: string): Promise<void>;
}

export interface Note {
  readonly id: string;
  readonly value: unknown;
}

export interface StoreHealth {
  readonly writable: boolean;
  /** Rows that wait to be written. */
  readonly queued: number;
  /** Rows that were given up since the start: the queue was full, or the store would not take them. */
  readonly lost: number;
  readonly lastError?: string;
}

export interface CallReader {
  /** The newest calls that fit, newest first. Rejects when the store cannot be read. */
  list(query: CallQuery): Promise<readonly CallSummary[]>;
  /** The whole story of one call, by its id or a beginning that no other has (`shortIdAtLeast`); without an outcome while it goes on. */
  find(id: string): Promise<CallRecord | OpenCall | undefined>;
  /** How the calls that started from `since` on, and before `before`, ended: counted by caller, service and end. */
  tally(since: Instant, before: Instant): Promise<readonly TallyRow[]>;
}

/** Each field narrows the search. */
export interface CallQuery {
  /** 1 to 1000. */
  readonly limit: number;
  /** `4101`, `line 4101`, `trunk operator`, or a caller's number. */
  readonly from?: string;
  readonly dialled?: string;
  readonly site?: string;
  /** The trunk it came from or left on. */
  readonly trunk?: string;
  readonly outcome?: Outcome['is'];
  /** Started at this instant or later. */
  readonly since?: Instant;
  /** Started before this instant. */
  readonly before?: Instant;
}

export interface CallSummary extends OpenCall {
  readonly site?: string;
  readonly callerNumber?: string;
  readonly answeredAt?: Instant;
  readonly endedAt?: Instant;
  readonly outcome?: Outcome;
}

/** A call that goes on: as much of it as tells whom to call back, should a crash cut it short. */
export type OpenCall = Pick<
  CallRecord,
  'id' | 'startedAt' | 'from' | 'dialled' | 'service' | 'callerNumber' | 'calledNumber' | 'withheld'
>;

/** The kind of the notes that hold, by its id, the record of each call for a service or somebody's number that a crash has cut short, until it was seen to. */
export const cutShortKind = 'cut-short';

/** Where the store tells of trouble: compose hands in the log. */
export interface StoreAlarm {
  warn(facts: object, says: string): void;
  error(facts: object, says: string): void;
}

export const callsAtMost = 1_000;
