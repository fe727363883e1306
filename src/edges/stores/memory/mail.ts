import type { MailboxId } from '../../../domain/ids.ts';
import type { Letter } from '../../../domain/letter.ts';
import {
  type BegunMessage,
  type MailboxChoices,
  type Mark,
  type Message,
  noChoices,
  nothingWaits,
  type Waiting,
} from '../../../domain/message.ts';
import type { Expiry, MailStore } from '../../../mailbox/ports.ts';

/** Messages, choices and letters that are forgotten when the exchange stops. */
export function openMemoryMail(): MailStore {
  const begun = new Map<string, BegunMessage>();
  const kept = new Map<string, Message>();
  const letters = new Map<string, Letter>();
  const given = new Map<string, string>();
  return {
    begin: async (message) => {
      if (begun.has(message.id) || kept.has(message.id)) throw new Error(`message ${message.id} is there already`);
      begun.set(message.id, message);
    },
    begun: async () => [...begun.values()],
    keep: async (id, as, posted) => {
      const message = begun.get(id);
      if (message === undefined) return false;
      begun.delete(id);
      kept.set(id, { ...message, ...as });
      for (const letter of posted) letters.set(letter.id, letter);
      return true;
    },
    forget: async (id) => {
      begun.delete(id);
      kept.delete(id);
    },
    messages: async (mailbox) => inOrder([...kept.values()].filter((message) => message.mailbox === mailbox)),
    message: async (id) => kept.get(id),
    mark: async (id, as, at) => {
      const message = kept.get(id);
      if (message === undefined) return undefined;
      const marked = markedAs(message, as, at);
      kept.set(id, marked);
      return marked;
    },
    expired: async (mailbox, before) =>
      [...kept.values()].filter((message) => message.mailbox === mailbox && isExpired(message, before)),
    mailboxes: async () => [...new Set([...kept.values()].map(({ mailbox }) => mailbox))],
    waiting: async () => [...waitingIn(kept.values())],
    ...openChoices(),
    post: async (posted) => {
      for (const letter of posted) if (!letters.has(letter.id)) letters.set(letter.id, letter);
    },
    due: async (at, atMost) =>
      [...letters.values()]
        .filter(({ id, nextAt }) => nextAt <= at && !given.has(id))
        .sort((one, other) => one.nextAt - other.nextAt)
        .slice(0, atMost),
    posted: async (id) => void letters.delete(id),
    postpone: async (id, tries, nextAt) => {
      const letter = letters.get(id);
      if (letter !== undefined) letters.set(id, { ...letter, tries, nextAt });
    },
    giveUp: async (id, why) => void given.set(id, why),
    forgetGivenUp: async (madeBefore) => {
      const old = [...given.keys()].filter((id) => (letters.get(id)?.madeAt ?? 0) < madeBefore);
      for (const id of old) {
        letters.delete(id);
        given.delete(id);
      }
      return old.length;
    },
    lettersWaiting: async () => letters.size - given.size,
  };
}

function openChoices(): Pick<MailStore, 'choices' | 'choose'> {
  const choices = new Map<MailboxId, MailboxChoices>();
  return {
    choices: async (mailbox) => choices.get(mailbox) ?? noChoices,
    choose: async (mailbox, chosen) => void choices.set(mailbox, chosen),
  };
}

function inOrder(messages: readonly Message[]): readonly Message[] {
  return messages.toSorted((a, b) => a.receivedAt - b.receivedAt || (a.id < b.id ? -1 : 1));
}

function markedAs({ readAt, deletedAt, ...rest }: Message, as: Mark, at: number): Message {
  const read = as === 'read' ? (readAt ?? at) : as === 'unread' ? undefined : readAt;
  const deleted = as === 'deleted' ? (deletedAt ?? at) : as === 'restored' ? undefined : deletedAt;
  return {
    ...rest,
    ...(read !== undefined && { readAt: read }),
    ...(deleted !== undefined && { deletedAt: deleted }),
  };
}

function isExpired({ deletedAt, readAt, receivedAt }: Message, before: Expiry): boolean {
  if (deletedAt !== undefined) return deletedAt < before.deleted;
  return readAt === undefined ? receivedAt < before.unread : readAt < before.read;
}

function waitingIn(messages: Iterable<Message>): ReadonlyMap<MailboxId, Waiting> {
  const counts = new Map<MailboxId, Waiting>();
  for (const { mailbox, readAt, urgent, deletedAt } of messages) {
    if (deletedAt !== undefined) continue;
    const before = counts.get(mailbox) ?? nothingWaits;
    const isRead = Number(readAt !== undefined);
    counts.set(mailbox, {
      unread: before.unread + 1 - isRead,
      read: before.read + isRead,
      urgentUnread: before.urgentUnread + Number(urgent) * (1 - isRead),
      urgentRead: before.urgentRead + Number(urgent) * isRead,
    });
  }
  return counts;
}
