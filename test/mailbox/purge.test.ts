import { expect, it } from 'vitest';
import { mailboxesOf } from '../../src/config/mailboxes.ts';
import type { MailboxId } from '../../src/domain/ids.ts';
import { fakeMailboxes } from '../call/fake-mailboxes.ts';
import { MONDAY_MORNING } from '../support/calls.ts';
import { beauvoir } from '../support/town.ts';

const day = 86_400_000;

it('messages of a mailbox that the configuration has no more are kept as those of others are, and no longer', async () => {
  const lines = new Map([...beauvoir.lines].map(([id, line]) => [id, { ...line, mailbox: id === '4101' }]));
  const before = { ...beauvoir, mailboxes: mailboxesOf({ ...beauvoir, lines } as never) };
  let [now, config] = [MONDAY_MORNING, before];
  const room = fakeMailboxes(
    () => now,
    () => config,
  );
  const mailbox = before.mailboxes.get('4101' as MailboxId);
  const deposit = mailbox && (await room.begin(mailbox, {}, 'call-1'));
  if (typeof deposit !== 'object') throw new Error('it cannot be begun');
  await deposit.keep({ seconds: 5, urgent: false });
  config = { ...beauvoir, mailboxes: new Map() };
  now += 89 * day;
  expect(await room.purge()).toBe(0);
  now += 2 * day;
  expect(await room.purge()).toBe(1);
});
