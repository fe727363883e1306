import { stat } from 'node:fs/promises';
import type { ConfigHolder } from '../config/holder.ts';
import type { Mailbox } from '../domain/mailbox.ts';
import { type MailboxChoices, type Message, nothingWaits, type Waiting } from '../domain/message.ts';
import type { MailboxReply, MessageReply } from '../edges/http/api.ts';
import type { MessageLinks } from '../edges/http/message-links.ts';
import type { Linked, MailboxView, SoundFile } from '../edges/http/ports.ts';
import type { MailboxRoom } from '../mailbox/mailboxes.ts';
import type { MailStore, Recordings } from '../mailbox/ports.ts';
import { whenText } from './when-text.ts';

/** Where the mailboxes are gathered from. */
export interface MailboxesSeen {
  readonly exchange: { readonly mailboxes: MailboxRoom };
  readonly holder: Pick<ConfigHolder, 'current'>;
  readonly store: { readonly mail: MailStore };
  readonly recordings: Pick<Recordings, 'path' | 'seconds'>;
  readLink(link: string): ReturnType<MessageLinks['read']>;
  now(): number;
}

/** The mailboxes as the HTTP edge shows them. Everything here rejects when the store cannot be used. */
export function mailboxView({ exchange, holder, store, recordings, readLink, now }: MailboxesSeen): MailboxView {
  const { mail } = store;
  const boxOf = (name: string): Mailbox | undefined => mailboxNamed(name, holder.current().mailboxes.values());
  const replyOf = async (box: Mailbox, waiting: Waiting): Promise<MailboxReply> => ({
    ...shownOf(box),
    ...countsOf(waiting),
    ...chosenIn(await mail.choices(box.id), now()),
  });
  const message = async (id: string) => messageReply(await mail.message(id));
  return {
    async list() {
      const waiting = new Map(await mail.waiting());
      const boxes = [...holder.current().mailboxes.values()];
      return Promise.all(boxes.map((box) => replyOf(box, waiting.get(box.id) ?? nothingWaits)));
    },
    async messages(name) {
      const box = boxOf(name);
      return box && (await mail.messages(box.id)).map(replyOfMessage);
    },
    message,
    async sound(id) {
      const found = await mail.message(id);
      return found && soundOf(found, recordings);
    },
    mark: async (id, as) => messageReply(await exchange.mailboxes.remark(id, as)),
    async resetPin(name) {
      const box = boxOf(name);
      if (box === undefined) return undefined;
      await exchange.mailboxes.resetPin(box.id);
      return replyOf(box, new Map(await mail.waiting()).get(box.id) ?? nothingWaits);
    },
    expired: async () => (await exchange.mailboxes.expired()).map(replyOfMessage),
    purge: exchange.mailboxes.purge,
    async linked(link): Promise<Linked> {
      const read = readLink(link);
      if (read.is !== 'good') return { is: read.is };
      const found = await message(read.message);
      const box = found && holder.current().mailboxes.get(found.mailbox as Mailbox['id']);
      if (found === undefined || box === undefined || found.deletedAt !== undefined) return { is: 'deleted' };
      const { language, name } = box;
      return { is: 'message', message: found, language, mailbox: name, when: whenText(found.receivedAt, box) };
    },
  };
}

/** By id, or by the extension it is asked for on the telephone. */
function mailboxNamed(name: string, mailboxes: Iterable<Mailbox>): Mailbox | undefined {
  const all = [...mailboxes];
  return all.find(({ id }) => id === name) ?? all.find(({ extension }) => extension === name);
}

function shownOf({ id, name, owner, extension, members, messagesAtMost }: Mailbox) {
  return {
    id,
    name,
    of: owner.is,
    ...(extension !== undefined && { extension }),
    members: [...members],
    messagesAtMost,
  };
}

function countsOf({ unread, read, urgentUnread }: Waiting) {
  return { unread, read, urgentUnread };
}

function chosenIn(
  { pin, lockedUntil, greeting, absenceUntil }: MailboxChoices,
  at: number,
): Pick<MailboxReply, 'pin' | 'greeting'> & Partial<MailboxReply> {
  return {
    pin: pin === undefined ? 'not chosen yet' : 'chosen',
    ...(lockedUntil !== undefined && lockedUntil > at && { lockedUntil }),
    greeting,
    ...(greeting === 'absence' && absenceUntil !== undefined && { absenceUntil }),
  };
}

function messageReply(message: Message | undefined): MessageReply | undefined {
  return message && replyOfMessage(message);
}

/** Where its file lies is nobody's business. */
function replyOfMessage({ file: _, ...told }: Message): MessageReply {
  return { ...told };
}

async function soundOf({ file }: Message, recordings: MailboxesSeen['recordings']): Promise<SoundFile | undefined> {
  // Its header may have been left untrue by a crash: it is put right here.
  if ((await recordings.seconds(file)) === undefined) return undefined;
  const path = recordings.path(file);
  return { path, bytes: (await stat(path)).size };
}
