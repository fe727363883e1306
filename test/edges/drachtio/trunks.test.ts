import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type LiveExchange, passwordOf, startExchange } from '../../support/live-exchange.ts';
import { liveTown } from '../../support/live-town.ts';
import { until } from '../../support/net.ts';
import { type Dialog, type Message, type Phone, sdp } from '../../support/phone.ts';

let town: LiveExchange;
let alice: Phone;
let operator: Phone;
let second: Phone;
let ipbx: Phone;

beforeAll(async () => {
  town = await startExchange(() => liveTown());
  alice = await town.registered('4101');
});

beforeEach(async () => {
  operator = await town.phone({ user: 'operator' });
  second = await town.phone({ user: 'operator' });
  ipbx = await town.phone({ user: '7010' });
  town.swap(liveTown({ operator: { peers: [operator.address, second.address] }, ipbx: { peers: [ipbx.address] } }));
});

afterAll(async () => {
  await town.stop();
  expect(town.trouble).toEqual([]);
  expect(town.exchange.seats.calls).toBe(0);
});

async function finish(from: Dialog, to: Dialog): Promise<void> {
  to.reply(200, {}, sdp(42_000));
  await from.response(200);
  from.ack();
  await to.request('ACK');
  expect((await from.bye()).status).toBe(200);
  await to.hungUp();
}

/** A challenge of the operator's. */
function asks(status: 401 | 407, nonce: string, more = ''): Record<string, string> {
  const name = status === 407 ? 'Proxy-Authenticate' : 'WWW-Authenticate';
  return { [name]: `Digest realm="carrier.example", nonce="${nonce}", qop="auth", algorithm=SHA-256${more}` };
}

/** From now on we have a password for the operator. */
function operatorAsks(): void {
  const credentials = { username: 'mairie', realm: 'carrier.example', password: { env: 'TRUNK_PASSWORD' } };
  town.swap(liveTown({ operator: { peers: [operator.address], credentials } }));
}

async function talkingToAskingOperator(): Promise<{ call: Dialog; out: Dialog }> {
  operatorAsks();
  const call = await alice.call('00639980123', {}, sdp(41_000));
  (await operator.answering()).reply(407, asks(407, 'outside'));
  const out = await operator.answering();
  out.reply(200, {}, sdp(42_000));
  await call.response(200);
  call.ack();
  await out.request('ACK');
  return { call, out };
}

async function hungUp(call: Dialog, out: Dialog): Promise<void> {
  expect((await call.bye()).status).toBe(200);
  await out.hungUp();
  await town.record();
}

