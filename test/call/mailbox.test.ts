import { describe, expect, it } from 'vitest';
import { takeCall } from '../../src/call/path.ts';
import type { MailboxId } from '../../src/domain/ids.ts';
import { buildConfig } from '../support/build-config.ts';
import { fromLine } from '../support/calls.ts';
import { beauvoirFiles } from '../support/town.ts';
import { fakeWorld, type Town } from './fake-world.ts';

const { mairie } = beauvoirFiles.sites;
const town = (wishes: object = {}) =>
  buildConfig({
    ...beauvoirFiles,
    sites: {
      ...beauvoirFiles.sites,
      mairie: {
        ...mairie,
        lines: mairie.lines.map((line) =>
          line.extension === '4101' || line.extension === '4102'
            ? { ...line, mailbox: { notify: ['awa@example.org'], missedCalls: true, ...wishes } }
            : line,
        ),
      },
    },
  } as never);
const box = '4102' as MailboxId;
const own = '4101' as MailboxId;

async function play(dialled: string, script: Partial<Town>, given: { from?: string; wishes?: object } = {}) {
  const config = town(given.wishes);
  const fake = fakeWorld({ legsOf: () => [[{ after: 0.1, does: 'fail', sip: 486 }]], config, ...script });
  const begin = async (seconds = 600) => {
    const ended = takeCall(fromLine(given.from ?? '4101', dialled), fake.caller, config, fake.world);
    await fake.clock.run(seconds);
    await ended;
  };
  return { ...fake, config, begin, outcome: () => fake.closed[0]?.outcome };
}

describe('leaving a message', () => {
  it('keeps what was said when the caller hangs up, and tells the lamp and the owner', async () => {
    const call = await play('4102', { voice: { leaves: 14 } });
    await call.begin();
    expect(call.outcome()).toMatchObject({ is: 'message left', mailbox: '4102', message: 'id-1' });
    const [message] = await call.mailboxes.messages(box);
    expect(message).toMatchObject({ from: { number: '4101', name: 'Awa Diallo' }, urgent: false });
    expect(message?.seconds).toBeGreaterThanOrEqual(2);
    expect(call.mailboxes.told).toContain('changed 4102');
    expect(call.mailboxes.told).toContain('posted');
  });

  it('is no message when nothing was said, and the owner hears of the missed call', async () => {
    const call = await play('4102', { voice: { leaves: 7 } });
    await call.begin();
    expect(call.outcome()).toEqual({ is: 'caller gone', during: 'message' });
    expect(await call.mailboxes.messages(box)).toEqual([]);
    expect(call.mailboxes.told).toContain('posted');
  });

  it('is made urgent by a key afterwards', async () => {
    const call = await play('4102', { voice: { speaks: 9, keys: [[21, '3']], leaves: 120 } });
    await call.begin();
    expect(call.outcome()).toMatchObject({ is: 'message left' });
    expect(await call.mailboxes.messages(box)).toMatchObject([{ urgent: true }]);
  });

  it('is kept as far as the disk took it, and the caller is not told that the time was up', async () => {
    const call = await play('4102', { voice: { diskFills: 20, leaves: 120 } });
    await call.begin();
    expect(call.outcome()).toMatchObject({ is: 'message left', seconds: 20 });
    expect(call.told().some((one) => one.includes('mailbox.cut menu.send'))).toBe(true);
    expect(call.told().some((one) => one.includes('mailbox.too-long'))).toBe(false);
  });

  it('is refused with a sentence when the mailbox is full', async () => {
    const call = await play('4102', { voice: { leaves: 100 } }, { wishes: { messagesAtMost: 1 } });
    const first = await call.mailboxes.begin(mailboxIn(call.config, box), {}, 'before');
    if (typeof first === 'object') await first.keep({ seconds: 5, urgent: false });
    await call.begin();
    expect(call.told().some((one) => one.includes('mailbox.full'))).toBe(true);
    expect(call.outcome()).toEqual({ is: 'told and released', what: 'mailbox.full' });
  });

  it('makes room by the message that was heard longest ago, which can still be restored', async () => {
    const call = await play('4102', { voice: { leaves: 14 } }, { wishes: { messagesAtMost: 1 } });
    const heard = await call.mailboxes.begin(mailboxIn(call.config, box), {}, 'before');
    if (typeof heard !== 'object') throw new Error('it cannot be begun');
    await heard.keep({ seconds: 5, urgent: false });
    await call.mailboxes.mark(heard.message, 'read');
    await call.begin();
    expect(call.outcome()).toMatchObject({ is: 'message left' });
    const deleted = (await call.mailboxes.messages(box)).map(({ deletedAt }) => deletedAt !== undefined);
    expect(deleted).toEqual([true, false]);
  });

  it('is none when nobody spoke until the silence ended it', async () => {
    const call = await play('4102', { voice: { speaks: 6, leaves: 200 } });
    await call.begin();
    expect(call.outcome()).toEqual({ is: 'told and released', what: 'hotline.goodbye' });
    expect(await call.mailboxes.messages(box)).toEqual([]);
  });

  it('is as long as what was said, without the silence at its end', async () => {
    const call = await play('4102', { voice: { speaks: 10, leaves: 200 } });
    await call.begin();
    expect(await call.mailboxes.messages(box)).toMatchObject([{ seconds: 4 }]);
  });

  it('is a refusal like any other without a media server', async () => {
    const call = await play('4102', {});
    await call.begin();
    expect(call.outcome()).toMatchObject({ is: 'refused', why: 'busy' });
  });
});

