import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LiveExchange, startExchange } from '../../support/live-exchange.ts';
import { liveTown } from '../../support/live-town.ts';
import { type Dialog, type Phone, sdp } from '../../support/phone.ts';

let town: LiveExchange;
let alice: Phone;
let bruno: Phone;

beforeAll(async () => {
  town = await startExchange(() => liveTown());
  alice = await town.registered('4101');
  bruno = await town.registered('4102');
});

afterAll(async () => {
  await town.stop();
  expect(town.trouble).toEqual([]);
  expect(town.exchange.seats.calls).toBe(0);
});

async function ringing(): Promise<{ call: Dialog; incoming: Dialog }> {
  const call = await alice.call('4102', {}, sdp(41_000));
  const incoming = await bruno.answering();
  incoming.reply(180);
  await call.response(180);
  return { call, incoming };
}

async function talking(): Promise<{ call: Dialog; incoming: Dialog }> {
  const { call, incoming } = await ringing();
  incoming.reply(200, {}, sdp(42_000));
  await call.response(200);
  call.ack();
  await incoming.request('ACK');
  return { call, incoming };
}

describe('two phones of the town', () => {
  it('call, answer and hang up, and the ledger has it', async () => {
    const call = await alice.call('4102', {}, sdp(41_000));
    const incoming = await bruno.answering();
    expect(incoming.received?.body).toBe(sdp(41_000));
    expect(incoming.received?.get('From')).toContain('"Awa Diallo" <sip:4101@telephonie.beauvoir.example>');
    expect(incoming.received?.get('Max-Forwards')).toBe('69');
    incoming.reply(180);
    await call.response(180);
    incoming.reply(200, {}, sdp(42_000));
    expect((await call.response(200)).body).toBe(sdp(42_000));
    call.ack();
    await incoming.request('ACK');
    expect((await call.bye()).status).toBe(200);
    await incoming.hungUp();
    expect(await town.record()).toMatchObject({
      from: 'line 4101',
      dialled: '4102',
      outcome: { is: 'answered', by: 'line 4102' },
      endedBy: 'caller',
    });
  });

  it('are both released when the callee hangs up', async () => {
    const { call, incoming } = await talking();
    expect((await incoming.bye({ Reason: 'Q.850;cause=16' })).status).toBe(200);
    expect((await call.hungUp()).get('Reason')).toBe('Q.850;cause=16');
    expect(await town.record()).toMatchObject({ outcome: { is: 'answered' }, endedBy: 'callee' });
  });

  it('hear of a busy line with its cause', async () => {
    const call = await alice.call('4102');
    (await bruno.answering()).reply(486);
    const refused = await call.response((status) => status >= 300);
    expect([refused.status, refused.get('Reason')]).toEqual([486, expect.stringContaining('Q.850;cause=17')]);
    expect(await town.record()).toMatchObject({ outcome: { is: 'refused', why: 'busy' }, legs: [{ sip: 486 }] });
  });

  it('cancel: the callee stops ringing, the caller gets 487', async () => {
    const { call, incoming } = await ringing();
    call.cancel();
    await call.response(487);
    const cancel = await incoming.request('CANCEL');
    incoming.reply(200, {}, '', cancel);
    incoming.reply(487);
    await incoming.request('ACK');
    expect(await town.record()).toMatchObject({ outcome: { is: 'caller gone', during: 'ringing' } });
  });

  it('pass a CANCEL that was answered elsewhere on as such, so that no phone shows a missed call', async () => {
    const { call, incoming } = await ringing();
    call.cancel({ Reason: 'SIP;cause=200;text="Call completed elsewhere"' });
    const cancel = await incoming.request('CANCEL');
    expect(cancel.get('Reason')).toBe('SIP;cause=200;text="Call completed elsewhere"');
    incoming.reply(200, {}, '', cancel);
    incoming.reply(487);
    await town.record();
  });

  it('agree that the caller was gone when the CANCEL crosses the 200', async () => {
    const { call, incoming } = await ringing();
    call.cancel();
    incoming.reply(200, {}, sdp(42_000));
    await call.response((status) => status >= 200);
    await incoming.request('ACK');
    await incoming.hungUp();
    expect(['caller gone', 'answered']).toContain((await town.record()).outcome.is);
  });
});

describe('a call of two phones', () => {
  it('relays early media, and a ringing after it', async () => {
    const call = await alice.call('4102');
    const incoming = await bruno.answering();
    incoming.reply(183, {}, sdp(43_000));
    expect((await call.response(183)).body).toBe(sdp(43_000));
    incoming.reply(180);
    await call.response(180);
    incoming.reply(200, {}, sdp(44_000));
    expect((await call.response(200)).body).toBe(sdp(44_000));
    call.ack();
    await incoming.request('ACK');
    await call.bye();
    await incoming.hungUp();
    await town.record();
  });

  it('may leave the offer to the callee: their 200 offers, the ACK answers (RFC 3261 §13.2.1)', async () => {
    const call = await alice.call('4102', {}, '');
    const incoming = await bruno.answering();
    expect(incoming.received?.body).toBe('');
    incoming.reply(200, {}, sdp(42_000));
    expect((await call.response(200)).body).toBe(sdp(42_000));
    call.ack(sdp(41_000));
    expect((await incoming.request('ACK')).body).toBe(sdp(41_000));
    await call.bye();
    await incoming.hungUp();
    await town.record();
  });

  it('is refused when the number is nobody’s', async () => {
    const call = await alice.call('4999');
    const refused = await call.response((status) => status >= 300);
    expect([refused.status, refused.get('Reason')]).toEqual([404, expect.stringContaining('cause=1;')]);
    expect(await town.record()).toMatchObject({ outcome: { is: 'refused', why: 'unallocated' } });
  });

  it('is refused when the other phone is not registered', async () => {
    const call = await alice.call('4103');
    await call.response(480);
    expect(await town.record()).toMatchObject({ outcome: { is: 'refused', why: 'unreachable' } });
  });

  it('ends for a caller who never acknowledges only after a BYE (RFC 3261 §15)', async () => {
    const { call, incoming } = await ringing();
    incoming.reply(200, {}, sdp(42_000));
    await call.response(200);
    await incoming.request('ACK');
    await incoming.bye();
    await town.record();
    expect(alice.has(({ method }) => method === 'BYE')).toBe(false);
    call.ack();
    await call.hungUp();
  });
});
