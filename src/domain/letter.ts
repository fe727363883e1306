import type { MailboxId } from './ids.ts';
import type { Instant } from './instant.ts';
import type { MessageFrom } from './message.ts';

/** An e-mail that is to be sent to one address, until it was taken or given up. */
export interface Letter {
  readonly id: string;
  readonly to: string;
  readonly mailbox: MailboxId;
  readonly about: LetterAbout;
  readonly madeAt: Instant;
  /** How often it was tried in vain. */
  readonly tries: number;
  /** When it is tried next. */
  readonly nextAt: Instant;
}

export type LetterAbout =
  | { readonly is: 'message'; readonly message: string }
  | { readonly is: 'missed call'; readonly from: MessageFrom; readonly at: Instant };
