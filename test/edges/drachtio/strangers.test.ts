import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LiveExchange, passwordOf, startExchange } from '../../support/live-exchange.ts';
import { liveTown } from '../../support/live-town.ts';
import { until } from '../../support/net.ts';
import type { Message, Phone } from '../../support/phone.ts';
import { isEmbedded } from '../../support/signalling.ts';

let town: LiveExchange;
let alice: Phone;

beforeAll(async () => {
  town = await startExchange(() => liveTown());
  alice = await town.registered('4101');
});

afterAll(async () => {
  await town.stop();
  expect(town.trouble).toEqual([]);
});

/** A call was refused for this. */
const recorded = (why: string): Promise<unknown> =>
  until(`a call was refused as ${why}`, () =>
    town.records.some(({ outcome }) => outcome.is === 'refused' && outcome.why === why),
  );

const shape = (answer: Message): unknown => [answer.start, answer.headers.map(([name]) => name)];

describe('a stranger', () => {
  it('gets a challenge for a call, in each algorithm, and no word about us', async () => {
    const stranger = await town.phone({ user: '4101' });
    const call = await stranger.call('4102');
    const asked = await call.response(407);
    const challenges = asked.all('Proxy-Authenticate');
    expect(challenges.map((one) => /algorithm=([\w-]+)/.exec(one)?.[1])).toEqual(['SHA-256', 'MD5']);
    expect(challenges.every((one) => one.includes('qop="auth"') && one.includes('opaque='))).toBe(true);
    expect(asked.get('Server')).toBeUndefined();
    expect(town.records).toEqual([]);
  });

  it('cannot tell an unknown account from a wrong password', async () => {
    const wrong = await town.phone({ user: '4101', password: 'guessed' });
    const unknown = await town.phone({ user: '4777', password: 'guessed' });
    expect(shape(await wrong.register())).toEqual(shape(await unknown.register()));
    const [a, b] = [await wrong.call('4102'), await unknown.call('4102')];
    expect(shape(await a.response(407))).toEqual(shape(await b.response(407)));
  });

  // A drachtio-server drops a REFER outside a dialog without a word.
  const refer = isEmbedded ? ['REFER'] : [];
  it.each(['OPTIONS', 'MESSAGE', 'SUBSCRIBE', 'PUBLISH', 'NOTIFY', 'INFO', ...refer])(
    'gets 403 for %s',
    async (method) => {
      const stranger = await town.phone({ user: '4101' });
      const answer = await stranger.request(method, 'sip:4101@127.0.0.1', { Event: 'presence' });
      expect([answer.status, answer.get('Allow')]).toEqual([403, undefined]);
    },
  );
});

describe('a proof', () => {
  it('is good once: the same answer again is asked anew', async () => {
    const phone = await town.phone({ user: '4102', password: passwordOf('4102') });
    const asked = await phone.request('REGISTER', `sip:${phone.realm}`, { To: `<sip:4102@${phone.realm}>` });
    expect(asked.status).toBe(200);
    const sniffer = await town.phone({ user: '4102' });
    const first = await sniffer.request('REGISTER', `sip:${phone.realm}`, { To: `<sip:4102@${phone.realm}>` });
    const proof = phone.proof(first, 'REGISTER', `sip:${phone.realm}`) ?? {};
    const send = () => sniffer.request('REGISTER', `sip:${phone.realm}`, { To: `<sip:4102@${phone.realm}>`, ...proof });
    expect((await send()).status).toBe(200);
    const again = await send();
    expect([again.status, again.get('WWW-Authenticate')]).toEqual([401, expect.stringContaining('stale=true')]);
  });

  it('of one method or number is none for another', async () => {
    const phone = await town.phone({ user: '4102', password: passwordOf('4102') });
    const plain = await town.phone({ user: '4102' });
    const uri = `sip:4101@${phone.realm}`;
    const asked = await plain.request('INVITE', uri);
    const proof = phone.proof(asked, 'INVITE', uri) ?? {};
    const elsewhere = await plain.request('INVITE', `sip:00639980123@${phone.realm}`, proof);
    expect(elsewhere.status).toBe(407);
    const invalid = await plain.request('REGISTER', uri, {
      To: `<${uri}>`,
      Authorization: proof['Proxy-Authorization'] ?? '',
    });
    expect(invalid.status).toBe(401);
  });

  it('works with SHA-256 (RFC 8760)', async () => {
    const phone = await town.phone({ user: '4102', password: passwordOf('4102'), algorithm: 'SHA-256' });
    expect((await phone.register()).status).toBe(200);
  });

  it('of one account does not let a phone call under another name', async () => {
    const call = await alice.call('4102', { From: `<sip:4000@${alice.realm}>;tag={tag}` });
    await call.response(403);
    await recorded('false-name');
  });

  it('of one account does not register another', async () => {
    const answer = await alice.register(300, { To: `<sip:4000@${alice.realm}>` });
    expect(answer.status).toBe(403);
  });
});

describe('a request that cannot be served', () => {
  it('is refused when the offer is no session description, and told what would do', async () => {
    const call = await alice.call('4102', { 'Content-Type': 'application/isup' }, 'anything');
    const refused = await call.response((one) => one >= 400);
    expect([refused.status, refused.get('Accept')]).toEqual([415, 'application/sdp']);
  });

  it('is refused when it requires what we do not know', async () => {
    const call = await alice.call('4102', { Require: 'precondition' });
    const refused = await call.response((one) => one >= 400);
    expect([refused.status, refused.get('Unsupported')]).toEqual([420, 'precondition']);
    await recorded('unknown-extension');
  });

  it('is refused when its description is too large for the engine', async () => {
    const call = await alice.call('4102', {}, `v=0\r\n${'a=x\r\n'.repeat(1_500)}`);
    await call.response(413);
    await recorded('too-large');
  });

  it('may dial anything: what is no number is refused as such', async () => {
    const call = await alice.call('%0d%0aX-Evil:%201');
    await call.response(484);
    await recorded('malformed');
  });

  it('for a dialog that we do not know gets 481', async () => {
    const answer = await alice.request('INVITE', `sip:4102@${alice.realm}`, {
      To: `<sip:4102@${alice.realm}>;tag=gone`,
    });
    expect(answer.status).toBe(481);
  });
});
