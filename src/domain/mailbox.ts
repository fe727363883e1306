import { z } from 'zod';
import type { LineId, MailboxId, ServiceId, SiteId } from './ids.ts';
import { Extension } from './numbers.ts';
import { languages, type Say } from './say.ts';

/** An address for e-mail. Whether somebody reads there, nobody can tell. */
export const MailAddress = z
  .string()
  .regex(/^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63}){1,8}$/, 'an e-mail address');

/** What a letter about a message brings: the sound itself, or only the news. */
export const attachments = ['audio', 'nothing'] as const;

/** How a mailbox shall be. What is not said here is as its site has it, then the exchange, then as it stands in `usualMailbox`. */
export const MailboxWishes = z.strictObject({
  language: z.enum(languages).optional().describe('what it is spoken in'),
  ringSeconds: z.int().min(5).max(120).optional().describe('the line rings so long before the mailbox takes the call'),
  secondsAtMost: z.int().min(10).max(1_800).optional().describe('length of one message'),
  silenceSeconds: z.int().min(2).max(60).optional().describe('this long without a word ends a message'),
  messagesAtMost: z.int().min(1).max(1_000).optional().describe('beyond that callers are told that it is full'),
  keepUnreadDays: z
    .int()
    .min(1)
    .max(3_650)
    .optional()
    .describe('a message that nobody has heard is deleted after so long'),
  keepReadDays: z.int().min(1).max(3_650).optional().describe('one that was heard, counted from then'),
  notify: z.array(MailAddress).max(20).readonly().optional().describe('who gets an e-mail for each message'),
  attach: z.enum(attachments).optional().describe('what the e-mail brings'),
  missedCalls: z.boolean().optional().describe('an e-mail also when somebody called and left no message'),
  members: z
    .array(Extension)
    .max(50)
    .readonly()
    .optional()
    .describe('lines that share it: their lamps show it, and they hear it without its PIN'),
});
export type MailboxWishes = z.infer<typeof MailboxWishes>;

/** A line's own mailbox: yes, no, or yes and how. */
export const MailboxEntry = z.union([z.boolean(), MailboxWishes]);
export type MailboxEntry = z.infer<typeof MailboxEntry>;

/** What holds for the mailboxes of a site, or of the whole town. */
export const MailboxDefaults = MailboxWishes.omit({ members: true, notify: true }).extend({
  everyLine: z.boolean().optional().describe('every phone and softphone has one, unless it says otherwise itself'),
});
export type MailboxDefaults = z.infer<typeof MailboxDefaults>;

/** A mailbox with everything resolved. PIN and greetings are wishes of its owner, and stand in the store. */
export interface Mailbox extends WholeWishes {
  /** The id of its line or service. */
  readonly id: MailboxId;
  readonly owner:
    | { readonly is: 'line'; readonly line: LineId }
    | { readonly is: 'service'; readonly service: ServiceId };
  readonly site: SiteId;
  readonly timeZone: string;
  /** Whose it is, for people. */
  readonly name: string;
  /** By which it is asked for on the telephone. */
  readonly extension?: Extension;
  /** Whose lamps it lights, and who hears it without its PIN: its line first, then those that share it. */
  readonly members: readonly LineId[];
  /** Said in place of the usual greeting, until its owner records one; empty: the usual one. */
  readonly greeting: readonly Say[];
}

type WholeWishes = {
  readonly [Wish in Exclude<keyof MailboxWishes, 'members'>]-?: Exclude<MailboxWishes[Wish], undefined>;
};

/** What a mailbox is like when nobody wishes otherwise. */
export const usualMailbox = {
  language: 'fr',
  ringSeconds: 25,
  secondsAtMost: 180,
  silenceSeconds: 6,
  messagesAtMost: 50,
  keepUnreadDays: 90,
  keepReadDays: 30,
  notify: [],
  attach: 'audio',
  missedCalls: false,
} as const satisfies WholeWishes;

/** Shorter than this nobody has said anything: it is no message. */
export const wordSeconds = 2;
