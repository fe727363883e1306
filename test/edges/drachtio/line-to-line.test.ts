import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LiveExchange, startExchange } from '../../support/live-exchange.ts';
import { sdp } from '../../support/phone.ts';
import { beauvoir } from '../../support/town.ts';

let town: LiveExchange;

beforeAll(async () => {
  town = await startExchange(() => beauvoir);
});

afterAll(async () => {
  await town.stop();
  expect(town.trouble).toEqual([]);
});

describe('two phones of the town', () => {
  it('register, call, answer and hang up, and the ledger has it', async () => {
    const alice = await town.registered('4101');
    const bruno = await town.registered('4102');
    const call = await alice.call('4102', {}, sdp(41_000));

    const incoming = await bruno.answering();
    expect(incoming.received?.body).toBe(sdp(41_000));
    expect(incoming.received?.get('From')).toContain('"Awa Diallo" <sip:4101@telephonie.beauvoir.example>');
    expect(incoming.received?.get('Max-Forwards')).toBe('69');
    incoming.reply(180);
    await call.response(180);
    incoming.reply(200, {}, sdp(42_000));
    const answer = await call.response(200);
    expect(answer.body).toBe(sdp(42_000));
    call.ack();
    await incoming.request('ACK');

    expect((await call.bye()).status).toBe(200);
    await incoming.hungUp();
    const record = await town.record();
    expect(record).toMatchObject({
      from: 'line 4101',
      dialled: '4102',
      outcome: { is: 'answered', by: 'line 4102' },
      endedBy: 'caller',
    });
    expect(town.exchange.seats.calls).toBe(0);
  });
});
