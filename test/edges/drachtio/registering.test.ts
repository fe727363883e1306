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

const phoneOf = (line: string): Promise<Phone> => town.phone({ user: line, password: passwordOf(line) });

describe('a phone', () => {
  it('that would stop at SHA-256 is asked for MD5 alone, whether its account exists or not', async () => {
    const asked = async (user: string, userAgent: string): Promise<(string | undefined)[]> => {
      const phone = await town.phone({ user });
      const answer = await phone.register(300, { 'User-Agent': userAgent });
      return answer.all('WWW-Authenticate').map((line) => /algorithm=([^,]+)/.exec(line)?.[1]);
    };
    expect(await asked('4200', 'baresip v1.0.0 (x86_64/linux)')).toEqual(['MD5']);
    expect(await asked('9999', 'baresip v1.0.0 (x86_64/linux)')).toEqual(['MD5']);
    expect(await asked('4200', 'Linphonec/5.1.65')).toEqual(['SHA-256', 'MD5']);
    expect(await asked('9999', 'Linphonec/5.1.65')).toEqual(['SHA-256', 'MD5']);
  });

  it('is told every contact of its line, and how long each is good for', async () => {
    const [desk, mobile] = [await phoneOf('4200'), await phoneOf('4200')];
    await desk.register(600);
    const answer = await mobile.register(120, { Contact: `${mobile.contact};q=0.5` });
    const contacts = answer.all('Contact').join(', ');
    expect(contacts).toContain(`<sip:4200@127.0.0.1:${desk.address.port}>;expires=600`);
    expect(contacts).toContain(`<sip:4200@127.0.0.1:${mobile.address.port}>;expires=120;q=0.500`);
  });

  it('may ask for its contacts and change nothing', async () => {
    const phone = await town.registered('4201');
    const answer = await phone.request('REGISTER', `sip:${phone.realm}`, {
      To: `<sip:4201@${phone.realm}>`,
      Contact: '',
    });
    expect([answer.status, answer.get('Contact')]).toEqual([200, expect.stringContaining('sip:4201@')]);
  });

  it('leaves with an expiry of zero, or with all of its line at once', async () => {
    const phone = await town.registered('4300');
    expect((await phone.register(0)).get('Contact')).toBeUndefined();
    await town.registered('4300');
    const answer = await phone.register(0, { Contact: '*' });
    expect([answer.status, answer.get('Contact')]).toEqual([200, undefined]);
  });

  it('that requires what we do not know is told what (RFC 3261 §10.3)', async () => {
    const phone = await phoneOf('4301');
    const answer = await phone.register(300, { Require: 'gruu, path' });
    expect([answer.status, answer.get('Unsupported')]).toEqual([420, 'gruu']);
  });

  it('that asks for too little is told the least (RFC 3261 §21.4.17)', async () => {
    const phone = await phoneOf('4301');
    const answer = await phone.register(5);
    expect([answer.status, answer.get('Min-Expires')]).toEqual([423, '60']);
  });

  it('behind a NAT is called where it registered from', async () => {
    const phone = await phoneOf('4400');
    await phone.register(300, { Contact: '<sip:4400@10.99.99.99:5999>' });
    const caller = await town.registered('4401');
    const call = await caller.call('4400');
    const incoming = await phone.answering();
    expect(incoming.received?.start).toBe('INVITE sip:4400@10.99.99.99:5999 SIP/2.0');
    incoming.reply(486);
    await call.response(486);
    await town.record();
  });

  it('over TCP is called over the connection it registered on', async () => {
    const phone = await town.registered('4103', { transport: 'tcp' });
    const caller = await town.registered('4401');
    const call = await caller.call('4103');
    const incoming = await phone.answering();
    incoming.reply(200, {}, sdp(42_000));
    await call.response(200);
    call.ack();
    await incoming.request('ACK');
    await incoming.bye();
    await call.hungUp();
    await town.record();
  });
});

describe('a line with two phones', () => {
  it('rings the preferred one first, and the other when that is busy (RFC 3261 §16.6)', async () => {
    const [desk, mobile] = [await phoneOf('4103'), await phoneOf('4103')];
    await desk.register(0, { Contact: '*' });
    await desk.register(300, { Contact: `${desk.contact};q=0.9` });
    await mobile.register(300, { Contact: `${mobile.contact};q=0.5` });
    const caller = await town.registered('4401');
    const call = await caller.call('4103');
    const first = await desk.answering();
    expect(mobile.has(({ start }) => start.startsWith('INVITE'))).toBe(false);
    first.reply(486);
    const second = await mobile.answering();
    second.reply(486);
    expect((await call.response(486)).status).toBe(486);
  });
});

describe('a REGISTER', () => {
  it('gets its path back (RFC 3327)', async () => {
    const phone = await phoneOf('4105');
    const path = `<sip:${phone.address.address}:${phone.address.port};lr>`;
    const answer = await phone.register(300, { Path: path, Supported: 'path' });
    expect([answer.status, answer.get('Path')]).toEqual([200, path]);
  });

  it.each([
    ['an address that is none', '<sip:>'],
    ['a telephone number', '<tel:+33199004101>'],
    ['an open quote', '"a <sip:4105@127.0.0.1>'],
  ])('cannot hold %s', async (_, contact) => {
    const phone = await phoneOf('4105');
    expect((await phone.register(300, { Contact: contact })).status).toBe(400);
  });

  it('makes its phone known: OPTIONS gets 200 from then on', async () => {
    const phone = await town.registered('4102');
    expect((await phone.request('OPTIONS', `sip:${phone.realm}`)).status).toBe(200);
    expect((await phone.request('SUBSCRIBE', `sip:${phone.realm}`, { Event: 'presence' })).status).toBe(489);
    expect((await phone.request('MESSAGE', `sip:${phone.realm}`)).status).toBe(405);
  });
});
