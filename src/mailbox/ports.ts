import type { MailboxId } from '../domain/ids.ts';
import type { Instant } from '../domain/instant.ts';
import type { Letter } from '../domain/letter.ts';
import type { BegunMessage, MailboxChoices, Mark, Message, Waiting } from '../domain/message.ts';

/** Where messages, choices and letters outlive a restart. What settles would survive a crash; everything rejects when the store cannot be used. */
export interface MailStore {
  /** Writes down that a message is being left. */
  begin(message: BegunMessage): Promise<void>;
  /** Those that were begun and neither kept nor forgotten. */
  begun(): Promise<readonly BegunMessage[]>;
  /**
   * Makes a begun message one that was left, and posts its letters, together or not at all. False when it is begun no more:
   * so a message is never kept twice.
   */
  keep(
    id: string,
    as: { readonly seconds: number; readonly urgent: boolean },
    letters: readonly Letter[],
  ): Promise<boolean>;
  /** Takes it out, begun or kept. */
  forget(id: string): Promise<void>;
  /** Those kept in the mailbox, oldest first; deleted ones are among them until they are purged. */
  messages(mailbox: MailboxId): Promise<readonly Message[]>;
  message(id: string): Promise<Message | undefined>;
  /** What it is now; undefined when there is none. A second mark of the same kind changes nothing. */
  mark(id: string, as: Mark, at: Instant): Promise<Message | undefined>;
  /** Those whose time is over: unread since, heard before, deleted before. */
  expired(mailbox: MailboxId, before: Expiry): Promise<readonly Message[]>;
  /** Every mailbox that has a message, also one that the configuration has no more. */
  mailboxes(): Promise<readonly MailboxId[]>;
  /** What waits, by mailbox; deleted messages do not count. */
  waiting(): Promise<readonly (readonly [MailboxId, Waiting])[]>;
  choices(mailbox: MailboxId): Promise<MailboxChoices>;
  choose(mailbox: MailboxId, choices: MailboxChoices): Promise<void>;

  post(letters: readonly Letter[]): Promise<void>;
  /** Those to be tried by then, longest due first. */
  due(at: Instant, atMost: number): Promise<readonly Letter[]>;
  /** It was taken by the mail server. */
  posted(id: string): Promise<void>;
  postpone(id: string, tries: number, nextAt: Instant): Promise<void>;
  /** Nobody will ever take it: it is kept aside with the reason, and never tried again. */
  giveUp(id: string, why: string): Promise<void>;
  /** Deletes those that were given up and were written before; how many there were. */
  forgetGivenUp(madeBefore: Instant): Promise<number>;
  lettersWaiting(): Promise<number>;
}

export interface Expiry {
  readonly unread: Instant;
  readonly read: Instant;
  readonly deleted: Instant;
}

/** The sound files of messages and greetings, by their path within the folder of recordings. */
export interface Recordings {
  /** Seconds of sound in the file; its header is repaired when its writer was killed. Undefined when there is none. */
  seconds(file: string): Promise<number | undefined>;
  /** Harmless when there is none. */
  remove(file: string): Promise<void>;
  copy(from: string, to: string): Promise<void>;
  /** Absolute, for whoever attaches it. */
  path(file: string): string;
}

/** A letter as the mail server gets it. */
export interface Envelope {
  readonly subject: string;
  readonly text: string;
  readonly to: string;
  /** The same for every try of one letter, so that a server that has it already can tell. */
  readonly id: string;
  readonly sound?: { readonly name: string; readonly path: string };
}

/** How giving it to the mail server ended. `refused`: for good (RFC 5321 §4.2.1, 5yz). */
export type Given = { readonly is: 'taken' } | { readonly is: 'refused' | 'not now'; readonly why: string };
