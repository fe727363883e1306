import { afterEach, beforeEach, expect, it } from 'vitest';
import { until } from '../support/net.ts';
import { type Phone, sdp } from '../support/phone.ts';
import type { Caller } from './support/caller.ts';
import { type FaultTown, openFaultTown } from './support/fault-town.ts';

let town: FaultTown;
beforeEach(async () => {
  town = await openFaultTown();
});
afterEach(() => town.clear());

const hotline = '+33199005000';
const [talking, ringing, waiting, speaking] = [15, 15, 12, 8];

it('an exchange killed with 50 calls in all states knows the fate of each when it is back, and loses no message and no lamp', {
  timeout: 400_000,
}, async () => {
  await town.exchange.start();
  const [agent, colleague, silent] = [await town.phone('4102'), await town.phone('4103'), await town.phone('4104')];
  await callsUp(talking, () => talk(colleague, '+33199004103'));
  await callsUp(ringing, () => ring(silent, '+33199004104'));
  const callers = await callsUp(waiting, () => town.call(hotline));
  // The first of them rings at the only agent there is; the others wait behind.
  await agent.answering(30_000);
  const speakers = await callsUp(speaking, () => town.call('+33199004101'));
  await Promise.all(speakers.map((caller) => caller.speaksToMailbox()));
  await until('everybody has spoken', () => town.spoken('4101').filter((seconds) => seconds >= 2).length === speaking);
  expect(await town.callsActive()).toBe(talking + ringing + waiting + speaking);

  await town.exchange.kill();
  await town.exchange.start();
  const fates = await town.ledger();
  expect(fates).toHaveLength(talking + ringing + waiting + speaking);
  const left = fates.filter(({ outcome }) => outcome.is === 'message left');
  expect(left).toHaveLength(speaking);
  expect(fates.filter(({ outcome }) => outcome.is === 'our fault')).toHaveLength(fates.length - speaking);
  expect(await town.callsActive()).toBe(0);
  const { rows } = JSON.parse((await town.exchange.get('/api/ledger?since=0&before=8640000000000000')).body);
  expect(rows.filter(({ outcome }: { outcome?: string }) => outcome === undefined)).toEqual([]);

  const messages = await town.messages('4101');
  expect(messages.map(({ from }) => from.number).toSorted()).toEqual(speakers.map(numberOf).toSorted());
  expect(Math.min(...messages.map(({ seconds }) => seconds))).toBeGreaterThanOrEqual(2);
  expect((await town.callBacks()).map(({ number }) => number).toSorted()).toEqual(callers.map(numberOf).toSorted());
  await until('each letter is there', () => town.mail.letters.length >= speaking);

  const phone = await town.phone('4101');
  await phone.take('the lamp', ({ body }) => body.includes(`Voice-Message: ${speaking}/0`));
  // Its binding outlived the crash, and its lamp was told of at the start, unasked.
  await agent.take(
    'the lamp after the start',
    ({ method, body }) => method === 'NOTIFY' && /Voice-Message: 0\/0/.test(body),
  );
});

const numberOf = ({ number }: Caller): string => number;

async function callsUp(count: number, make: () => Promise<Caller>): Promise<readonly Caller[]> {
  const callers: Caller[] = [];
  for (let made = 0; made < count; made += 1) callers.push(await make());
  return callers;
}

/** A call that a phone answers. */
async function talk(phone: Phone, number: string): Promise<Caller> {
  const caller = await town.call(number);
  const callee = await phone.answering(30_000);
  callee.reply(200, {}, sdp(40_000));
  await caller.dialog.response(200);
  caller.dialog.ack();
  await callee.request('ACK');
  return caller;
}

async function ring(phone: Phone, number: string): Promise<Caller> {
  const caller = await town.call(number);
  (await phone.answering(30_000)).reply(180);
  await caller.dialog.response(180);
  return caller;
}