describe('a call that leaves on a trunk', () => {
  it('shows the line’s number in From and P-Asserted-Identity, in the trunk’s format', async () => {
    const call = await alice.call('00639980123');
    const out = await operator.answering();
    const { received } = out;
    expect(received?.start).toMatch(/^INVITE sip:\+33639980123@127\.0\.0\.1:\d+;user=phone SIP/);
    expect(received?.get('From')).toMatch(/<sip:\+33199004101@127\.0\.0\.1:\d+;user=phone>;tag=/);
    expect(received?.get('P-Asserted-Identity')).toMatch(/^<sip:\+33199004101@127\.0\.0\.1:\d+;user=phone>$/);
    expect(received?.get('Privacy')).toBeUndefined();
    await finish(call, out);
    expect(await town.record()).toMatchObject({ outcome: { is: 'answered', by: 'trunk operator target 0' } });
  });

  it('withholds the number when the caller asks for it, and tells the network alone (RFC 3325 §9)', async () => {
    const call = await alice.call('00639980123', { Privacy: 'id' });
    const out = await operator.answering();
    expect(out.received?.get('From')).toMatch(/^"Anonymous" <sip:anonymous@anonymous\.invalid>;tag=/);
    expect(out.received?.get('Privacy')).toBe('id');
    expect(out.received?.get('P-Asserted-Identity')).toContain('sip:+33199004101@');
    await finish(call, out);
    await town.record();
  });

  it('carries nothing of the caller’s own identity headers', async () => {
    const call = await alice.call('00639980123', {
      'P-Asserted-Identity': '<sip:+33123456789@evil.example>',
      'P-Preferred-Identity': '<sip:+33123456789@evil.example>',
      'Remote-Party-ID': '<sip:+33123456789@evil.example>',
      Diversion: '<sip:+33123456789@evil.example>;reason=unconditional',
      'X-Origin-Site': 'nowhere',
      Identity: 'eyJ',
      Subject: 'hello',
    });
    const out = await operator.answering();
    const told = out.received?.headers.map(([name, value]) => `${name}: ${value}`).join('\n') ?? '';
    expect(told).not.toMatch(/33123456789|X-Origin|Identity: eyJ|Subject|Remote-Party/);
    await finish(call, out);
    await town.record();
  });

  it('goes to the next target after a 503, which the caller never hears of', async () => {
    const call = await alice.call('00639980123');
    const first = await operator.answering();
    first.reply(503, { 'Retry-After': '30' });
    const out = await second.answering();
    await finish(call, out);
    expect(await town.record()).toMatchObject({
      outcome: { is: 'answered', by: 'trunk operator target 1' },
      legs: [{ sip: 503 }, { sip: 200 }],
    });
  });

  it('stops at a refusal of the number, with its cause', async () => {
    const call = await alice.call('00639980123');
    (await operator.answering()).reply(404, { Reason: 'Q.850;cause=1' });
    const refused = await call.response((status) => status >= 300);
    expect([refused.status, refused.get('Reason')]).toEqual([404, expect.stringContaining('Q.850;cause=1;')]);
    await town.record();
  });

  it('asks for help first, from a line that may dial nothing else', async () => {
    const lift = await town.registered('4104');
    const call = await lift.call('15', { Privacy: 'id' });
    const out = await operator.answering();
    expect(out.received?.get('From')).toContain('sip:+33199004000@');
    expect(out.received?.get('Privacy')).toBeUndefined();
    await finish(call, out);
    await town.record();
  });
});

describe('early media of a trunk', () => {
  it.each([
    ['inactive', 180, false],
    ['recvonly;gated', 180, false],
    ['sendrecv', 183, true],
    ['inactive, sendonly', 183, true],
    ['nonsense', 183, true],
  ])('are heard by the caller when the network means them to be: %s (RFC 5009)', async (says, status, heard) => {
    const call = await alice.call('00639980123');
    const out = await operator.answering();
    expect(out.received?.get('P-Early-Media')).toBe('supported');
    out.reply(183, { 'P-Early-Media': says }, sdp(42_000));
    const told = await call.response(status);
    expect([told.body !== '', told.get('P-Early-Media')]).toEqual([heard, undefined]);
    await finish(call, out);
    await town.record();
  });
});

describe('a target of a trunk', () => {
  it('leaves a silent target within the time the trunk allows', async () => {
    const quick = { peers: [operator.address, second.address], noReplySeconds: 0.5 };
    town.swap(liveTown({ operator: quick }));
    const call = await alice.call('00639980123');
    const silent = await operator.answering();
    const out = await second.answering();
    await finish(call, out);
    expect(await town.record()).toMatchObject({ outcome: { by: 'trunk operator target 1' } });
    // It wakes up at last: the CANCEL that was held back reaches it.
    silent.reply(180);
    const cancel = await silent.request('CANCEL');
    silent.reply(200, {}, '', cancel);
    silent.reply(487);
  });

  it('waits for a slow target that answers OPTIONS', async () => {
    // Half of it is for us to answer in, on a busy machine as well.
    const seconds = 2;
    town.swap(liveTown({ operator: { peers: [operator.address], noReplySeconds: seconds } }));
    const call = await alice.call('00639980123');
    const out = await operator.answering();
    const patience = performance.now() + seconds * 1000;
    const isOptions = ({ method }: Message) => method === 'OPTIONS';
    await until('the time of a silent target is over', async () => {
      if (operator.has(isOptions)) answerOptions(operator, await operator.take('OPTIONS', isOptions));
      return performance.now() > patience;
    });
    out.reply(180);
    await call.response(180);
    await finish(call, out);
    await town.record();
  });
});

