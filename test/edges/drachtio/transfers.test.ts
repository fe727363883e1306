import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LineId } from '../../../src/domain/ids.ts';
import { Crowd } from '../../../src/domain/roster.ts';
import type { Half } from '../../../src/edges/drachtio/half.ts';
import type { Legs } from '../../../src/edges/drachtio/legs.ts';
import { TransfereeLeg } from '../../../src/edges/drachtio/transferee-leg.ts';
import { Transferor } from '../../../src/edges/drachtio/transferor.ts';
import { type LiveExchange, startExchange } from '../../support/live-exchange.ts';
import { liveTown } from '../../support/live-town.ts';
import { until } from '../../support/net.ts';
import { type Dialog, type Phone, sdp } from '../../support/phone.ts';

const realm = 'telephonie.beauvoir.example';

/** A town with three lines, a caller on the operator's trunk, and somebody on the IPBX. */
interface Lines {
  readonly town: LiveExchange;
  readonly alice: Phone;
  readonly bruno: Phone;
  readonly chloe: Phone;
  readonly operator: Phone;
}

async function openTown(media: boolean): Promise<Lines> {
  const town = await startExchange(() => liveTown(), { media });
  const operator = await town.phone({ user: '+33612345678' });
  const { address } = operator;
  town.swap(liveTown({ operator: { peers: [address] } }));
  const [alice, bruno, chloe] = await Promise.all(['4101', '4102', '4103'].map((line) => town.registered(line)));
  if (alice === undefined || bruno === undefined || chloe === undefined) throw new Error('no phones');
  return { town, alice, bruno, chloe, operator };
}

/** One calls the other, and they talk. */
async function talking(from: Phone, number: string, to: Phone): Promise<{ call: Dialog; incoming: Dialog }> {
  const call = await from.call(number, {}, sdp(41_000));
  const incoming = await to.answering();
  incoming.reply(200, {}, sdp(42_000));
  await call.response(200);
  call.ack();
  await incoming.request('ACK');
  return { call, incoming };
}

const referTo = (number: string): Record<string, string> => ({ 'Refer-To': `<sip:${number}@${realm}>` });

/** Sends the REFER, and waits for the first NOTIFY. */
async function refer(by: Dialog, extra: Record<string, string>): Promise<void> {
  by.send('REFER', extra);
  expect((await by.answer('REFER')).status).toBe(202);
  await notified(by, 100);
}

async function notified(by: Dialog, status: number): Promise<void> {
  const notify = await by.request('NOTIFY');
  by.reply(200, {}, '', notify);
  expect(notify.body).toMatch(new RegExp(`^SIP/2.0 ${status} `));
  expect(notify.get('Content-Type')).toBe('message/sipfrag;version=2.0');
  expect(notify.get('Subscription-State')).toMatch(status >= 200 ? /^terminated/ : /^active/);
}

/** Takes a re-INVITE: answers the offer, or makes one when there is none. Gives back what was offered. */
async function reinvited(who: Dialog, body: string): Promise<string> {
  const asked = await who.request('INVITE');
  who.reply(200, {}, body, asked);
  await who.request('ACK');
  return asked.body;
}

/** One is asked for an offer, which the other answers (RFC 3725 §4.1): the sound goes straight between them. */
async function joinedStraight(one: Dialog, other: Dialog): Promise<void> {
  const asked = await one.request('INVITE');
  expect(asked.body).toBe('');
  one.reply(200, {}, sdp(43_000), asked);
  expect(await reinvited(other, sdp(44_000))).toBe(sdp(43_000));
  expect((await one.request('ACK')).body).toBe(sdp(44_000));
}

const ways = [
  ['straight from phone to phone', false],
  ['over the media server', true],
] as const;

const open = new Map<boolean, Lines>();

/** Those of the way that is looked at. */
function linesOf(media: boolean): Lines {
  const lines = open.get(media);
  if (lines === undefined) throw new Error('nothing is open');
  return lines;
}

/** The transferee is told where the sound goes now: by an offer of the media server, or of whoever has answered. */
async function moved(transferee: Dialog): Promise<void> {
  expect(await reinvited(transferee, sdp(43_000))).toContain('m=audio');
}

