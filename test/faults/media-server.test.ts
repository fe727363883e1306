import { afterEach, beforeEach, expect, it } from 'vitest';
import { until } from '../support/net.ts';
import { type Dialog, sdp } from '../support/phone.ts';
import { type FaultTown, openFaultTown } from './support/fault-town.ts';

let town: FaultTown;
beforeEach(async () => {
  town = await openFaultTown({ media: 'apart' });
  await town.exchange.start();
  await mediaIsBack();
}, 240_000);
afterEach(() => town.clear());

const hotline = '+33199005000';
const withinMs = { timeout: 240_000 };

async function mediaIsBack(): Promise<void> {
  const says = async () => JSON.parse((await town.exchange.get('/readyz')).body).media.says as string;
  await until('the media server has let us in', async () => (await says()).startsWith('connected'));
}

it(
  'the media server is killed during a welcome, the caller is released, is to be called back, and the next one is welcomed',
  withinMs,
  async () => {
    await town.phone('4102');
    const caller = await town.call(hotline);
    await caller.taken();
    await caller.hearsSomething();
    await town.media.kill();
    await caller.dialog.hungUp();
    const [record] = await until('the call has ended', async () => {
      const records = await town.ledger();
      return records.length === 1 ? records : undefined;
    });
    expect(record?.outcome).toEqual({ is: 'our fault', what: 'the media server was lost' });
    expect(await town.callBacks()).toMatchObject([
      { owner: { service: 'accueil' }, number: caller.number, because: 'our fault' },
    ]);
    expect((await town.exchange.get('/readyz')).status).toBe(200);
    await town.media.start();
    await mediaIsBack();
    const next = await town.call(hotline);
    await next.taken();
    await next.hearsSomething();
    await next.hangUp();
  },
);

it(
  'the media server is killed during a message, what was said so far is kept and delivered, and the lamp is lit',
  withinMs,
  async () => {
    const phone = await town.phone('4102');
    const caller = await town.call('+33199004102');
    (await phone.answering()).reply(486);
    await caller.speaksToMailbox();
    await town.secondsOnDisk(2);
    await town.media.kill();
    await caller.dialog.hungUp();
    const [message] = await until('the message is kept', async () => {
      const messages = await town.messages('4102');
      return messages.length > 0 ? messages : undefined;
    });
    expect(message).toMatchObject({ from: { number: caller.number } });
    expect(message?.seconds).toBeGreaterThanOrEqual(2);
    await until('the letter is there', () => town.mail.letters.length === 1);
    expect(town.mail.letters[0]).toMatch(/filename=message-\S+\.wav/);
    await phone.take('the lamp', ({ body }) => /Voice-Message: 1\/0/.test(body));
    const [record] = await until('the call has ended', async () => {
      const records = await town.ledger();
      return records.length === 1 ? records : undefined;
    });
    expect(record?.outcome.is).toBe('message left');
  },
);

it(
  'the media server is killed during a queue, nobody’s fate is unknown, and those who talked over it are told of too',
  withinMs,
  async () => {
    const agent = await town.phone('4102');
    const served = await town.call(hotline);
    await served.taken();
    const talk: Dialog = await agent.answering(30_000);
    talk.reply(200, {}, sdp(40_000));
    await talk.request('ACK');
    const waits = await town.call(hotline);
    await waits.taken();
    await waits.hearsSomething();
    await town.media.kill();
    await Promise.all([served.dialog.hungUp(), waits.dialog.hungUp(), talk.hungUp()]);
    await until('both calls have ended', async () => (await town.ledger()).length === 2);
    expect(await town.callsActive()).toBe(0);
    const fates = (await town.ledger()).map(({ outcome, callerNumber }) => [callerNumber, outcome.is]);
    expect(fates).toEqual([
      [served.number, 'answered'],
      [waits.number, 'our fault'],
    ]);
    expect((await town.callBacks()).map(({ number }) => number)).toEqual([waits.number]);
  },
);
