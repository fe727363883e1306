import type { MailboxId } from '../domain/ids.ts';
import type { Instant } from '../domain/instant.ts';
import type { Letter } from '../domain/letter.ts';
import type { Mailbox } from '../domain/mailbox.ts';
import { type LetterNews, letterText } from './letter-text.ts';
import type { Envelope, Given, MailStore, Recordings } from './ports.ts';

export interface PostWorld {
  now(): Instant;
  /** Runs `what` once when `seconds` have passed. The function given back forgets it. */
  after(seconds: number, what: () => void): () => void;
  readonly store: Pick<MailStore, 'due' | 'posted' | 'postpone' | 'giveUp' | 'message'>;
  readonly recordings: Pick<Recordings, 'path' | 'seconds'>;
  mailbox(id: MailboxId): Mailbox | undefined;
  /** An instant in words, such as `le mardi 24 novembre à 14:30`. */
  when(at: Instant, mailbox: Mailbox): string;
  /** Where this message can be heard; absent: nowhere but at a telephone. */
  linkTo?(message: string): string;
  /** Told how each try of a letter ended. */
  tried?(how: Tried): void;
  /** Gives it to the mail server. Never rejects. */
  send(envelope: Envelope): Promise<Given>;
  readonly daysAtMost: number;
  alarm(error: unknown, says: string): void;
}

export type Tried = 'taken' | 'postponed' | 'given up';

export interface PostOffice {
  /** There are new letters: they are sent at once. */
  wake(): void;
  /** Settles when nothing is being sent. */
  idle(): Promise<void>;
  /** Settles when what is being sent has been sent; nothing more is. */
  stop(): Promise<void>;
}

const lookAgainSeconds = 30;
const atOnce = 20;
const allAtMost = 1_000;
const dayMs = 86_400_000;
const firstPauseMs = 30_000;
const longestPauseMs = 3_600_000;

/** Carries letters out of the store, one after the other, again and again while the server is down. */
export function openPostOffice(world: PostWorld): PostOffice {
  let going: Promise<void> | undefined;
  let again = false;
  let stopped = false;
  let forget = world.after(lookAgainSeconds, () => wake());
  let wasDown = false;
  // Whoever has started us, or the mail server, has done so for the letters that wait: nothing waits for its time then.
  let all = true;
  const tell = (how: Tried): void => {
    world.tried?.(how);
    if (how === 'postponed') wasDown = true;
    if (how !== 'taken') return;
    again = true;
    all ||= wasDown;
    wasDown = false;
  };
  const carryDue = async (): Promise<void> => {
    const [by, most] = all ? [Number.MAX_SAFE_INTEGER, allAtMost] : [world.now(), atOnce];
    all = false;
    for (const letter of await world.store.due(by, most)) if (!stopped) await carry(letter, tell, world);
  };
  const round = async (): Promise<void> => {
    do {
      again = false;
      await carryDue();
    } while (again && !stopped);
  };
  const wake = (): void => {
    forget();
    if (stopped) return;
    forget = world.after(lookAgainSeconds, () => wake());
    if (going !== undefined) {
      again = true;
      return;
    }
    going = round()
      .catch((error: unknown) => world.alarm(error, 'letters cannot be read from the store'))
      .finally(() => {
        going = undefined;
      });
  };
  wake();
  return {
    wake,
    async idle() {
      await going;
    },
    async stop() {
      stopped = true;
      forget();
      await going;
    },
  };
}

async function carry(letter: Letter, tell: (how: Tried) => void, world: PostWorld): Promise<void> {
  const envelope = await envelopeOf(letter, world);
  // Its message was deleted, or its mailbox is no more: nobody wants to know any longer.
  if (envelope === undefined) return world.store.posted(letter.id);
  const given = await world.send(envelope);
  if (given.is === 'taken') {
    tell('taken');
    return world.store.posted(letter.id);
  }
  const isLate = world.now() - letter.madeAt >= world.daysAtMost * dayMs;
  if (given.is === 'refused' || isLate) {
    tell('given up');
    world.alarm(new Error(given.why), 'a letter about a message was given up');
    return world.store.giveUp(letter.id, given.why);
  }
  tell('postponed');
  return world.store.postpone(letter.id, letter.tries + 1, world.now() + pauseMs(letter.tries));
}

/** Doubles from half a minute to an hour. */
export function pauseMs(tries: number): number {
  return Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(tries, 20));
}

async function envelopeOf({ id, to, mailbox: of, about }: Letter, world: PostWorld): Promise<Envelope | undefined> {
  const mailbox = world.mailbox(of);
  if (mailbox === undefined) return undefined;
  const when = (at: Instant): string => world.when(at, mailbox);
  if (about.is === 'missed call') return { id, to, ...letterText(about, mailbox, when, { attached: false }) };
  const message = await world.store.message(about.message);
  if (message === undefined || message.deletedAt !== undefined) return undefined;
  const { from, receivedAt: at, seconds, urgent, file } = message;
  const news: LetterNews = { is: 'message', from, at, seconds: Math.round(seconds), urgent };
  const attached = mailbox.attach === 'audio' && (await world.recordings.seconds(file)) !== undefined;
  const sound = {
    name: `message-${new Date(at).toISOString().slice(0, 16).replace(':', 'h')}.wav`,
    path: world.recordings.path(file),
  };
  const link = world.linkTo?.(message.id);
  const brings = { attached, ...(link !== undefined && { link }) };
  return { id, to, ...letterText(news, mailbox, when, brings), ...(attached && { sound }) };
}