describe('a call that nobody took', () => {
  const rings = { after: 0.5, does: 'ring' } as const;

  it('is told of where the caller hung up while it rang, before any mailbox', async () => {
    const call = await play('4102', { legsOf: () => [[rings]], callerLeaves: 5 });
    await call.begin();
    expect(call.outcome()).toEqual({ is: 'caller gone', during: 'ringing' });
    expect(call.mailboxes.told).toEqual(['posted']);
  });

  it('is told of where it was refused for want of a media server', async () => {
    const call = await play('4102', {});
    await call.begin();
    expect(call.mailboxes.told).toEqual(['posted']);
  });

  it('is told of to nobody who does not wish it', async () => {
    const call = await play('4102', { legsOf: () => [[rings]], callerLeaves: 5 }, { wishes: { missedCalls: false } });
    await call.begin();
    expect(call.mailboxes.told).toEqual([]);
  });
});

describe('listening', () => {
  it('asks for a PIN to be chosen before the first message is heard', async () => {
    const call = await play('*98', { voice: { leaves: 60 } });
    await call.begin();
    expect(call.told().find((one) => one.includes('collect'))).toContain('pin.choose');
    expect(call.outcome()).toEqual({ is: 'feature done', what: 'mailbox 4101' });
  });

  it('plays the message, which counts as heard from then on', async () => {
    const call = await play('*98', { voice: { keys: [[3, '1']], leaves: 30 } });
    await call.mailboxes.setPin(mailboxIn(call.config, own), '2580');
    const deposit = await call.mailboxes.begin(mailboxIn(call.config, own), { number: '4102' }, 'before');
    if (typeof deposit === 'object') await deposit.keep({ seconds: 5, urgent: false });
    await call.begin();
    expect(call.told().some((one) => one.includes('message.number'))).toBe(true);
    const [message] = await call.mailboxes.messages(own);
    expect(message?.readAt).toBeDefined();
  });

  it('passes a message on to a colleague, and says so', async () => {
    const keys = [[3, '1'], [5, '7'], ...[...'4102#'].map((key, at) => [7 + at / 10, key] as const)] as const;
    const call = await play('*98', { voice: { keys, leaves: 60 } });
    await call.mailboxes.setPin(mailboxIn(call.config, own), '2580');
    const deposit = await call.mailboxes.begin(mailboxIn(call.config, own), { number: '4102' }, 'before');
    if (typeof deposit === 'object') await deposit.keep({ seconds: 5, urgent: false });
    await call.begin();
    expect(await call.mailboxes.messages(box)).toHaveLength(1);
    expect(call.told().filter((one) => /message\.(forwarded|restored)/.test(one))).toEqual([
      expect.stringContaining('message.forwarded'),
    ]);
  });

  it('of another’s mailbox takes its PIN, and locks after three wrong ones', async () => {
    const keys = [1, 2, 3].flatMap((n) => [...`9999#`].map((key, i) => [n * 8 + i / 10, key] as const));
    const call = await play('*984102', { voice: { keys, leaves: 90 } });
    await call.mailboxes.setPin(mailboxIn(call.config, box), '2580');
    await call.begin();
    expect(call.told().some((one) => one.includes('pin.locked'))).toBe(true);
    expect(await call.mailboxes.choices(box)).toMatchObject({ wrongPins: 3, lockedUntil: expect.any(Number) });
  });
});

function mailboxIn(config: ReturnType<typeof town>, id: MailboxId) {
  const mailbox = config.mailboxes.get(id);
  if (mailbox === undefined) throw new Error(`${id} has no mailbox`);
  return mailbox;
}