beforeAll(async () => {
  for (const [, media] of ways) open.set(media, await openTown(media));
});

afterAll(async () => {
  for (const { town } of open.values()) {
    await town.stop();
    expect(town.trouble).toEqual([]);
    expect(town.exchange.seats.calls).toBe(0);
  }
});

describe.each(ways)('a blind transfer %s', (_how, media) => {
  it('connects the caller with whom the callee names, and releases the callee (RFC 5589 §6)', async () => {
    const { town, alice, bruno, chloe } = linesOf(media);
    const { call, incoming } = await talking(alice, '4102', bruno);
    await refer(incoming, referTo('4103'));
    if (media) await moved(call);
    const third = await chloe.answering();
    expect(third.received?.get('From')).toContain('4101');
    third.reply(180);
    await notified(incoming, 180);
    third.reply(200, {}, sdp(44_000));
    if (!media) expect(await reinvited(call, sdp(43_000))).toBe(sdp(44_000));
    const ack = await third.request('ACK');
    if (!media) expect(ack.body).toBe(sdp(43_000));
    await notified(incoming, 200);
    await incoming.hungUp();
    await call.bye();
    await third.hungUp();
    expect(await town.record()).toMatchObject({
      from: 'line 4101',
      outcome: { is: 'answered', by: 'line 4103' },
      transfers: [{ by: 'line 4102', who: 'line 4101', to: '4103', how: 'blind', ended: 'answered' }],
    });
  });

  it('connects the callee, when it is the caller who transfers', async () => {
    const { town, alice, bruno, chloe } = linesOf(media);
    const { call, incoming } = await talking(alice, '4102', bruno);
    await refer(call, referTo('4103'));
    if (media) await moved(incoming);
    const third = await chloe.answering();
    expect(third.received?.get('From')).toContain('4102');
    third.reply(200, {}, sdp(44_000));
    if (!media) await moved(incoming);
    await third.request('ACK');
    await notified(call, 200);
    await call.hungUp();
    await third.bye();
    await incoming.hungUp();
    expect(await town.record()).toMatchObject({
      outcome: { is: 'answered', by: 'line 4103' },
      transfers: [{ by: 'line 4101', who: 'line 4102' }],
    });
  });
});

describe.each(ways)('a blind transfer that nobody takes, %s', (_how, media) => {
  it('gives the call back to the transferor when nobody takes it', async () => {
    const { town, alice, bruno, chloe } = linesOf(media);
    const { call, incoming } = await talking(alice, '4102', bruno);
    await refer(incoming, referTo('4103'));
    if (media) await moved(call);
    const third = await chloe.answering();
    third.reply(486);
    await notified(incoming, 486);
    if (media) await moved(incoming);
    else await joinedStraight(call, incoming);
    await call.bye();
    await incoming.hungUp();
    expect(await town.record()).toMatchObject({
      outcome: { is: 'answered', by: 'line 4102' },
      transfers: [{ ended: 'back' }],
    });
  });

  it('rings the transferor again when they have hung up and nobody takes the call', async () => {
    const { town, alice, bruno, chloe } = linesOf(media);
    const { call, incoming } = await talking(alice, '4102', bruno);
    await refer(incoming, referTo('4103'));
    if (media) await moved(call);
    const third = await chloe.answering();
    await incoming.bye();
    third.reply(486);
    const again = await bruno.answering();
    again.reply(200, {}, sdp(44_000));
    if (!media) await moved(call);
    await again.request('ACK');
    await call.bye();
    await again.hungUp();
    expect(await town.record()).toMatchObject({
      outcome: { is: 'answered', by: 'line 4102' },
      transfers: [{ ended: 'refused' }, { to: '4102', ended: 'recalled' }],
    });
  });
});

