import { writeFileSync } from 'node:fs';
import type { Mark } from '../domain/message.ts';
import type { MailboxReply, MessageReply } from '../edges/http/api.ts';
import { type Command, dataOption, type Given, jsonOption, Trouble, UsageError } from './command.ts';
import { connect } from './connect.ts';
import type { Exit } from './exit.ts';
import { jsonText, printable, table } from './paint.ts';
import { lengthText, timeText } from './time-text.ts';
import { townZone } from './town-clock.ts';

export const mailboxCommand: Command = {
  name: 'mailbox',
  summary: 'the mailboxes; with a BOX, its messages; export, read, unread, delete, restore ID; reset-pin BOX; purge',
  words: ['[BOX | VERB]', '[ID | BOX]'],
  about:
    'BOX is the id or the extension of a mailbox, ID that of a message. What is marked here is so on the telephone and by e-mail too, and\n' +
    'the lamps follow at once. Listing and exporting mark nothing. delete can be undone by restore for 7 days; reset-pin and purge\n' +
    'cannot, so they only say what they would do until --yes is given. The exit code is 1 when there is nothing.',
  options: {
    deleted: { about: 'deleted messages as well, which can still be restored' },
    to: {
      value: 'FILE',
      about: 'where export writes the WAV (default: message-ID.wav); never over a file that is there',
    },
    yes: { about: 'reset-pin and purge: do it' },
    'dry-run': { about: 'reset-pin and purge: only say what would be done (default)' },
    data: dataOption,
    json: jsonOption,
  },
  examples: [
    ['beffroi mailbox', 'each mailbox: what waits, its PIN and its greeting'],
    ['beffroi mailbox 4101', 'its messages, oldest first'],
    ['beffroi mailbox export 3f9a0c52-…', 'the sound, as message-3f9a0c52-….wav'],
    ['beffroi mailbox delete 3f9a0c52-…', 'restore takes it back'],
    ['beffroi mailbox reset-pin 4101 --yes', 'the next visit from its own telephone chooses a new one'],
    ['beffroi mailbox purge', 'what has been kept long enough; with --yes it is deleted'],
  ],
  run: (given) => {
    const [word, ...rest] = given.words;
    if (word === undefined) return listBoxes(given);
    const verb = verbs.get(word);
    if (verb !== undefined) return verb(rest[0], given);
    if (rest[0] === undefined) return listMessages(word, given);
    throw new UsageError(`there is no "${word}"; there are ${[...verbs.keys()].join(', ')}`);
  },
};

type Verb = (named: string | undefined, given: Given) => Promise<Exit>;

const marked =
  (as: Mark, says: string): Verb =>
  async (id, given) => {
    const message = await connect(given).markMessage(needed(id, 'ID of a message'), as);
    return tell(message, `Message ${message.id} of ${message.mailbox} ${says}.\n`, given);
  };

const verbs: ReadonlyMap<string, Verb> = new Map<string, Verb>([
  ['export', (id, given) => exportSound(needed(id, 'ID of a message'), given)],
  ['read', marked('read', 'is marked as read')],
  ['unread', marked('unread', 'is marked as unread')],
  ['delete', marked('deleted', 'is deleted; "beffroi mailbox restore" with its ID takes it back, for 7 days')],
  ['restore', marked('restored', 'is there again')],
  ['reset-pin', (box, given) => resetPin(needed(box, 'BOX'), given)],
  ['purge', (_, given) => purge(given)],
]);

async function listBoxes(given: Given): Promise<Exit> {
  const { terminal, paint, switches } = given;
  const zone = await townZone(given);
  const boxes = await connect(given).mailboxes();
  if (switches.has('json')) return tell(boxes, '', given);
  if (boxes.length === 0) {
    terminal.err('There are no mailboxes.\n');
    return 'no';
  }
  const rows = boxes.map((box) => [
    box.id,
    box.name,
    `${box.unread}${box.urgentUnread > 0 ? ` (${box.urgentUnread} urgent)` : ''}`,
    String(box.read),
    box.unread + box.read >= box.messagesAtMost ? 'FULL' : String(box.messagesAtMost),
    pinText(box, zone),
    greetingText(box, zone),
    box.members.join(' '),
  ]);
  terminal.out(table(['box', 'name', 'unread', 'read', 'at most', 'PIN', 'greeting', 'lamps of'], rows, paint));
  return 'ok';
}

