import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LiveExchange, passwordOf, startExchange } from '../../support/live-exchange.ts';
import { liveTown } from '../../support/live-town.ts';
import { type Phone, sdp } from '../../support/phone.ts';

let town: LiveExchange;

beforeAll(async () => {
  town = await startExchange(() => liveTown());
});

afterAll(async () => {
  await town.stop();
  expect(town.trouble).toEqual([]);
});

const inBrowser = (line: string): Promise<Phone> => town.registered(line, { transport: 'ws' });

const { BEFFROI_SIGNALLING_COMMAND = '{web-port}' } = process.env;
const takesWebSockets = BEFFROI_SIGNALLING_COMMAND.includes('{web-port}');

describe.skipIf(!takesWebSockets)('a phone in a browser', () => {
  it('is rung on the connection it registered on, and talks there to the end', async () => {
    const browser = await inBrowser('4101');
    const desk = await town.registered('4102');
    const call = await desk.call('4101');
    const incoming = await browser.answering();
    expect(incoming.received?.start).toBe(`INVITE ${browser.contact.slice(1, -1)} SIP/2.0`);
    expect(incoming.target).toMatch(/;transport=ws$/);
    incoming.reply(180);
    await call.response(180);
    incoming.reply(200, { 'Content-Type': 'application/sdp' }, sdp(40_002));
    await call.response(200);
    call.ack();
    await incoming.request('ACK');
    const bye = call.bye();
    await incoming.hungUp();
    expect((await bye).status).toBe(200);
    expect((await town.record()).outcome).toMatchObject({ is: 'answered', by: 'line 4101' });
  });

  it('calls a desk phone, which hangs up', async () => {
    const desk = await town.registered('4103');
    const browser = await inBrowser('4105');
    const call = await browser.call('4103');
    const incoming = await desk.answering();
    incoming.reply(200, { 'Content-Type': 'application/sdp' }, sdp(40_004));
    await call.response(200);
    call.ack();
    await incoming.request('ACK');
    const bye = incoming.bye();
    await call.hungUp();
    expect((await bye).status).toBe(200);
    expect((await town.record()).outcome).toMatchObject({ is: 'answered', by: 'line 4103' });
  });

  it('gives up a call that rings', async () => {
    const desk = await town.registered('4103');
    const browser = await inBrowser('4105');
    const call = await browser.call('4103');
    const incoming = await desk.answering();
    incoming.reply(180);
    await call.response(180);
    call.cancel();
    await incoming.request('CANCEL');
    incoming.reply(487);
    await call.response(487);
    expect((await town.record()).outcome).toMatchObject({ is: 'caller gone' });
  });
});

describe.skipIf(!takesWebSockets)('a phone in a browser', () => {
  it('whose page was closed cannot be reached, and its line says so at once', async () => {
    const browser = await inBrowser('dina.morel');
    browser.close();
    const desk = await town.registered('4102');
    const call = await desk.call('4106');
    const refused = await call.response((status) => status >= 400);
    expect(refused.status).toBe(480);
    await town.record();
  });

  it('whose page is opened again is rung there', async () => {
    (await inBrowser('dina.morel')).close();
    const again = await inBrowser('dina.morel');
    const desk = await town.registered('4102');
    const call = await desk.call('4106');
    const incoming = await again.answering();
    incoming.reply(486);
    expect((await call.response((status) => status >= 400)).status).toBe(486);
    await town.record();
  });

  it('that signs with a wrong password stays outside', async () => {
    const stranger = await town.phone({ transport: 'ws', user: '4101', password: `not the ${passwordOf('4101')}` });
    expect((await stranger.register()).status).toBe(401);
  });
});
