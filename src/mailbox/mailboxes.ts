import type { Deposit, Mailboxes, PinTried } from '../call/mailbox-ports.ts';
import { createPinDoor } from '../call/pin-door.ts';
import { afterRightPin, afterWrongPin, lockedSeconds } from '../decide/pin.ts';
import type { MailboxId } from '../domain/ids.ts';
import type { Instant } from '../domain/instant.ts';
import type { Letter, LetterAbout } from '../domain/letter.ts';
import { type Mailbox, usualMailbox, wordSeconds } from '../domain/mailbox.ts';
import { type BegunMessage, type Mark, type Message, noChoices } from '../domain/message.ts';
import type { Outcome } from '../domain/outcome.ts';
import { inTurn } from './in-turn.ts';
import type { MailStore, Recordings } from './ports.ts';

/** What the mailboxes ask of the world. */
export interface MailboxWorld {
  now(): Instant;
  readonly store: MailStore;
  readonly recordings: Recordings;
  /** A name that nothing else has. */
  newId(): string;
  /** Salted and slow; compared in the same time whatever is wrong. */
  readonly pins: { hash(pin: string): Promise<string>; fits(pin: string, hash: string): Promise<boolean> };
  /** The configuration as it is now: what is begun under another still has its mailbox there. */
  mailbox(id: MailboxId): Mailbox | undefined;
  mailboxes(): Iterable<Mailbox>;
  /** True when e-mails can be sent at all. */
  writesLetters(): boolean;
  /** What waits in this mailbox is not what it was. */
  changed(mailbox: MailboxId): void;
  /** There are new letters to send. */
  posted(): void;
  alarm(error: unknown, says: string): void;
}

/** The mailboxes at work: for the call path, the API, and the jobs that look after them. */
export interface MailboxRoom extends Mailboxes {
  /** Settles what a former life left half done: what was said is kept, once; what is too short to say anything is deleted. */
  recover(): Promise<Recovered>;
  /** Deletes what has been kept long enough. Gives back how many. */
  purge(): Promise<number>;
  /** What `purge` would delete now. */
  expired(): Promise<readonly Message[]>;
  /** As `mark`, for whoever knows only the message's name. */
  remark(message: string, as: Mark): Promise<Message | undefined>;
  /** The next visit from the owner's own telephone chooses a new one. */
  resetPin(of: MailboxId): Promise<void>;
}

export interface Recovered {
  readonly kept: number;
  readonly deleted: number;
  /** Those that callers had left: by the call in which they did. */
  readonly left: ReadonlyMap<string, MessageLeft>;
}

type MessageLeft = Outcome & { readonly is: 'message left' };

const DAY_MS = 86_400_000;
/** A message cut short by a crash: its last second may have been on its way to the disk, so less of it is believed to be one. */
const cutShortSeconds = wordSeconds - 1;
/** Where callers prove PINs: whoever tries one PIN on every mailbox is counted too. */
const anyMailbox = 'mailboxes';
/** A deleted message can be restored so long. */
const DELETED_DAYS = 7;
/** A letter that nobody took tells who called: it is kept to find out why, and no longer. */
const GIVEN_UP_DAYS = 30;

export function createMailboxes(world: MailboxWorld): MailboxRoom {
  return { ...deposits(world), ...listening(world), ...choosing(world), ...upkeep(world) };
}

function deposits(world: MailboxWorld): Pick<Mailboxes, 'begin' | 'missed' | 'passOn'> {
  const { store, recordings } = world;
  const begin = async (of: Mailbox, message: Omit<BegunMessage, 'id' | 'mailbox' | 'receivedAt' | 'file'>) => {
    const id = world.newId();
    const begun = { id, mailbox: of.id, receivedAt: world.now(), file: `messages/${of.id}/${id}.wav`, ...message };
    await store.begin(begun);
    return begun;
  };
  return {
    begin: (of, from, call) =>
      orAlarm(world, 'a message cannot be taken', 'failed', async (): Promise<Deposit | 'full' | 'failed'> => {
        if (!(await hasRoom(of, world))) return 'full';
        return depositOf(await begin(of, { call, from }), world);
      }),
    missed: (of, from) =>
      orAlarm(world, 'nobody can be told of a missed call', undefined, async () => {
        if (!of.missedCalls) return;
        const letters = lettersAbout({ is: 'missed call', from, at: world.now() }, of, world);
        if (letters.length === 0) return;
        await store.post(letters);
        world.posted();
      }),
    passOn: (message, to) =>
      orAlarm(world, 'a message cannot be passed on', false, async () => {
        const { call, from, mailbox } = message;
        const copy = await begin(to, { call, from, passedOnBy: mailbox });
        await recordings.copy(message.file, copy.file);
        const { seconds, urgent } = message;
        return (await depositOf(copy, world).keep({ seconds, urgent })) !== undefined;
      }),
  };
}

