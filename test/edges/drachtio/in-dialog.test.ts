import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LiveExchange, startExchange } from '../../support/live-exchange.ts';
import { liveTown } from '../../support/live-town.ts';
import { type Dialog, type Message, type Phone, sdp } from '../../support/phone.ts';

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

async function talking(): Promise<{ call: Dialog; incoming: Dialog }> {
  const call = await alice.call('4102', {}, sdp(41_000));
  const incoming = await bruno.answering();
  incoming.reply(200, {}, sdp(42_000));
  await call.response(200);
  call.ack();
  await incoming.request('ACK');
  return { call, incoming };
}

describe('an offer inside a call', () => {
  it('hold and resume pass in both directions, untouched', async () => {
    const { call, incoming } = await talking();
    await reoffer(call, incoming, sdp(41_000, 'a=sendonly\r\n'), sdp(42_000, 'a=recvonly\r\n'));
    await reoffer(incoming, call, sdp(42_000, 'a=sendrecv\r\n'), sdp(41_000, 'a=sendrecv\r\n'));
    await finish(call, incoming);
  });

  it('an offer can come with the answer to a re-INVITE, and the answer with its ACK', async () => {
    const { call, incoming } = await talking();
    call.invite({}, '');
    const asked = await incoming.request('INVITE');
    expect(asked.body).toBe('');
    incoming.reply(200, {}, sdp(42_002), asked);
    expect((await call.response(200)).body).toBe(sdp(42_002));
    call.ack(sdp(41_002));
    expect((await incoming.request('ACK')).body).toBe(sdp(41_002));
    await finish(call, incoming);
  });

  it('a refused offer leaves the call as it was, and the next one is served', async () => {
    const { call, incoming } = await talking();
    call.invite({}, sdp(41_010));
    const asked = await incoming.request('INVITE');
    incoming.reply(488, {}, '', asked);
    await incoming.request('ACK');
    await call.response(488);
    await reoffer(call, incoming, sdp(41_012), sdp(42_012));
    await finish(call, incoming);
  });

  it('an offer that comes before the caller’s ACK waits for it', async () => {
    const call = await alice.call('4102', {}, sdp(41_000));
    const incoming = await bruno.answering();
    incoming.reply(200, {}, sdp(42_000));
    await incoming.request('ACK');
    incoming.invite({}, sdp(42_000, 'a=sendonly\r\n'));
    await call.response(200);
    call.ack();
    const asked = await call.request('INVITE');
    call.reply(200, {}, sdp(41_000, 'a=recvonly\r\n'), asked);
    expect((await incoming.response(200)).body).toBe(sdp(41_000, 'a=recvonly\r\n'));
    incoming.ack();
    await finish(call, incoming);
  });

  it('offers that cross get 491 each (RFC 3261 §14.2)', async () => {
    const { call, incoming } = await talking();
    call.invite({}, sdp(41_020));
    const asked = await incoming.request('INVITE');
    incoming.invite({}, sdp(42_020));
    await incoming.response(491);
    incoming.reply(491, {}, '', asked);
    await call.response(491);
    await incoming.request('ACK');
    await finish(call, incoming);
  });

  it('UPDATE passes an offer and its answer (RFC 3311)', async () => {
    const { call, incoming } = await talking();
    const cseq = call.send('UPDATE', {}, sdp(41_030));
    const asked = await incoming.request('UPDATE');
    expect(asked.body).toBe(sdp(41_030));
    incoming.reply(200, {}, sdp(42_030), asked);
    expect(await call.answer('UPDATE', cseq)).toMatchObject({ status: 200, body: sdp(42_030) });
    await finish(call, incoming);
  });
});

