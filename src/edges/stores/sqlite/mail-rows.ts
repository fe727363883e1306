import type { MailboxId } from '../../../domain/ids.ts';
import type { Instant } from '../../../domain/instant.ts';
import type { Letter } from '../../../domain/letter.ts';
import {
  type BegunMessage,
  type MailboxChoices,
  type Mark,
  type Message,
  noChoices,
  type Waiting,
} from '../../../domain/message.ts';
import type { Expiry, MailStore } from '../../../mailbox/ports.ts';
import type { Database, Value } from './database.ts';

/** The port, as the thread of the database answers it: at once. */
export type MailRows = {
  readonly [Method in keyof MailStore]: (
    ...given: Parameters<MailStore[Method]>
  ) => Awaited<ReturnType<MailStore[Method]>>;
};

type Row = Readonly<Record<string, Value>>;

/** Messages, choices and letters in SQL. Each call is to be made within a transaction. */
export function prepareMail(database: Database): MailRows {
  return { ...messageRows(database), ...markRows(database), ...choiceRows(database), ...letterRows(database) };
}

function messageRows(database: Database) {
  const begin = database.prepare('INSERT INTO message (id, mailbox, received_at, facts_json) VALUES (?, ?, ?, ?)');
  const begun = database.prepare('SELECT * FROM message WHERE seconds IS NULL ORDER BY received_at');
  const keep = database.prepare('UPDATE message SET seconds = ?, urgent = ? WHERE id = ? AND seconds IS NULL');
  const forget = database.prepare('DELETE FROM message WHERE id = ?');
  const kept = database.prepare(
    'SELECT * FROM message WHERE mailbox = ? AND seconds IS NOT NULL ORDER BY received_at, id',
  );
  const expired = database.prepare(
    `SELECT * FROM message WHERE mailbox = ? AND seconds IS NOT NULL AND
       (deleted_at < ? OR (deleted_at IS NULL AND (read_at < ? OR (read_at IS NULL AND received_at < ?))))
     ORDER BY received_at LIMIT 1000`,
  );
  const mailboxes = database.prepare('SELECT DISTINCT mailbox FROM message WHERE seconds IS NOT NULL');
  const { post } = letterRows(database);
  return {
    begin: ({ id, mailbox, receivedAt, ...facts }: BegunMessage) => {
      begin.run(id, mailbox, receivedAt, JSON.stringify(facts));
    },
    begun: () => begun.all().map(begunOf),
    keep: (id: string, { seconds, urgent }: { seconds: number; urgent: boolean }, letters: readonly Letter[]) => {
      if (keep.run(seconds, Number(urgent), id) === 0) return false;
      post(letters);
      return true;
    },
    forget: (id: string) => {
      forget.run(id);
    },
    mailboxes: () => mailboxes.all().map((row) => String(row['mailbox']) as MailboxId),
    messages: (mailbox: MailboxId) => kept.all(mailbox).map(messageOf),
    expired: (mailbox: MailboxId, before: Expiry) =>
      expired.all(mailbox, before.deleted, before.read, before.unread).map(messageOf),
  };
}

function markRows(database: Database) {
  const find = database.prepare('SELECT * FROM message WHERE id = ? AND seconds IS NOT NULL');
  const sql: Readonly<Record<Mark, string>> = {
    read: 'read_at = ifnull(read_at, ?)',
    // A parameter that says nothing, so that every mark is bound alike.
    unread: 'read_at = iif(? IS NULL, NULL, NULL)',
    deleted: 'deleted_at = ifnull(deleted_at, ?)',
    restored: 'deleted_at = iif(? IS NULL, NULL, NULL)',
  };
  const mark = Object.fromEntries(
    Object.entries(sql).map(([name, set]) => [name, database.prepare(`UPDATE message SET ${set} WHERE id = ?`)]),
  );
  const waiting = database.prepare(
    `SELECT mailbox, sum(read_at IS NULL) AS unread, sum(read_at IS NOT NULL) AS read,
       sum(read_at IS NULL AND urgent) AS urgent_unread, sum(read_at IS NOT NULL AND urgent) AS urgent_read
     FROM message WHERE seconds IS NOT NULL AND deleted_at IS NULL GROUP BY mailbox`,
  );
  const message = (id: string) => find.all(id).map(messageOf)[0];
  return {
    message,
    mark: (id: string, as: Mark, at: Instant) => {
      mark[as]?.run(at, id);
      return message(id);
    },
    waiting: () => waiting.all().map((row) => [String(row['mailbox']) as MailboxId, waitingOf(row)] as const),
  };
}

