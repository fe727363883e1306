import type { MailboxId } from './ids.ts';
import type { Instant } from './instant.ts';

/** A message that is being left: it is written down before the first word is recorded, so that no crash can lose it. */
export interface BegunMessage {
  readonly id: string;
  readonly mailbox: MailboxId;
  /** The call it was left in, as the ledger knows it. */
  readonly call: string;
  readonly receivedAt: Instant;
  /** Its sound, within the folder of recordings. */
  readonly file: string;
  /** Who spoke, when they let it be known. */
  readonly from: MessageFrom;
  /** Whose mailbox it was passed on from. */
  readonly passedOnBy?: MailboxId;
}

export interface MessageFrom {
  /** An extension, or a number with its +. */
  readonly number?: string;
  readonly name?: string;
}

/** A message that was left. */
export interface Message extends BegunMessage {
  readonly seconds: number;
  readonly urgent: boolean;
  readonly readAt?: Instant;
  /** It can be restored until it is purged. */
  readonly deletedAt?: Instant;
}

/** How a message can be marked. */
export const marks = ['read', 'unread', 'deleted', 'restored'] as const;
export type Mark = (typeof marks)[number];

/** RFC 3842 §3.5: how many messages wait, and how many of them are urgent. */
export interface Waiting {
  readonly unread: number;
  readonly read: number;
  readonly urgentUnread: number;
  readonly urgentRead: number;
}

export const nothingWaits: Waiting = { unread: 0, read: 0, urgentUnread: 0, urgentRead: 0 };

export const greetings = ['default', 'own', 'absence'] as const;
export type Greeting = (typeof greetings)[number];

/** What the owner of a mailbox has chosen by telephone. */
export interface MailboxChoices {
  /** Salted and hashed. Absent before the first visit. */
  readonly pin?: string;
  /** Wrong PINs since the last right one, and until when none is listened to. */
  readonly wrongPins: number;
  readonly lockedUntil?: Instant;
  readonly greeting: Greeting;
  /** The day an absence ends: from this instant on the greeting before it is spoken. */
  readonly absenceUntil?: Instant;
  /** Their own greetings, within the folder of recordings. */
  readonly ownFile?: string;
  readonly absenceFile?: string;
}

export const noChoices: MailboxChoices = { wrongPins: 0, greeting: 'default' };
