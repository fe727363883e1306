import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type LiveExchange, startExchange } from '../../support/live-exchange.ts';
import { liveTown } from '../../support/live-town.ts';
import { type Dialog, type Phone, sdp } from '../../support/phone.ts';

let town: LiveExchange;
let alice: Phone;
/** Two phones of line 4102. */
let desk: Phone;
let mobile: Phone;

beforeAll(async () => {
  town = await startExchange(() => liveTown());
});

beforeEach(async () => {
  alice = await town.registered('4101');
  desk = await town.registered('4102');
  mobile = await town.registered('4102');
});

afterAll(async () => {
  await town.stop();
  expect(town.trouble).toEqual([]);
  expect(town.exchange.seats.calls).toBe(0);
});

/** Both phones ring; those of the tests before are gone. */
async function bothRing(): Promise<{ call: Dialog; first: Dialog; other: Dialog }> {
  const call = await alice.call('4102');
  const first = await desk.answering();
  const other = await mobile.answering();
  return { call, first, other };
}

async function leave(...phones: Phone[]): Promise<void> {
  for (const phone of phones) await phone.register(0);
}

describe('two phones of one line', () => {
  it('ring together; when one answers the other is told that the call was taken', async () => {
    const { call, first, other } = await bothRing();
    first.reply(180);
    other.reply(180);
    first.reply(200, {}, sdp(42_000));
    await call.response(200);
    call.ack();
    await first.request('ACK');
    const cancel = await other.request('CANCEL');
    expect(cancel.get('Reason')).toBe('SIP;cause=200;text="Call completed elsewhere"');
    other.reply(200, {}, '', cancel);
    other.reply(487);
    await other.request('ACK');
    await call.bye();
    await first.hungUp();
    expect(await town.record()).toMatchObject({ outcome: { is: 'answered' }, legs: [{}, {}] });
    await leave(desk, mobile);
  });

  it('answer at once: one has the call, the other is acknowledged and hung up', async () => {
    const { call, first, other } = await bothRing();
    first.reply(200, {}, sdp(42_000));
    other.reply(200, {}, sdp(43_000));
    const answer = await call.response(200);
    call.ack();
    await first.request('ACK');
    await other.request('ACK');
    const [winner, loser] = answer.body === sdp(42_000) ? [first, other] : [other, first];
    await loser.hungUp();
    await call.bye();
    await winner.hungUp();
    expect(await town.record()).toMatchObject({ outcome: { is: 'answered' } });
    await leave(desk, mobile);
  });

  it('are one user: when one declines, the other stops ringing (RFC 3261 §21.6.2)', async () => {
    const { call, first, other } = await bothRing();
    other.reply(180);
    first.reply(603);
    const cancel = await other.request('CANCEL');
    other.reply(200, {}, '', cancel);
    other.reply(487);
    await call.response(603);
    expect(await town.record()).toMatchObject({ outcome: { is: 'refused', why: 'declined' } });
    await leave(desk, mobile);
  });

  it('may both send early media: the first is heard, until it fails', async () => {
    const { call, first, other } = await bothRing();
    first.reply(183, {}, sdp(42_000));
    expect((await call.response(183)).body).toBe(sdp(42_000));
    other.reply(183, {}, sdp(43_000));
    first.reply(486);
    await first.request('ACK');
    other.reply(183, {}, sdp(43_001));
    expect((await call.response(183)).body).toBe(sdp(43_001));
    other.reply(200, {}, sdp(43_001));
    await call.response(200);
    call.ack();
    await call.bye();
    await other.hungUp();
    await town.record();
    await leave(desk, mobile);
  });
});

describe('a call', () => {
  it('ends for both when the BYE follows the ACK in the same packet', async () => {
    const caller = await town.registered('4200', { transport: 'tcp' });
    await leave(mobile);
    for (let round = 0; round < 20; round += 1) {
      const call = await caller.call('4102');
      const incoming = await desk.answering();
      incoming.reply(200, {}, sdp(42_000));
      await call.response(200);
      call.ack();
      const cseq = call.send('BYE');
      expect((await call.answer('BYE', cseq)).status).toBe(200);
      await incoming.request('ACK');
      await incoming.hungUp();
      expect(await town.record()).toMatchObject({ outcome: { is: 'answered' }, endedBy: 'caller' });
    }
    await leave(caller, desk);
  });

  it('ends for both when the callee hangs up in the packet of its answer', async () => {
    await leave(mobile, desk);
    const fast = await town.registered('4102', { transport: 'tcp' });
    const call = await alice.call('4102');
    const incoming = await fast.answering();
    incoming.reply(200, {}, sdp(42_000));
    incoming.send('BYE');
    await call.response(200);
    call.ack();
    await call.hungUp();
    expect(await town.record()).toMatchObject({ outcome: { is: 'answered' }, endedBy: 'callee' });
    await leave(fast);
  });
});

describe('a ringing call', () => {
  it('goes on when the callee unregisters while it rings', async () => {
    await leave(mobile);
    const call = await alice.call('4102');
    const incoming = await desk.answering();
    incoming.reply(180);
    await call.response(180);
    expect((await desk.register(0)).status).toBe(200);
    incoming.reply(200, {}, sdp(42_000));
    await call.response(200);
    call.ack();
    await incoming.request('ACK');
    await call.bye();
    await incoming.hungUp();
    expect(await town.record()).toMatchObject({ outcome: { is: 'answered' } });
  });

  it('of a caller who is gone before the first ring leaves nothing behind', async () => {
    await leave(mobile);
    const call = await alice.call('4102');
    call.cancel();
    await call.response(487);
    const incoming = await desk.answering();
    incoming.reply(180);
    const cancel = await incoming.request('CANCEL');
    incoming.reply(200, {}, '', cancel);
    incoming.reply(487);
    await incoming.request('ACK');
    expect(await town.record()).toMatchObject({ outcome: { is: 'caller gone', during: 'set-up' } });
    await leave(desk);
  });

  it('that is answered after its CANCEL is acknowledged and hung up (RFC 3261 §9.1)', async () => {
    await leave(mobile);
    const call = await alice.call('4102');
    const incoming = await desk.answering();
    incoming.reply(180);
    await call.response(180);
    call.cancel();
    await incoming.request('CANCEL');
    incoming.reply(200, {}, sdp(42_000));
    await incoming.request('ACK');
    await incoming.hungUp();
    await call.response(487);
    expect(await town.record()).toMatchObject({ outcome: { is: 'caller gone', during: 'ringing' } });
    await leave(desk);
  });
});
