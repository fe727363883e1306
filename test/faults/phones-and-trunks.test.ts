import { afterEach, beforeEach, expect, it } from 'vitest';
import { until } from '../support/net.ts';
import { sdp } from '../support/phone.ts';
import { type FaultTown, openFaultTown } from './support/fault-town.ts';

let town: FaultTown;
beforeEach(async () => {
  town = await openFaultTown();
  await town.exchange.start();
}, 240_000);
afterEach(() => town.clear());

it('a phone that is unplugged while it rings leaves the call to the line’s other phone', {
  timeout: 60_000,
}, async () => {
  const [unplugged, other] = [await town.phone('4101'), await town.phone('4101')];
  const caller = await town.call('+33199004101');
  (await unplugged.answering(30_000)).reply(180);
  const callee = await other.answering(30_000);
  callee.reply(180);
  await caller.dialog.response(180);
  unplugged.close();
  callee.reply(200, {}, sdp(40_000));
  await caller.dialog.response(200);
  caller.dialog.ack();
  await callee.request('ACK');
  await caller.dialog.bye();
  await callee.hungUp();
  await until('the call is in the ledger', async () => (await town.ledger())[0]?.outcome.is === 'answered');
  await until('no leg is left', async () => (await town.callsActive()) === 0);
});

it('a phone that is unplugged while it rings alone hands the call on when its time is over: to the mailbox', {
  timeout: 240_000,
}, async () => {
  const unplugged = await town.phone('4102');
  const caller = await town.call('+33199004102');
  (await unplugged.answering(30_000)).reply(180);
  await caller.dialog.response(180);
  unplugged.close();
  // The line rings for the 5 seconds of its mailbox.
  const answer = await caller.dialog.phone.take(
    'the mailbox takes the call',
    ({ status, get }) => status === 200 && get('Call-ID') === caller.dialog.callId,
    40_000,
  );
  caller.dialog.phone.unread(answer);
  await caller.speaksToMailbox();
  await town.secondsOnDisk(2, '4102');
  await caller.hangUp();
  await until('the message is kept', async () => (await town.messages('4102')).length === 1);
  await until('the call is in the ledger', async () => (await town.ledger())[0]?.outcome.is === 'message left');
});

it('a forward over a trunk that is dead ends in the mailbox of the line that forwards', {
  timeout: 240_000,
}, async () => {
  const wish = `/api/lines/4103/wishes/${encodeURIComponent('*21*00639980777#')}`;
  expect((await town.exchange.post(wish)).status).toBe(200);
  // The trunk to the operator answers nobody from here on: the call comes from the one phone that still talks to us.
  const colleague = await town.phone('4101');
  town.operator.close();
  const dialog = await colleague.call('4103');
  const answer = await colleague.take(
    'the mailbox takes the call',
    ({ status, get }) => status === 200 && get('Call-ID') === dialog.callId,
    30_000,
  );
  colleague.unread(answer);
  await dialog.response(200);
  dialog.ack();
  await dialog.bye();
  const [record] = await until('the call is in the ledger', async () => {
    const records = await town.ledger();
    return records.length === 1 ? records : undefined;
  });
  expect(record?.legs.map(({ target }) => target)).toEqual(['trunk operator target 0']);
  // They were taken, and hung up before they said anything.
  expect(record?.outcome.is).toBe('caller gone');
});