describe('a trunk that asks for a password', () => {
  it('answers a challenge of the trunk’s realm', async () => {
    operatorAsks();
    const call = await alice.call('00639980123');
    const first = await operator.answering();
    first.reply(407, {
      'Proxy-Authenticate': 'Digest realm="carrier.example", nonce="abc", qop="auth", algorithm=SHA-256',
    });
    await first.request('ACK');
    const out = await operator.answering();
    const proof = out.received?.get('Proxy-Authorization') ?? '';
    expect(proof).toContain('username="mairie"');
    expect(proof).toContain('algorithm=SHA-256');
    expect(proof).not.toContain(passwordOf('operator'));
    expect(out.received?.get('Call-ID')).toBe(first.callId);
    expect(out.received?.get('CSeq')).not.toBe(first.received?.get('CSeq'));
    await finish(call, out);
    await town.record();
  });

  it('is answered inside the call, so that a hold gets through (RFC 3261 §22.3)', async () => {
    const { call, out } = await talkingToAskingOperator();
    call.invite({}, sdp(41_000, 'a=sendonly\r\n'));
    const first = await out.request('INVITE');
    out.reply(407, asks(407, 'inside'), '', first);
    await out.request('ACK');
    const again = await out.request('INVITE');
    expect(again.get('Proxy-Authorization')).toContain('nonce="inside"');
    expect([again.body, again.get('Content-Type')]).toEqual([first.body, 'application/sdp']);
    out.reply(200, {}, sdp(42_000, 'a=recvonly\r\n'), again);
    await call.response(200);
    call.ack();
    await out.request('ACK');
    await hungUp(call, out);
  });

  it('is answered inside the call, so that a key gets through', async () => {
    const { call, out } = await talkingToAskingOperator();
    const cseq = call.send('INFO', { 'Content-Type': 'application/dtmf-relay' }, 'Signal=5\r\nDuration=160\r\n');
    out.reply(401, asks(401, 'inside'), '', await out.request('INFO'));
    const again = await out.request('INFO');
    expect(again.get('Authorization')).toContain('nonce="inside"');
    expect(again.body).toBe('Signal=5\r\nDuration=160\r\n');
    out.reply(200, {}, '', again);
    expect((await call.answer('INFO', cseq)).status).toBe(200);
    await hungUp(call, out);
  });

  it('proves itself once more when the nonce was stale, and not when the password is not believed (RFC 7616 §3.3)', async () => {
    operatorAsks();
    const call = await alice.call('00639980123');
    (await operator.answering()).reply(407, asks(407, 'old'));
    (await operator.answering()).reply(407, asks(407, 'new', ', stale=true'));
    const third = await operator.answering();
    expect(third.received?.get('Proxy-Authorization')).toContain('nonce="new"');
    third.reply(407, asks(407, 'newest', ', stale=true'));
    await call.response((status) => status >= 400);
    expect(operator.has(({ method }) => method === 'INVITE')).toBe(false);
    expect(await town.record()).toMatchObject({ outcome: { is: 'refused' } });
  });

  it('shows no digest to a challenge of another realm', async () => {
    operatorAsks();
    const call = await alice.call('00639980123');
    (await operator.answering()).reply(401, { 'WWW-Authenticate': 'Digest realm="evil.example", nonce="abc"' });
    await call.response((status) => status >= 400);
    expect(operator.has(({ method }) => method === 'INVITE')).toBe(false);
    expect(await town.record()).toMatchObject({ outcome: { is: 'refused', why: 'trunks-failed' } });
  });
});