describe('inside a call', () => {
  it('INFO carries a key from one to the other', async () => {
    const { call, incoming } = await talking();
    const key = 'Signal=5\r\nDuration=160\r\n';
    const cseq = call.send('INFO', { 'Content-Type': 'application/dtmf-relay' }, key);
    const asked = await incoming.request('INFO');
    expect([asked.body, asked.get('Content-Type')]).toEqual([key, 'application/dtmf-relay']);
    incoming.reply(200, {}, '', asked);
    expect((await call.answer('INFO', cseq)).status).toBe(200);
    await finish(call, incoming);
  });

  it('INFO before the answer is not for us to take, and ends nothing', async () => {
    const call = await alice.call('4102', {}, sdp(41_000));
    const incoming = await bruno.answering();
    incoming.reply(180);
    await call.response(180);
    const cseq = call.send('INFO', { 'Content-Type': 'application/dtmf-relay' }, 'Signal=5\r\nDuration=160\r\n');
    expect((await call.answer('INFO', cseq)).status).toBe(415);
    incoming.reply(200, {}, sdp(42_000));
    await call.response(200);
    call.ack();
    await incoming.request('ACK');
    await finish(call, incoming);
  });

  it.each([
    ['REFER', 400],
    ['MESSAGE', 405],
    ['OPTIONS', 200],
    ['NOTIFY', 481],
    ['SUBSCRIBE', 489],
  ])('%s is answered %i and reaches nobody', async (method, status) => {
    const { call, incoming } = await talking();
    const extra = { Event: 'refer' };
    const cseq = call.send(method, extra);
    expect((await call.answer(method, cseq)).status).toBe(status);
    await finish(call, incoming);
    expect(bruno.has((message) => message.method === method)).toBe(false);
  });
});

describe('the session timer of a call', () => {
  it('is agreed through both legs (RFC 4028)', async () => {
    const call = await alice.call('4102', { Supported: 'timer', 'Session-Expires': '1800;refresher=uac' });
    const incoming = await bruno.answering();
    expect(incoming.received?.get('Session-Expires')).toBe('1800;refresher=uac');
    incoming.reply(200, { 'Session-Expires': '1800;refresher=uac', Require: 'timer' }, sdp(42_000));
    const answer = await call.response(200);
    expect([answer.get('Session-Expires'), answer.get('Require')]).toEqual(['1800;refresher=uac', 'timer']);
    call.ack();
    await incoming.request('ACK');
    await finish(call, incoming);
  });

  it('is our own when nobody asked for one, and both phones refresh it themselves', async () => {
    const call = await alice.call('4102', { Supported: 'timer' });
    const incoming = await bruno.answering();
    expect(incoming.received?.get('Session-Expires')).toBe('1800;refresher=uas');
    incoming.reply(200, { 'Session-Expires': '1800;refresher=uas', Require: 'timer' }, sdp(42_000));
    const answer = await call.response(200);
    expect([answer.get('Session-Expires'), answer.get('Require')]).toEqual(['1800;refresher=uac', 'timer']);
    call.ack();
    await incoming.request('ACK');
    await finish(call, incoming);
  });

  it('is not told to a caller who knows none', async () => {
    const call = await alice.call('4102');
    const incoming = await bruno.answering();
    incoming.reply(200, { 'Session-Expires': '1800;refresher=uas', Require: 'timer' }, sdp(42_000));
    const answer = await call.response(200);
    expect([answer.get('Session-Expires'), answer.get('Require')]).toEqual([undefined, undefined]);
    call.ack();
    await incoming.request('ACK');
    await finish(call, incoming);
  });

  it.each([
    ['1200', '1200;refresher=uac'],
    ['1200;refresher=uas', '1200;refresher=uas'],
  ])('that is asked for as %s of a phone without timers is granted as %s', async (asked, granted) => {
    const call = await alice.call('4102', { Supported: 'timer', 'Session-Expires': asked });
    const incoming = await bruno.answering();
    incoming.reply(200, {}, sdp(42_000));
    expect((await call.response(200)).get('Session-Expires')).toBe(granted);
    call.ack();
    await incoming.request('ACK');
    await finish(call, incoming);
  });
});

async function reoffer(from: Dialog, to: Dialog, offer: string, answer: string): Promise<void> {
  from.invite({}, offer);
  const asked: Message = await to.request('INVITE');
  expect(asked.body).toBe(offer);
  to.reply(200, {}, answer, asked);
  expect((await from.response(200)).body).toBe(answer);
  await to.request('ACK');
  from.ack();
}

async function finish(call: Dialog, incoming: Dialog): Promise<void> {
  expect((await call.bye()).status).toBe(200);
  await incoming.hungUp();
  expect(await town.record()).toMatchObject({ outcome: { is: 'answered' } });
}