/** The messages that were heard longest ago make room for a new one: they can still be restored, and are purged like others. */
async function hasRoom({ id, messagesAtMost }: Mailbox, world: MailboxWorld): Promise<boolean> {
  const there = (await world.store.messages(id)).filter(({ deletedAt }) => deletedAt === undefined);
  const unheard = there.filter(({ readAt }) => readAt === undefined);
  if (unheard.length >= messagesAtMost) return false;
  const heard = there
    .filter(({ readAt }) => readAt !== undefined)
    .toSorted((a, b) => (a.readAt ?? 0) - (b.readAt ?? 0));
  for (const message of heard.slice(0, Math.max(0, there.length - messagesAtMost + 1))) {
    await world.store.mark(message.id, 'deleted', world.now());
  }
  return true;
}

/** The file is the witness: what stands in it counts, not what the media server says it has written. */
function depositOf(begun: BegunMessage, world: MailboxWorld): Deposit {
  return {
    message: begun.id,
    file: begun.file,
    keep: ({ seconds, urgent, silentSeconds = 0 }) =>
      orAlarm(world, 'a message cannot be kept: it is tried again at the next start', undefined, async () => {
        const found = ((await world.recordings.seconds(begun.file)) ?? seconds) - silentSeconds;
        if (found < wordSeconds) {
          await drop(begun, world);
          return undefined;
        }
        await keep(begun, found, urgent, world);
        return found;
      }),
    drop: () => orAlarm(world, 'a recording cannot be deleted', undefined, () => drop(begun, world)),
  };
}

async function keep(begun: BegunMessage, seconds: number, urgent: boolean, world: MailboxWorld): Promise<boolean> {
  const mailbox = world.mailbox(begun.mailbox);
  const letters = mailbox === undefined ? [] : lettersAbout({ is: 'message', message: begun.id }, mailbox, world);
  const kept = await world.store.keep(begun.id, { seconds, urgent }, letters);
  if (kept) world.changed(begun.mailbox);
  if (kept && letters.length > 0) world.posted();
  return kept;
}

/** The file first: while the row stands, the next start finds what is left of it. */
async function drop({ id, file }: BegunMessage, { recordings, store }: MailboxWorld): Promise<void> {
  await recordings.remove(file);
  await store.forget(id);
}

/** One for each address, so that one that is refused keeps no other from its letter. */
function lettersAbout(about: LetterAbout, mailbox: Mailbox, world: MailboxWorld): readonly Letter[] {
  if (!world.writesLetters()) return [];
  const madeAt = world.now();
  return mailbox.notify.map((to) => ({
    id: world.newId(),
    to,
    mailbox: mailbox.id,
    about,
    madeAt,
    tries: 0,
    nextAt: madeAt,
  }));
}

function listening(world: MailboxWorld): Pick<MailboxRoom, 'messages' | 'mark' | 'remark'> {
  const remark = async (id: string, as: Mark): Promise<Message | undefined> => {
    const message = await world.store.mark(id, as, world.now());
    if (message !== undefined) world.changed(message.mailbox);
    return message;
  };
  return {
    messages: (of) => orAlarm(world, 'the messages cannot be read', [], () => world.store.messages(of)),
    mark: (id, as) =>
      orAlarm(world, 'a message cannot be marked', false, async () => (await remark(id, as)) !== undefined),
    remark,
  };
}

type Choosing = Pick<MailboxRoom, 'choices' | 'tryPin' | 'setPin' | 'greetingFile' | 'chooseGreeting' | 'resetPin'>;

function choosing(world: MailboxWorld): Choosing {
  const { store, pins, recordings } = world;
  const oneByOne = inTurn<MailboxId | undefined>();
  const door = createPinDoor(world.now);
  return {
    choices: (of) => orAlarm(world, 'the choices of a mailbox cannot be read', noChoices, () => store.choices(of)),
    tryPin: (of, pin, caller) =>
      orAlarm(world, 'a PIN cannot be looked up', { is: 'wrong' }, async () => {
        const seconds = door.lockedSeconds(anyMailbox, caller);
        if (seconds > 0) return { is: 'locked', seconds };
        // Counted before it is known, so that many calls at the same moment are as many tries.
        const locked = door.wrong(anyMailbox, caller);
        const tried = await oneByOne(of?.id, () => tryPin(of, pin, world));
        if (tried.is === 'right') door.right(anyMailbox, caller);
        return tried.is === 'wrong' && locked > 0 ? { is: 'locked', seconds: locked } : tried;
      }),
    setPin: (of, pin) =>
      orAlarm(world, 'a PIN cannot be stored', false, async () => {
        const choices = afterRightPin(await store.choices(of.id));
        await store.choose(of.id, { ...choices, pin: await pins.hash(pin) });
        return true;
      }),
    resetPin: async (of) => {
      const { pin: _, ...choices } = afterRightPin(await store.choices(of));
      await store.choose(of, choices);
    },
    greetingFile: (of, which) => `greetings/${of.id}/${which}-${world.newId()}.wav`,
    chooseGreeting: (of, greeting, { file, until }) =>
      orAlarm(world, 'a greeting cannot be stored', false, async () => {
        const { absenceUntil: _, ...choices } = await store.choices(of.id);
        const key = greeting === 'absence' ? 'absenceFile' : 'ownFile';
        if (file !== undefined) await recordings.seconds(file);
        await store.choose(of.id, {
          ...choices,
          greeting,
          ...(file !== undefined && { [key]: file }),
          ...(until !== undefined && { absenceUntil: until }),
        });
        const before = choices[key];
        if (file !== undefined && before !== undefined) await recordings.remove(before);
        return true;
      }),
  };
}

