import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type LiveExchange, startExchange } from '../../support/live-exchange.ts';
import { liveTown } from '../../support/live-town.ts';
import { until } from '../../support/net.ts';
import { type Dialog, type Phone, sdp } from '../../support/phone.ts';

let town: LiveExchange;
let alice: Phone;
let bruno: Phone;

beforeEach(async () => {
  town = await startExchange(() => liveTown());
  alice = await town.registered('4101');
  bruno = await town.registered('4102');
});

afterEach(async () => {
  await town.stop();
});

async function ringing(): Promise<{ call: Dialog; incoming: Dialog }> {
  const call = await alice.call('4102');
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

describe('an exchange that is being stopped', () => {
  it('takes no new calls, and lets the others end', async () => {
    const { call, incoming } = await talking();
    const drained = town.exchange.drain(30);
    const late = await alice.call('4102');
    const refused = await late.response(503);
    expect([refused.get('Retry-After'), refused.get('Reason')]).toEqual(['5', expect.stringContaining('cause=41')]);
    expect((await alice.request('OPTIONS', `sip:${alice.realm}`)).status).toBe(503);
    await call.bye();
    await incoming.hungUp();
    await drained;
    expect(town.records.map(({ outcome }) => outcome.is).sort()).toEqual(['answered', 'refused']);
  });

  it('still lets a call for help through', async () => {
    const peer = await town.phone({ user: 'operator' });
    town.swap(liveTown({ operator: { peers: [peer.address] } }));
    void town.exchange.drain(30);
    const call = await alice.call('112');
    const out = await peer.answering();
    out.reply(200, {}, sdp(42_000));
    await call.response(200);
    call.ack();
    await call.bye();
    await out.hungUp();
    expect(await town.record()).toMatchObject({ outcome: { is: 'answered' } });
  });

  it('hangs up what talks, refuses what rings, and has both in the ledger before it is gone', async () => {
    const { call, incoming } = await talking();
    const caller = await town.registered('4200');
    const second = await caller.call('4102');
    const ringingThere = await bruno.answering();
    ringingThere.reply(180);
    await second.response(180);
    const stopped = town.exchange.stop();
    await Promise.all([call.hungUp(), incoming.hungUp()]);
    await second.response(503);
    const cancel = await ringingThere.request('CANCEL');
    ringingThere.reply(200, {}, '', cancel);
    ringingThere.reply(487);
    await stopped;
    expect(town.records.map(({ outcome, endedBy }) => [outcome.is, endedBy]).sort()).toEqual([
      ['answered', 'exchange'],
      ['refused', undefined],
    ]);
    expect(town.trouble).toEqual([]);
  });
});

describe('an engine that is lost', () => {
  it('ends every call in the ledger: what talked as hung up by the exchange, what rang as our fault', async () => {
    await talking();
    const caller = await town.registered('4200');
    const second = await caller.call('4102');
    (await bruno.answering()).reply(180);
    await second.response(180);
    await town.loseEngine();
    await until('both have ended', () => town.records.length === 2);
    expect(town.records.map(({ outcome, endedBy }) => [outcome.is, endedBy]).sort()).toEqual([
      ['answered', 'exchange'],
      ['our fault', undefined],
    ]);
    expect([town.exchange.seats.calls, town.exchange.connection.connected]).toEqual([0, false]);
    expect(town.trouble).toHaveLength(1);
  });
});