function choiceRows(database: Database) {
  const find = database.prepare('SELECT choices_json FROM mailbox_choice WHERE mailbox = ?');
  const choose = database.prepare(
    'INSERT INTO mailbox_choice VALUES (?, ?) ON CONFLICT (mailbox) DO UPDATE SET choices_json = excluded.choices_json',
  );
  return {
    choices: (mailbox: MailboxId): MailboxChoices => {
      const [row] = find.all(mailbox);
      return row === undefined ? noChoices : JSON.parse(String(row['choices_json']));
    },
    choose: (mailbox: MailboxId, choices: MailboxChoices) => {
      choose.run(mailbox, JSON.stringify(choices));
    },
  };
}

function letterRows(database: Database) {
  const post = database.prepare(
    'INSERT INTO letter (id, next_at, tries, letter_json) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO NOTHING',
  );
  const due = database.prepare('SELECT * FROM letter WHERE next_at <= ? ORDER BY next_at LIMIT ?');
  const posted = database.prepare('DELETE FROM letter WHERE id = ?');
  const postpone = database.prepare('UPDATE letter SET tries = ?, next_at = ? WHERE id = ?');
  const giveUp = database.prepare('UPDATE letter SET next_at = NULL, gave_up_why = ? WHERE id = ?');
  const forget = database.prepare(
    "DELETE FROM letter WHERE next_at IS NULL AND json_extract(letter_json, '$.madeAt') < ?",
  );
  const count = database.prepare('SELECT count(*) AS count FROM letter WHERE next_at IS NOT NULL');
  return {
    post: (letters: readonly Letter[]) => {
      for (const { id, nextAt, tries, ...rest } of letters) post.run(id, nextAt, tries, JSON.stringify(rest));
    },
    due: (at: Instant, atMost: number) => due.all(at, atMost).map(letterOf),
    posted: (id: string) => {
      posted.run(id);
    },
    postpone: (id: string, tries: number, nextAt: Instant) => {
      postpone.run(tries, nextAt, id);
    },
    giveUp: (id: string, why: string) => {
      giveUp.run(why, id);
    },
    forgetGivenUp: (madeBefore: Instant) => forget.run(madeBefore),
    lettersWaiting: () => Number(count.all()[0]?.['count'] ?? 0),
  };
}

function begunOf(row: Row): BegunMessage {
  return {
    ...JSON.parse(String(row['facts_json'])),
    id: String(row['id']),
    mailbox: String(row['mailbox']),
    receivedAt: Number(row['received_at']),
  };
}

function messageOf(row: Row): Message {
  return {
    ...begunOf(row),
    seconds: Number(row['seconds']),
    urgent: row['urgent'] === 1,
    ...(row['read_at'] !== null && { readAt: Number(row['read_at']) }),
    ...(row['deleted_at'] !== null && { deletedAt: Number(row['deleted_at']) }),
  };
}

function waitingOf(row: Row): Waiting {
  return {
    unread: Number(row['unread']),
    read: Number(row['read']),
    urgentUnread: Number(row['urgent_unread']),
    urgentRead: Number(row['urgent_read']),
  };
}

function letterOf(row: Row): Letter {
  return {
    ...JSON.parse(String(row['letter_json'])),
    id: String(row['id']),
    tries: Number(row['tries']),
    nextAt: Number(row['next_at']),
  };
}