function pinText({ pin, lockedUntil }: MailboxReply, zone: string): string {
  return lockedUntil === undefined ? pin : `locked until ${timeText(lockedUntil, zone)}`;
}

function greetingText({ greeting, absenceUntil }: MailboxReply, zone: string): string {
  return absenceUntil === undefined ? greeting : `${greeting} until ${timeText(absenceUntil, zone)}`;
}

async function listMessages(box: string, given: Given): Promise<Exit> {
  const { terminal, switches } = given;
  const messages = await connect(given).messages(box, { deleted: switches.has('deleted') });
  if (switches.has('json')) return tell(messages, '', given);
  if (messages.length === 0) {
    terminal.err(`There are no messages in mailbox ${printable(box)}.\n`);
    return 'no';
  }
  terminal.out(await messageTable(messages, given));
  return 'ok';
}

async function messageTable(messages: readonly MessageReply[], given: Given): Promise<string> {
  const zone = await townZone(given);
  const rows = messages.map((message) => [
    timeText(message.receivedAt, zone),
    message.mailbox,
    whoText(message.from),
    lengthText(message.seconds * 1_000),
    stateOf(message),
    message.id,
  ]);
  return table(['received', 'box', 'from', 'length', 'state', 'id'], rows, given.paint);
}

function whoText({ number, name }: MessageReply['from']): string {
  if (number === undefined) return name ?? 'withheld';
  return name === undefined ? number : `${name} (${number})`;
}

function stateOf({ readAt, deletedAt, urgent }: MessageReply): string {
  const state = deletedAt !== undefined ? 'deleted' : readAt === undefined ? 'UNREAD' : 'read';
  return urgent ? `${state}, urgent` : state;
}

async function exportSound(id: string, given: Given): Promise<Exit> {
  const client = connect(given);
  const message = await client.message(id);
  const file = given.values.get('to') ?? `message-${message.id}.wav`;
  const sound = await client.sound(id);
  try {
    writeFileSync(file, sound, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    const { code, message: why } = error as NodeJS.ErrnoException;
    throw new Trouble(code === 'EEXIST' ? `${file} is there already: name another with --to` : why);
  }
  return tell({ ...message, written: file }, `${file}: ${lengthText(message.seconds * 1_000)}\n`, given);
}

async function resetPin(box: string, given: Given): Promise<Exit> {
  const client = connect(given);
  if (!isMeant(given)) {
    const found = (await client.mailboxes()).find(({ id, extension }) => id === box || extension === box);
    if (found === undefined) throw new Trouble(`there is no mailbox ${box}`);
    return wouldBe(
      found,
      `${found.name} would have to choose a new PIN at the next visit from the own telephone.\n`,
      given,
    );
  }
  const reset = await client.resetPin(box);
  return tell(reset, `${reset.name} chooses a new PIN at the next visit from the own telephone.\n`, given);
}

async function purge(given: Given): Promise<Exit> {
  const client = connect(given);
  if (isMeant(given)) {
    const purged = await client.purgeMessages();
    return tell({ purged }, `${purged} messages were deleted for good.\n`, given);
  }
  const expired = await client.expiredMessages();
  if (expired.length === 0 && !given.switches.has('json')) {
    given.terminal.err('No message has been kept long enough to be deleted.\n');
    return 'no';
  }
  return wouldBe(expired, await messageTable(expired, given), given);
}

function isMeant({ switches }: Given): boolean {
  if (switches.has('yes') && switches.has('dry-run')) throw new UsageError('--yes and --dry-run contradict each other');
  return switches.has('yes');
}

function wouldBe(value: unknown, text: string, given: Given): Exit {
  const exit = tell(value, text, given);
  if (!given.switches.has('json')) given.terminal.err('Nothing was changed: --yes does it, for good.\n');
  return exit;
}

function tell(value: unknown, text: string, { terminal, switches }: Given): Exit {
  terminal.out(switches.has('json') ? jsonText(value) : text);
  return 'ok';
}

function needed(word: string | undefined, what: string): string {
  if (word === undefined) throw new UsageError(`beffroi mailbox needs the ${what} here`);
  return word;
}
