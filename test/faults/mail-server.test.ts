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

it('a letter brings the sound, and a link that marks the message as heard: the lamp goes out', {
  timeout: 200_000,
}, async () => {
  await town.exchange.start();
  const phone = await town.phone('4101');
  const lamp = (state: string) =>
    phone.take(`the lamp: ${state}`, ({ body }) => body.includes(`Voice-Message: ${state}`));
  const caller = await town.call('+33199004101');
  (await phone.answering()).reply(486);
  await caller.speaksToMailbox();
  await town.secondsOnDisk(2, '4101');
  await caller.hangUp();
  await lamp('1/0');
  await until('the letter is there', () => town.mail.letters.length === 1);
  const letter = (town.mail.letters[0] ?? '').replaceAll('=\r\n', '').replaceAll('=3D', '=');
  const attached = /Content-Type: audio\/[^;]*wav[\s\S]*?\r\n\r\n([A-Za-z0-9+/=\r\n]+)/.exec(letter)?.[1] ?? '';
  expect(Buffer.from(attached, 'base64').subarray(0, 4).toString()).toBe('RIFF');
  const link = /https:\/\/telephonie\.bellerive\.example(\/messages\/[^\s"<]+)/.exec(letter)?.[1];
  // The page alone marks nothing: filters of mail open it.
  expect((await town.exchange.get(`${link}`)).status).toBe(200);
  expect(await town.messages('4101')).toMatchObject([{ id: expect.any(String) }]);
  expect((await town.messages('4101'))[0]).not.toHaveProperty('readAt');
  expect((await town.exchange.get(`${link}/sound`)).status).toBe(200);
  await lamp('0/1');
  expect(await town.messages('4101')).toMatchObject([{ readAt: expect.any(Number) }]);
});