async function tryPin(of: Mailbox | undefined, pin: string, world: MailboxWorld): Promise<PinTried> {
  const { store, pins } = world;
  const choices = of === undefined ? noChoices : await store.choices(of.id);
  const locked = lockedSeconds(choices, world.now());
  if (locked > 0) return { is: 'locked', seconds: locked };
  // Without a PIN it is compared all the same: nobody learns by the time it takes who has a mailbox.
  const fits = await pins.fits(pin, choices.pin ?? '');
  if (of === undefined) return { is: 'wrong' };
  if (fits && choices.pin !== undefined) {
    if (choices.wrongPins > 0) await store.choose(of.id, afterRightPin(choices));
    return { is: 'right' };
  }
  const after = afterWrongPin(choices, world.now());
  await store.choose(of.id, after);
  const seconds = lockedSeconds(after, world.now());
  return seconds > 0 ? { is: 'locked', seconds } : { is: 'wrong' };
}

function upkeep(world: MailboxWorld): Pick<MailboxRoom, 'recover' | 'expired' | 'purge'> {
  const { store } = world;
  type Kept = Pick<Mailbox, 'id' | 'keepUnreadDays' | 'keepReadDays'>;
  /** A mailbox that the configuration has no more keeps its messages as mailboxes usually do: it may come back. */
  const everyMailbox = async (): Promise<readonly Kept[]> => {
    const known = [...world.mailboxes()];
    const ids = new Set(known.map(({ id }) => id));
    const removed = (await store.mailboxes()).filter((id) => !ids.has(id));
    return [...known, ...removed.map((id) => ({ ...usualMailbox, id }))];
  };
  const expiredIn = ({ id, keepUnreadDays, keepReadDays }: Kept): Promise<readonly Message[]> => {
    const at = world.now();
    return store.expired(id, {
      unread: at - keepUnreadDays * DAY_MS,
      read: at - keepReadDays * DAY_MS,
      deleted: at - DELETED_DAYS * DAY_MS,
    });
  };
  return {
    async expired() {
      const found: Message[] = [];
      for (const mailbox of await everyMailbox()) found.push(...(await expiredIn(mailbox)));
      return found;
    },
    async recover() {
      const left = new Map<string, MessageLeft>();
      let kept = 0;
      let deleted = 0;
      for (const begun of await store.begun()) {
        const found = await settle(begun, world);
        if (found === 'deleted') deleted += 1;
        if (typeof found !== 'object') continue;
        kept += 1;
        if (begun.passedOnBy === undefined) left.set(begun.call, found);
      }
      return { kept, deleted, left };
    },
    async purge() {
      let purged = 0;
      await store.forgetGivenUp(world.now() - GIVEN_UP_DAYS * DAY_MS);
      for (const mailbox of await everyMailbox()) {
        const expired = await expiredIn(mailbox);
        for (const message of expired) await drop(message, world);
        if (expired.length > 0) world.changed(mailbox.id);
        purged += expired.length;
      }
      return purged;
    },
  };
}

async function settle(begun: BegunMessage, world: MailboxWorld): Promise<MessageLeft | 'deleted' | 'kept before'> {
  const seconds = (await world.recordings.seconds(begun.file)) ?? 0;
  if (seconds < cutShortSeconds) {
    await drop(begun, world);
    return 'deleted';
  }
  const { id: message, mailbox } = begun;
  const isNew = await keep(begun, seconds, false, world);
  return isNew ? { is: 'message left', mailbox, message, seconds } : 'kept before';
}

/** What goes wrong is told to whoever looks after us; the caller gets an answer that they can be told. */
async function orAlarm<T>(
  world: Pick<MailboxWorld, 'alarm'>,
  says: string,
  otherwise: T,
  run: () => Promise<T>,
): Promise<T> {
  try {
    return await run();
  } catch (error) {
    world.alarm(error, says);
    return otherwise;
  }
}
