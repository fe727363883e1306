import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MailboxId } from '../../src/domain/ids.ts';
import type { Letter } from '../../src/domain/letter.ts';
import { type BegunMessage, noChoices } from '../../src/domain/message.ts';
import { openStore } from '../../src/edges/stores/open.ts';
import { StoreOptions } from '../../src/edges/stores/options.ts';
import type { Store } from '../../src/edges/stores/store.ts';
import { silent } from './store.ts';

const mailbox = MailboxId.parse('4101');
const start = 1_789_369_200_000;

export const begunMessage = (id: string, more: Partial<BegunMessage> = {}): BegunMessage => ({
  id,
  mailbox,
  call: `call of ${id}`,
  receivedAt: start,
  file: `messages/4101/${id}.wav`,
  from: { number: '+33639980001', name: 'Awa' },
  ...more,
});

export const letterTo = (to: string, more: Partial<Letter> = {}): Letter => ({
  id: `letter to ${to}`,
  to,
  mailbox,
  about: { is: 'message', message: 'one' },
  madeAt: start,
  tries: 0,
  nextAt: start,
  ...more,
});

/** How messages, choices and letters are kept, whatever the store is made of. */
export function mailContract(kind: StoreOptions['kind']): void {
  describe(`the mail of the ${kind} store`, () => {
    let folder: string;
    let store: Store;
    const mail = () => store.mail;

    beforeEach(async () => {
      folder = mkdtempSync(join(tmpdir(), 'mail-'));
      store = await openStore(StoreOptions.parse({ kind, groupMs: 1 }), folder, silent);
    });
    afterEach(async () => {
      await store.stop();
      rmSync(folder, { recursive: true });
    });

    depositContract(mail);
    messageContract(mail);
    choiceAndLetterContract(mail);
    purgeContract(mail);
  });
}

type Mail = () => Store['mail'];

async function leave(mail: Mail, id: string, more: Partial<BegunMessage> = {}): Promise<void> {
  await mail().begin(begunMessage(id, more));
  await mail().keep(id, { seconds: 3.5, urgent: false }, []);
}

function depositContract(mail: Mail): void {
  it('shows no message that is still being left', async () => {
    await mail().begin(begunMessage('one'));
    expect(await mail().messages(mailbox)).toEqual([]);
    expect(await mail().message('one')).toBeUndefined();
    expect(await mail().begun()).toEqual([begunMessage('one')]);
  });

  it('keeps a message once, however often it is told to, with its letters', async () => {
    await mail().begin(begunMessage('one'));
    expect(await mail().keep('one', { seconds: 3.5, urgent: true }, [letterTo('a@example.org')])).toBe(true);
    expect(await mail().keep('one', { seconds: 9, urgent: false }, [letterTo('b@example.org')])).toBe(false);
    expect(await mail().messages(mailbox)).toEqual([{ ...begunMessage('one'), seconds: 3.5, urgent: true }]);
    expect(await mail().begun()).toEqual([]);
    expect((await mail().due(start, 10)).map(({ to }) => to)).toEqual(['a@example.org']);
  });

  it('does not begin two messages of one name', async () => {
    await mail().begin(begunMessage('one'));
    await expect(mail().begin(begunMessage('one'))).rejects.toThrow();
  });

  it('forgets what was begun or kept', async () => {
    await mail().begin(begunMessage('one'));
    await mail().forget('one');
    await leave(mail, 'two');
    await mail().forget('two');
    expect(await mail().begun()).toEqual([]);
    expect(await mail().messages(mailbox)).toEqual([]);
  });
}

