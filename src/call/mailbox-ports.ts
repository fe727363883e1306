import type { MailboxId } from '../domain/ids.ts';
import type { Instant } from '../domain/instant.ts';
import type { Mailbox } from '../domain/mailbox.ts';
import type { Greeting, MailboxChoices, Mark, Message, MessageFrom } from '../domain/message.ts';
import type { PinCaller } from './pin-door.ts';

/** What the call path asks of the mailboxes. Nothing here rejects: what the store would not take is told in the answer, and alarmed. */
export interface Mailboxes {
  /** Writes down that a message is being left, before the first word. `full`: it has as many unheard ones as it may; heard ones make room. */
  begin(of: Mailbox, from: MessageFrom, call: string): Promise<Deposit | 'full' | 'failed'>;
  /** They called and left nothing: whoever wishes to be told of that is. */
  missed(of: Mailbox, from: MessageFrom): Promise<void>;
  choices(of: MailboxId): Promise<MailboxChoices>;
  /** Those that can be heard, oldest first. */
  messages(of: MailboxId): Promise<readonly Message[]>;
  mark(message: string, as: Mark): Promise<boolean>;
  /** A copy for another mailbox. */
  passOn(message: Message, to: Mailbox): Promise<boolean>;
  /**
   * Wrong ones are counted, of each mailbox and of each caller for all of them, and after a few of them none is listened to for a while.
   * Without a mailbox it is wrong as well.
   */
  tryPin(of: Mailbox | undefined, pin: string, caller: PinCaller): Promise<PinTried>;
  setPin(of: Mailbox, pin: string): Promise<boolean>;
  /** Where the next greeting of this kind is recorded: never over the one that is in use. */
  greetingFile(of: Mailbox, which: Greeting): string;
  /** `file`: the one just recorded; the one before is deleted. */
  chooseGreeting(
    of: Mailbox,
    greeting: Greeting,
    how: { readonly file?: string; readonly until?: Instant },
  ): Promise<boolean>;
}

export type PinTried = { readonly is: 'right' | 'wrong' } | { readonly is: 'locked'; readonly seconds: number };

/** A message that is being left. */
export interface Deposit {
  readonly message: string;
  /** Within the folder of recordings. */
  readonly file: string;
  /** It is a message now, of so many seconds without the silence at its end; none when there are less than two of them. */
  keep(recorded: {
    readonly seconds: number;
    readonly urgent: boolean;
    readonly silentSeconds?: number;
  }): Promise<number | undefined>;
  drop(): Promise<void>;
}
