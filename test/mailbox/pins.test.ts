import { describe, expect, it } from 'vitest';
import { mailboxesOf } from '../../src/config/mailboxes.ts';
import type { MailboxId } from '../../src/domain/ids.ts';
import { inTurn } from '../../src/mailbox/in-turn.ts';
import { fakeMailboxes } from '../call/fake-mailboxes.ts';
import { MONDAY_MORNING } from '../support/calls.ts';
import { beauvoir } from '../support/town.ts';

const lines = new Map([...beauvoir.lines].map(([id, line]) => [id, { ...line, mailbox: id === '4101' }]));
const config = { ...beauvoir, mailboxes: mailboxesOf({ ...beauvoir, lines } as never) };

const somebody = (at: number) => ({ name: `line ${at}`, isOutside: false });

describe('a PIN', () => {
  it('is guessed three times and no more before it locks, also by many who guess at the same moment', async () => {
    const room = fakeMailboxes(
      () => MONDAY_MORNING,
      () => config,
    );
    const mailbox = config.mailboxes.get('4101' as MailboxId);
    if (mailbox === undefined) throw new Error('no mailbox');
    await room.setPin(mailbox, '4711');
    const tried = await Promise.all(
      Array.from({ length: 50 }, (_, at) => room.tryPin(mailbox, String(5000 + at), somebody(at))),
    );
    expect(tried.filter(({ is }) => is === 'wrong')).toHaveLength(2);
    expect(tried.filter(({ is }) => is === 'locked')).toHaveLength(48);
    expect(await room.tryPin(mailbox, '4711', somebody(99))).toMatchObject({ is: 'locked' });
  });

  it('is tried three times by one caller, however many mailboxes there are', async () => {
    const room = fakeMailboxes(
      () => MONDAY_MORNING,
      () => config,
    );
    for (const at of [1, 2])
      expect(await room.tryPin(undefined, String(5000 + at), somebody(1))).toEqual({ is: 'wrong' });
    expect(await room.tryPin(undefined, '5003', somebody(1))).toMatchObject({ is: 'locked' });
    expect(await room.tryPin(undefined, '5004', somebody(1))).toMatchObject({ is: 'locked' });
    expect(await room.tryPin(undefined, '5004', somebody(2))).toEqual({ is: 'wrong' });
  });

  it('is tried thirty times by all callers from outside, who may come with another number each time', async () => {
    const room = fakeMailboxes(
      () => MONDAY_MORNING,
      () => config,
    );
    const outside = (at: number) => ({ ...somebody(at), isOutside: true });
    for (let at = 0; at < 30; at += 1) await room.tryPin(undefined, '5000', outside(at));
    expect(await room.tryPin(undefined, '5000', outside(31))).toMatchObject({ is: 'locked' });
    expect(await room.tryPin(undefined, '5000', somebody(32))).toEqual({ is: 'wrong' });
  });
});

describe('one after the other', () => {
  it('goes on after a failure, and holds up nobody else', async () => {
    const run = inTurn<string>();
    const order: string[] = [];
    const say = (what: string) => async () => void order.push(what);
    let letGo = (): void => undefined;
    const held = run('a', () => new Promise<void>((_, failed) => (letGo = () => failed(new Error('no disk')))));
    const after = run('a', say('after'));
    await run('b', say('beside'));
    letGo();
    await expect(held).rejects.toThrow('no disk');
    await after;
    expect(order).toEqual(['beside', 'after']);
  });
});
