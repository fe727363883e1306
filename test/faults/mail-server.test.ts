import { afterEach, beforeEach, expect, it } from 'vitest';
import { until } from '../support/net.ts';
import { type FaultTown, openFaultTown } from './support/fault-town.ts';

let town: FaultTown;
beforeEach(async () => {
  town = await openFaultTown();
});
afterEach(() => town.clear());

it('a mail server that is down keeps no message from its mailbox, and gets each letter once when it is there again', {
  timeout: 400_000,
}, async () => {
  await town.mail.close();
  await town.exchange.start();
  for (const line of ['4101', '4102']) {
    const caller = await town.call(`+3319900${line}`);
    await caller.speaksToMailbox();
    await town.secondsOnDisk(2, line);
    await caller.hangUp();
    await until('the message is kept', async () => (await town.messages(line)).length === 1);
  }
  const waiting = async () => /^beffroi_letters_waiting (\d+)$/m.exec((await town.exchange.get('/metrics')).body)?.[1];
  expect(await waiting()).toBe('2');
  await town.exchange.kill();
  await town.mail.open();
  await town.exchange.start();
  await until('no letter waits', async () => (await waiting()) === '0');
  const to = town.mail.letters.map((letter) => /^To: (\S+)/m.exec(letter)?.[1]);
  expect(to.toSorted()).toEqual(['jeanne@bellerive.example', 'karim@bellerive.example']);
  expect((await town.ledger()).map(({ outcome }) => outcome.is)).toEqual(['message left', 'message left']);
});
