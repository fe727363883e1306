import type { Mark } from '../../domain/message.ts';
import type { Language } from '../../domain/say.ts';
import type { ServiceMode } from '../../domain/service.ts';
import type { OnlyWhen } from '../../domain/wishes.ts';
import type {
  CallBackReply,
  CallBacksQuestion,
  CallReply,
  CallSummary,
  CallsQuestion,
  ExplainQuestion,
  ExplainReply,
  LedgerQuestion,
  LedgerReply,
  MailboxReply,
  MeetingReply,
  MessageReply,
  ReadyReply,
  RecordingReply,
  Registration,
  ReloadReply,
  ServiceReply,
  StatusReply,
  TrunkReply,
  WishesReply,
} from './api.ts';

/** What the HTTP edge asks of the exchange. Compose fills it. */
export interface ExchangeView {
  readiness(): Omit<ReadyReply, 'ready'>;
  status(): StatusReply;
  metrics(): Promise<{ readonly contentType: string; readonly text: string }>;
  /** One at a time: a second one while the first goes on waits for its turn. */
  reload(): Promise<ReloadReply>;
  calls(question: CallsQuestion): Promise<readonly CallSummary[]>;
  call(id: string): Promise<CallReply | undefined>;
  /** Undefined when there is no such line. */
  wishes(line: string): WishesReply | undefined;
  /** Does what the star code asks for, as if the line's phone had dialled it; `only`: for some calls. A sentence says why that cannot be. */
  wish(line: string, code: string, only?: OnlyWhen): Promise<WishesReply | string>;
  ledger(question: LedgerQuestion): Promise<LedgerReply>;
  callBacks(question: CallBacksQuestion): readonly CallBackReply[];
  /** Undefined when there is no such open task. */
  closeCallBack(id: string): CallBackReply | undefined;
  readonly mailboxes: MailboxView;
  registrations(line: string | undefined): readonly Registration[];
  services(): readonly ServiceReply[];
  /** Switches it. A sentence says why that cannot be. */
  switchService(id: string, mode: ServiceMode, by: string): Promise<ServiceReply | string>;
  readonly recordings: RecordingView;
  meetings(): readonly MeetingReply[];
  trunks(): readonly TrunkReply[];
  /** With the live facts: who is registered, which trunks answer. A string says why there is nothing to explain. */
  explain(question: ExplainQuestion): ExplainReply | string;
}

/** Mailboxes are asked for by their id or their extension; undefined when there is none, or no such message. */
export interface MailboxView {
  list(): Promise<readonly MailboxReply[]>;
  /** Oldest first; those that were deleted are among them. */
  messages(mailbox: string): Promise<readonly MessageReply[] | undefined>;
  message(id: string): Promise<MessageReply | undefined>;
  sound(id: string): Promise<SoundFile | undefined>;
  mark(id: string, as: Mark): Promise<MessageReply | undefined>;
  /** The next visit from the owner's own telephone chooses a new one. */
  resetPin(mailbox: string): Promise<MailboxReply | undefined>;
  /** What has been kept long enough: what `purge` would delete. */
  expired(): Promise<readonly MessageReply[]>;
  purge(): Promise<number>;
  /** What stands behind a link of a letter. */
  linked(link: string): Promise<Linked>;
}

/** A WAV file of this machine. */
export interface RecordingView {
  /** Newest first. */
  list(service: string | undefined): readonly RecordingReply[];
  sound(id: string): Promise<SoundFile | undefined>;
  /** False: there is none of that name, or it goes on. */
  delete(id: string): Promise<boolean>;
}

export interface SoundFile {
  readonly path: string;
  readonly bytes: number;
}

export type Linked =
  | {
      readonly is: 'message';
      readonly message: MessageReply;
      readonly language: Language;
      /** Whose mailbox, and when it was left, in words. */
      readonly mailbox: string;
      readonly when: string;
    }
  /** It was one of ours: its time is over, or its message was deleted. */
  | { readonly is: 'expired' | 'deleted' }
  | { readonly is: 'unknown' };

export interface HttpLog {
  debug(facts: object, says: string): void;
  warn(facts: object, says: string): void;
  error(facts: object, says: string): void;
}
