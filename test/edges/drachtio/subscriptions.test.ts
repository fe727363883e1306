import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LiveExchange, startExchange } from '../../support/live-exchange.ts';
import { liveTown } from '../../support/live-town.ts';
import { Dialog, type Message, type Phone, sdp } from '../../support/phone.ts';

let town: LiveExchange;
let alice: Phone;
let bruno: Phone;
let chloe: Phone;

beforeAll(async () => {
  town = await startExchange(() => liveTown());
  alice = await town.registered('4101');
  bruno = await town.registered('4102');
  chloe = await town.registered('4103');
});

afterAll(async () => {
  await town.stop();
  expect(town.trouble).toEqual([]);
});

/** Subscribes, proves itself, and gives back the dialog and the answer. */
async function subscribe(
  who: Phone,
  about: string,
  extra: Record<string, string>,
): Promise<{ readonly dialog: Dialog; readonly answer: Message }> {
  const uri = `sip:${about}@${who.realm}`;
  const dialog = Dialog.outgoing(who, uri);
  const first = await dialog.answer('SUBSCRIBE', dialog.send('SUBSCRIBE', extra));
  const proof = who.proof(first, 'SUBSCRIBE', uri);
  if (proof === undefined) return { dialog, answer: first };
  const answer = await dialog.answer('SUBSCRIBE', dialog.send('SUBSCRIBE', { ...extra, ...proof }));
  dialog.learn(answer);
  return { dialog, answer };
}

async function notified(dialog: Dialog): Promise<Message> {
  const notify = await dialog.request('NOTIFY');
  dialog.reply(200, {}, '', notify);
  return notify;
}

/** `3 recipient early`: the version, and each call. */
function state({ body }: Message): string {
  const version = /version="(\d+)" state="full"/.exec(body)?.[1];
  const calls = [...body.matchAll(/direction="(\w+)"><state>(\w+)</g)].map(([, way, what]) => ` ${way} ${what}`);
  return `${version}${calls.join()}`;
}

describe('a busy lamp (RFC 4235)', () => {
  const dialogs = { Event: 'dialog', Expires: '600', Accept: 'application/dialog-info+xml' };

  it('follows a colleague from ringing to talking to silence, and never says with whom', async () => {
    const { dialog, answer } = await subscribe(chloe, '4102', dialogs);
    expect([answer.status, answer.get('Expires')]).toEqual([200, '600']);
    const first = await notified(dialog);
    expect(first.get('Subscription-State')).toMatch(/^active;expires=(600|599)$/);
    expect([first.get('Event'), first.get('Content-Type'), state(first)]).toEqual([
      'dialog',
      'application/dialog-info+xml',
      '0',
    ]);
    const call = await alice.call('4102', {}, sdp(41_000));
    const incoming = await bruno.answering();
    const ringing = await notified(dialog);
    expect(state(ringing)).toBe('1 recipient early');
    incoming.reply(200, {}, sdp(42_000));
    await call.response(200);
    call.ack();
    await incoming.request('ACK');
    const talking = await notified(dialog);
    expect(state(talking)).toBe('2 recipient confirmed');
    await call.bye();
    await incoming.hungUp();
    expect(state(await notified(dialog))).toBe('3 recipient terminated');
    for (const { body } of [ringing, talking]) expect(body).not.toContain('4101');
    await town.record();
    const ended = await dialog.answer('SUBSCRIBE', dialog.send('SUBSCRIBE', { ...dialogs, Expires: '0' }));
    expect(ended.status).toBe(200);
    expect((await notified(dialog)).get('Subscription-State')).toBe('terminated;reason=timeout');
  });

  it('is refreshed in its dialog, which tells the state again', async () => {
    const { dialog } = await subscribe(chloe, '4102', dialogs);
    await notified(dialog);
    const again = await dialog.answer('SUBSCRIBE', dialog.send('SUBSCRIBE', { ...dialogs, Expires: '120' }));
    expect([again.status, again.get('Expires')]).toEqual([200, '120']);
    const notify = await notified(dialog);
    expect([state(notify), notify.get('Subscription-State')]).toEqual([
      '1',
      expect.stringMatching(/^active;expires=1(20|19)$/),
    ]);
    await dialog.answer('SUBSCRIBE', dialog.send('SUBSCRIBE', { ...dialogs, Expires: '0' }));
    await notified(dialog);
  });

  it('is refused for a line of another site, for nobody, and for too short a time', async () => {
    expect((await subscribe(chloe, '4200', dialogs)).answer.status).toBe(403);
    expect((await subscribe(chloe, '4777', dialogs)).answer.status).toBe(404);
    const brief = await subscribe(chloe, '4102', { ...dialogs, Expires: '5' });
    expect([brief.answer.status, brief.answer.get('Min-Expires')]).toEqual([423, '60']);
  });

  it('ends for a phone that does not know it any more', async () => {
    const { dialog } = await subscribe(chloe, '4102', dialogs);
    const notify = await dialog.request('NOTIFY');
    dialog.reply(481, {}, '', notify);
    expect((await dialog.request('NOTIFY')).get('Subscription-State')).toBe('terminated;reason=noresource');
  });
});

describe('a message lamp (RFC 3842)', () => {
  it('is told to whoever asks for their own', async () => {
    const { dialog, answer } = await subscribe(alice, '4101', { Event: 'message-summary', Expires: '0' });
    expect(answer.status).toBe(200);
    const notify = await notified(dialog);
    expect(notify.get('Subscription-State')).toBe('terminated;reason=timeout');
    expect(notify.body).toContain('Messages-Waiting: no');
    expect(notify.body).toContain('Voice-Message: 0/0 (0/0)');
  });

  it('of somebody else is nobody’s', async () => {
    const { answer } = await subscribe(alice, '4102', { Event: 'message-summary' });
    expect(answer.status).toBe(403);
  });
});

it('another event is not known, and says which are (RFC 6665 §8.2.2)', async () => {
  const { answer } = await subscribe(alice, '4102', { Event: 'presence' });
  expect([answer.status, answer.get('Allow-Events')]).toEqual([489, 'message-summary, dialog']);
});
