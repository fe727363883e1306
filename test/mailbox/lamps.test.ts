import { describe, expect, it } from 'vitest';
import { mailboxesOf } from '../../src/config/mailboxes.ts';
import type { LineId, MailboxId } from '../../src/domain/ids.ts';
import { messageSummary } from '../../src/edges/drachtio/lamps.ts';
import { openMemoryMail } from '../../src/edges/stores/memory/mail.ts';
import { createLamps } from '../../src/mailbox/lamps.ts';
import { begunMessage } from '../contract/mail-store.ts';
import { beauvoir } from '../support/town.ts';

const lines = new Map(
  [...beauvoir.lines].map(([id, line]) => [
    id,
    id === '4101' ? { ...line, mailbox: { members: ['4102'] } } : id === '4102' ? { ...line, mailbox: true } : line,
  ]),
);

function house() {
  const store = openMemoryMail();
  const shown: unknown[] = [];
  let boxes = mailboxesOf({ ...beauvoir, lines } as never);
  const lamps = createLamps({
    store,
    mailboxes: () => boxes.values(),
    show: (line, { unread, read }) => void shown.push([line, unread, read]),
    alarm: (error) => {
      throw error;
    },
  });
  const leave = async (mailbox: string, id: string) => {
    await store.begin(begunMessage(id, { mailbox: mailbox as MailboxId }));
    await store.keep(id, { seconds: 3, urgent: false }, []);
  };
  const reload = (mailbox: object) => {
    const changed = [...lines].map(([id, line]) => [id, id === '4101' ? { ...line, mailbox } : line] as const);
    boxes = mailboxesOf({ ...beauvoir, lines: new Map(changed) } as never);
    return lamps.reconfigured();
  };
  return { lamps, shown, leave, store, reload };
}

describe('the lamps', () => {
  it('of every line that shares the mailbox follow a message; each shows all that waits for it', async () => {
    const { lamps, shown, leave } = house();
    await leave('4101', 'one');
    await leave('4102', 'two');
    await lamps.changed('4101' as MailboxId);
    expect(shown).toEqual([
      ['4101', 1, 0],
      ['4102', 2, 0],
    ]);
  });

  it('of lines that share other mailboxes after a reload follow, and of nobody else', async () => {
    const { shown, leave, reload } = house();
    await leave('4101', 'one');
    await leave('4102', 'two');
    await reload({ members: ['4103'] });
    expect(shown.splice(0)).toEqual([
      ['4103', 1, 0],
      ['4102', 1, 0],
    ]);
    await reload({ members: [] });
    expect(shown).toEqual([['4103', 0, 0]]);
  });

  it('are told when a phone registers, also that nothing waits', async () => {
    const { lamps, shown } = house();
    await lamps.registered('4102' as LineId);
    expect(shown).toEqual([['4102', 0, 0]]);
  });
});

it('says how many messages wait, new before old, urgent ones in brackets (RFC 3842 §5.2)', () => {
  const waiting = { unread: 2, read: 8, urgentUnread: 1, urgentRead: 0 };
  expect(messageSummary({ extension: '4512', realm: 'mairie.example', waiting })).toBe(
    'Messages-Waiting: yes\r\nMessage-Account: sip:4512@mairie.example\r\nVoice-Message: 2/8 (1/0)\r\n',
  );
});