function messageContract(mail: Mail): void {
  it('lists the messages of one mailbox, oldest first', async () => {
    await leave(mail, 'later', { receivedAt: start + 10 });
    await leave(mail, 'earlier');
    await leave(mail, 'elsewhere', { mailbox: MailboxId.parse('4102') });
    expect((await mail().messages(mailbox)).map(({ id }) => id)).toEqual(['earlier', 'later']);
  });

  it('marks, and the first instant of a mark stands', async () => {
    await leave(mail, 'one');
    await mail().mark('one', 'read', start + 5);
    expect(await mail().mark('one', 'read', start + 9)).toMatchObject({ readAt: start + 5 });
    expect(await mail().mark('one', 'deleted', start + 6)).toMatchObject({ readAt: start + 5, deletedAt: start + 6 });
    expect(await mail().mark('one', 'restored', start + 7)).not.toHaveProperty('deletedAt');
    expect(await mail().mark('one', 'unread', start + 8)).not.toHaveProperty('readAt');
    expect(await mail().mark('nobody', 'read', start)).toBeUndefined();
  });

  it('counts what waits: unread, read, the urgent ones apart, and no deleted one', async () => {
    await mail().begin(begunMessage('urgent'));
    await mail().keep('urgent', { seconds: 3, urgent: true }, []);
    await leave(mail, 'heard');
    await mail().mark('heard', 'read', start);
    await leave(mail, 'deleted');
    await mail().mark('deleted', 'deleted', start);
    expect(await mail().waiting()).toEqual([[mailbox, { unread: 1, read: 1, urgentUnread: 1, urgentRead: 0 }]]);
  });

  it('finds what has been kept long enough: unread, heard and deleted ones each by their own time', async () => {
    for (const id of ['unread', 'heard', 'deleted', 'fresh'])
      await leave(mail, id, id === 'fresh' ? { receivedAt: start + 900 } : {});
    await mail().mark('heard', 'read', start + 100);
    await mail().mark('deleted', 'deleted', start + 200);
    const before = (unread: number, read: number, deleted: number) =>
      mail().expired(mailbox, { unread: start + unread, read: start + read, deleted: start + deleted });
    const ids = async (...ages: [number, number, number]) => (await before(...ages)).map(({ id }) => id).sort();
    expect(await ids(1, 0, 0)).toEqual(['unread']);
    expect(await ids(0, 101, 0)).toEqual(['heard']);
    expect(await ids(0, 0, 201)).toEqual(['deleted']);
    expect(await ids(0, 100, 200)).toEqual([]);
  });
}

function choiceAndLetterContract(mail: Mail): void {
  it('remembers what an owner has chosen, and knows of nothing before', async () => {
    expect(await mail().choices(mailbox)).toEqual(noChoices);
    const chosen = {
      wrongPins: 2,
      lockedUntil: start,
      greeting: 'absence',
      absenceUntil: start + 9,
      pin: 'hash',
    } as const;
    await mail().choose(mailbox, { ...noChoices, pin: 'other' });
    await mail().choose(mailbox, chosen);
    expect(await mail().choices(mailbox)).toEqual(chosen);
  });

  it('hands out letters when they are due, until they are posted or given up', async () => {
    await mail().post([letterTo('now@example.org'), letterTo('later@example.org', { nextAt: start + 50 })]);
    await mail().post([letterTo('now@example.org', { to: 'somebody else' })]);
    expect(await mail().lettersWaiting()).toBe(2);
    expect(await mail().due(start, 10)).toEqual([letterTo('now@example.org')]);
    await mail().postpone('letter to now@example.org', 1, start + 60);
    expect((await mail().due(start + 70, 10)).map(({ to, tries }) => [to, tries])).toEqual([
      ['later@example.org', 0],
      ['now@example.org', 1],
    ]);
    await mail().posted('letter to later@example.org');
    await mail().giveUp('letter to now@example.org', '550 nobody here');
    expect(await mail().due(start + 1_000, 10)).toEqual([]);
    expect(await mail().lettersWaiting()).toBe(0);
  });
}

function purgeContract(mail: Mail): void {
  it('knows every mailbox that has a message, whatever the configuration has', async () => {
    await mail().begin(begunMessage('one'));
    await mail().begin(begunMessage('two', { mailbox: MailboxId.parse('gone') }));
    expect(await mail().mailboxes()).toEqual([]);
    for (const id of ['one', 'two']) await mail().keep(id, { seconds: 3, urgent: false }, []);
    expect((await mail().mailboxes()).toSorted()).toEqual(['4101', 'gone']);
  });

  it('forgets letters that were given up long ago, and none that wait', async () => {
    await mail().post([letterTo('old@example.org'), letterTo('new@example.org', { madeAt: start + 9 })]);
    await mail().post([letterTo('waits@example.org')]);
    for (const to of ['old', 'new']) await mail().giveUp(`letter to ${to}@example.org`, '550 nobody here');
    expect(await mail().forgetGivenUp(start + 5)).toBe(1);
    expect(await mail().forgetGivenUp(start + 5)).toBe(0);
    expect(await mail().lettersWaiting()).toBe(1);
  });
}