describe.each(ways)('an attended transfer %s', (_how, media) => {
  it('joins the far parties of two calls of the transferor (RFC 3891, RFC 5589 §7)', async () => {
    const { town, alice, bruno, chloe } = linesOf(media);
    const first = await talking(alice, '4102', bruno);
    const second = await talking(bruno, '4103', chloe);
    const { call: asks } = second;
    const replaces = `${asks.callId};to-tag=${asks.remoteTag};from-tag=${asks.localTag}`;
    first.incoming.send('REFER', { 'Refer-To': `<sip:4103@${realm}?Replaces=${encodeURIComponent(replaces)}>` });
    expect((await first.incoming.answer('REFER')).status).toBe(202);
    await notified(first.incoming, 100);
    await joinedStraight(first.call, second.incoming);
    await notified(first.incoming, 200);
    await first.incoming.hungUp();
    await asks.hungUp();
    await first.call.bye();
    await second.incoming.hungUp();
    const records = [await town.record(), await town.record()];
    expect(records.find(({ from }) => from === 'line 4101')).toMatchObject({
      outcome: { is: 'answered', by: 'line 4103' },
      transfers: [{ by: 'line 4102', who: 'line 4101', to: 'line 4103', how: 'attended', ended: 'answered' }],
    });
    expect(records.find(({ from }) => from === 'line 4102')).toMatchObject({
      outcome: { is: 'answered', by: 'line 4103' },
    });
  });
});

describe.each(ways)('a transfer %s', (_how, media) => {
  it('is declined for whoever is not of the town, and where the transferor may not dial', async () => {
    const { town, alice, operator } = linesOf(media);
    const call = await operator.call('+33199004101', {}, sdp(41_000));
    const incoming = await alice.answering();
    incoming.reply(200, {}, sdp(42_000));
    await call.response(200);
    call.ack();
    await incoming.request('ACK');
    call.send('REFER', referTo('4103'));
    expect((await call.answer('REFER')).status).toBe(603);
    for (const number of ['0899123456', '*21*4103#', '9999']) {
      incoming.send('REFER', referTo(number));
      expect((await incoming.answer('REFER')).status).toBe(603);
    }
    await call.bye();
    await incoming.hungUp();
    const record = await town.record();
    expect(record.transfers?.map(({ ended }) => ended?.split(':')[0])).toEqual(new Array(4).fill('refused'));
  });
});

describe('who is being transferred', () => {
  /** A party of whom only this is looked at: whether they were hung up on. */
  const party = (name: string, hungUpOn: string[]) => {
    const half = { over: undefined, join: () => {}, request: () => {}, bye: () => void hungUpOn.push(name) };
    return { half: half as unknown as Half };
  };

  it('is gone once we have hung up on them, so nobody is rung for them again', () => {
    const hungUpOn: string[] = [];
    const legs = { incoming: new Crowd() } as unknown as Legs;
    const transferor = new Transferor(party('transferor', hungUpOn), undefined);
    const leg = new TransfereeLeg(party('transferee', hungUpOn), transferor, legs);
    expect([leg.gone.aborted, legs.incoming.members().length]).toEqual([false, 1]);
    leg.hangUp();
    expect([leg.gone.aborted, leg.gone.reason, legs.incoming.members().length]).toEqual([true, 'hung up', 0]);
    expect(hungUpOn).toEqual(['transferor', 'transferee']);
  });
});

describe('a call that is parked', () => {
  it('waits over the media server, and is fetched from another phone of the site', async () => {
    const { town, alice, bruno, chloe } = linesOf(true);
    const { call, incoming } = await talking(alice, '4102', bruno);
    await refer(incoming, referTo('*70'));
    await moved(call);
    await moved(incoming);
    await notified(incoming, 200);
    await incoming.hungUp();
    const fetching = await chloe.call('*70', {}, sdp(45_000));
    await fetching.response(200);
    fetching.ack();
    await until('the two talk', () => town.exchange.seats.ofLine('4103' as LineId) > 1);
    await fetching.bye();
    await call.hungUp();
    const records = [await town.record(), await town.record()];
    expect(records.find(({ from }) => from === 'line 4101')).toMatchObject({
      outcome: { is: 'answered', by: 'line 4103, picked up' },
      transfers: [{ by: 'line 4102', to: '*70', ended: 'answered' }],
    });
    expect(records.find(({ from }) => from === 'line 4103')?.outcome).toMatchObject({ is: 'feature done' });
  });
});