describe('a call that comes by a trunk', () => {
  it('rings the line whose number it is, and shows who calls', async () => {
    const call = await operator.call('+33199004101', {
      From: '<sip:+33639980123@carrier.example>;tag=a',
      'P-Asserted-Identity': '<sip:+33639980123@carrier.example>',
    });
    const incoming = await alice.answering();
    expect(incoming.received?.get('From')).toContain('<sip:0639980123@telephonie.beauvoir.example>');
    incoming.reply(486);
    await town.record();
    void call;
  });

  it('has no outside line, whatever it dials', async () => {
    const call = await operator.call('+33639980123');
    await call.response(404);
    expect(await town.record()).toMatchObject({ from: 'trunk operator', outcome: { is: 'refused' } });
  });

  it('from the IPBX reaches an extension, and the operator', async () => {
    const inside = await ipbx.call('4101');
    const incoming = await alice.answering();
    await finish(inside, incoming);
    await town.record();
    const outside = await ipbx.call('00639980123');
    const out = await operator.answering();
    await finish(outside, out);
    expect(await town.record()).toMatchObject({ from: 'trunk ipbx', outcome: { by: 'trunk operator target 0' } });
  });

  it('tells of its diversions, which leave on the other side in both spellings', async () => {
    const call = await ipbx.call('00639980123', {
      Diversion: '<sip:7011@ipbx.example>;reason=no-answer;counter=1',
    });
    const out = await operator.answering();
    expect(out.received?.get('Diversion')).toMatch(/reason=no-answer;counter=1/);
    expect(out.received?.get('History-Info')).toMatch(/index=1, .*;cause=408>;index=1\.1;mp=1$/);
    await finish(call, out);
    await town.record();
  });

  it('that has gone through too many hands is stopped (RFC 3261 §16.3)', async () => {
    const call = await ipbx.call('4101', { 'Max-Forwards': '0' });
    await call.response(483);
    expect(await town.record()).toMatchObject({ outcome: { is: 'refused', why: 'too-many-hops' } });
  });

  it('frees its channel when it ends', async () => {
    const trunk = 'operator' as Parameters<typeof town.exchange.seats.ofTrunk>[0];
    const call = await operator.call('+33199004101');
    const incoming = await alice.answering();
    expect(town.exchange.seats.ofTrunk(trunk)).toBe(1);
    await finish(call, incoming);
    await town.record();
    expect(town.exchange.seats.ofTrunk(trunk)).toBe(0);
  });
});

describe('OPTIONS', () => {
  it('from a trunk is answered with what we can do', async () => {
    const answer = await operator.request('OPTIONS', 'sip:127.0.0.1');
    expect([answer.status, answer.get('Allow')]).toEqual([200, expect.stringContaining('INVITE')]);
    expect(answer.get('Server')).toBeUndefined();
  });

  it('to a trunk tells when a target is down, and when it is back', async () => {
    const health = { everySeconds: 0.2, misses: 2 };
    const peer = await town.phone({ user: 'peer' });
    town.swap(liveTown({ backup: { peers: [peer.address], health } }));
    const trunk = 'backup' as Parameters<typeof town.exchange.health.alive>[0];
    await until('the target is down', () => town.exchange.health.alive(trunk)[0] === false);
    const answering = { on: true };
    void (async () => {
      while (answering.on) answerOptions(peer, await peer.take('OPTIONS', ({ method }) => method === 'OPTIONS'));
    })().catch(() => {});
    await until('the target is up', () => town.exchange.health.alive(trunk)[0] === true);
    answering.on = false;
    expect((town.trouble as string[]).splice(0).length).toBe(2);
  });
});

function answerOptions(phone: Phone, asked: Awaited<ReturnType<Phone['take']>>): void {
  const keep = asked.headers.filter(([name]) => /^(via|from|to|call-id|cseq)$/i.test(name));
  phone.send('SIP/2.0 200 OK', keep);
}
