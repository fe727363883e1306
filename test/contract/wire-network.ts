/** Contract D: requests from the network. */
import { expect, it } from 'vitest';
import { Header } from '../../src/protocol/sip/header-names.ts';
import { type Bench, callIn, ringIn, within } from './wire-bench.ts';
import { offer, request, sip, token } from './wire-messages.ts';
import { header } from './wire-peer.ts';

// biome-ignore lint/complexity/noExcessiveLinesPerFunction: a list of tests
export function network(bench: () => Bench): void {
  it('31: answers 100 at once, shows an INVITE once, repeats the last answer to copies', async () => {
    const app = await bench().app('invite');
    const peer = await bench().udp();
    const { sip: at } = bench().engine;
    const call = await ringIn(bench(), app, peer);
    expect(call.shown.fields.slice(2, 3)).toEqual(['network']);
    expect(call.shown.fields.slice(9, 12)).toEqual(['', at.address, `${at.port}`]);
    await app.ask(`sip|${call.transactionId}|\r\n${sip('SIP/2.0 180 Ringing')}`);
    await peer.answer(180, 'INVITE');
    peer.say(call.invite, at);
    await peer.answer(180, 'INVITE');
    await app.settle();
    expect(app.inbox.left).toEqual([]);
  });

  it('32: answers each response of the application with its text, one tag for all', async () => {
    const app = await bench().app('invite');
    const peer = await bench().udp();
    const call = await ringIn(bench(), app, peer);
    const tags = new Set<string | undefined>();
    for (const [status, body] of [
      ['180 Ringing', ''],
      ['183 Session Progress', offer],
      ['200 OK', offer],
    ] as const) {
      const answer = await app.ask(`sip|${call.transactionId}|\r\n${sip(`SIP/2.0 ${status}`, [], body)}`);
      expect(answer.fields.slice(3, 5)).toEqual(['OK', 'application']);
      expect(answer.fields.slice(7, 9)).toEqual(['127.0.0.1', `${peer.port}`]);
      expect(answer.fields.slice(10, 14)).toEqual([call.transactionId, call.dialogId, '', 'Msg sent:']);
      const heard = await peer.answer(Number(status.slice(0, 3)), 'INVITE');
      expect(heard.text).toBe(answer.sip);
      tags.add(heard.message.to?.params.get('tag'));
      if (status === '200 OK') expect(header(heard, 'contact')).toContain(`:${bench().engine.sip.port}`);
    }
    expect([...tags]).toEqual([expect.stringMatching(/.{8,}/)]);
  });

  it('33: takes the tag of the first response for all', async () => {
    const app = await bench().app('invite');
    const peer = await bench().udp();
    const call = await ringIn(bench(), app, peer);
    await app.ask(`sip|${call.transactionId}|\r\n${sip('SIP/2.0 180 Ringing', ['To: <sip:x@y>;tag=chosen'])}`);
    expect(header(await peer.answer(180, 'INVITE'), 'to')).toMatch(/;tag=chosen$/);
    await app.ask(`sip|${call.transactionId}|\r\n${sip('SIP/2.0 200 OK', [], offer)}`);
    expect(header(await peer.answer(200, 'INVITE'), 'to')).toMatch(/;tag=chosen$/);
  });

  it('34: copies Record-Route and drops what the application has no say in', async () => {
    const app = await bench().app('invite');
    const peer = await bench().udp();
    const route = `<sip:127.0.0.1:${peer.port};lr>`;
    const call = await ringIn(bench(), app, peer, [`Record-Route: ${route}`]);
    const lines = ['Via: SIP/2.0/UDP evil.example.com', 'Record-Route: <sip:evil.example.com>'];
    for (const status of ['180 Ringing', '200 OK']) {
      await app.ask(`sip|${call.transactionId}|\r\n${sip(`SIP/2.0 ${status}`, lines)}`);
      const heard = await peer.answer(Number(status.slice(0, 3)), 'INVITE');
      expect(heard.message.all(Header.recordRoute)).toEqual([route]);
      expect(heard.text).not.toContain('evil');
    }
  });

  it('35: shows the ACK with the transaction of the INVITE, after the answer about the 200', async () => {
    const app = await bench().app('invite');
    const peer = await bench().udp();
    const call = await ringIn(bench(), app, peer);
    const asked = app.send(`sip|${call.transactionId}|\r\n${sip('SIP/2.0 200 OK', [], offer)}`);
    const ok = await peer.answer(200, 'INVITE');
    const toTag = ok.message.to?.params.get('tag') ?? '';
    peer.say(within(bench(), peer, { ...call, toTag }, 'ACK', 1), bench().engine.sip);
    const order = [await app.inbox.next(() => true), await app.inbox.next(() => true)];
    expect(order.map(({ fields }) => fields[1])).toEqual(['response', 'sip']);
    expect(order[0]?.fields[2]).toBe(asked);
    expect(order[1]?.fields.slice(8, 10)).toEqual([call.transactionId, call.dialogId]);
  });

  it('36: repeats the 200 until it gives up, then ends the call', async () => {
    const app = await bench().app('invite');
    const peer = await bench().udp();
    const call = await ringIn(bench(), app, peer);
    await app.ask(`sip|${call.transactionId}|\r\n${sip('SIP/2.0 200 OK', [], offer)}`);
    for (let i = 0; i < 4; i += 1) await peer.answer(200, 'INVITE');
    const patience = bench().engine.transactionMs * 1.5 + 3000;
    expect(header(await peer.hear('BYE ', patience), 'reason')).toContain('ACK timeout');
    expect((await app.indication('BYE ')).fields.slice(8, 10)).toEqual(['unsolicited', call.dialogId]);
  }, 120_000);

  it('37: says 503 when no application wants a method', async () => {
    const peer = await bench().udp();
    await bench().app('register');
    for (const method of ['INVITE', 'OPTIONS']) {
      const asked = { method, to: bench().engine.sip, from: peer, callId: token(), fromTag: token() };
      peer.say(request(asked), bench().engine.sip);
      await peer.answer(503, method);
    }
  });

  it.each(['INVITE', 'BYE', 'UPDATE', 'CANCEL'])('38: says 481 to %s that belongs to nothing', async (method) => {
    const app = await bench().app('invite');
    const peer = await bench().udp();
    const call = { callId: token(), fromTag: token(), toTag: 'unknown' };
    peer.say(within(bench(), peer, call, 'ACK', 1), bench().engine.sip);
    peer.say(within(bench(), peer, call, method, 1), bench().engine.sip);
    await peer.answer(481, method);
    await app.settle();
    expect(app.inbox.left).toEqual([]);
    expect(peer.unheard.filter((line) => !line.startsWith('SIP/2.0 100'))).toEqual([]);
  });

  it.each(['INFO', 'NOTIFY', 'OPTIONS', 'MESSAGE', 'SUBSCRIBE'])(
    '39: shows %s of an unknown dialog as a new request',
    async (method) => {
      const app = await bench().app(method.toLowerCase());
      const peer = await bench().udp();
      const call = { callId: token(), fromTag: token(), toTag: 'unknown' };
      peer.say(within(bench(), peer, call, method, 1, { more: ['Event: presence'] }), bench().engine.sip);
      const shown = await app.indication(`${method} `);
      expect(shown.fields[9]).toBe('');
      await app.ask(`sip|${shown.fields[8]}|\r\n${sip('SIP/2.0 200 OK')}`);
      await peer.answer(200, method);
    },
  );

  const spoiled: [string, number, (text: string) => string][] = [
    ['without To', 400, (text) => text.replace(/^To:.*\r\n/m, '')],
    ['with a broken From', 400, (text) => text.replace(/^From:.*$/m, 'From: "open <sip:a@b>;tag=1')],
    ['whose CSeq names another method', 400, (text) => text.replace(/^CSeq:.*$/m, 'CSeq: 1 OPTIONS')],
    ['that unregisters * after a while', 400, (text) => text.replace(/^Contact:.*$/m, 'Contact: *\r\nExpires: 60')],
    ['of SIP/3.0', 505, (text) => text.replace(' SIP/2.0\r\n', ' SIP/3.0\r\n')],
  ];
  it.each(spoiled)('40: refuses a REGISTER %s with %i', async (_, status, spoil) => {
    const app = await bench().app('register');
    const peer = await bench().udp();
    const asked = { method: 'REGISTER', to: bench().engine.sip, from: peer, callId: token(), fromTag: token() };
    peer.say(spoil(request(asked)), bench().engine.sip);
    await peer.inbox.next(({ message }) => message.status === status);
    await app.settle();
    expect(app.inbox.left).toEqual([]);
  });

  it('41: answers to where a request came from, whatever its Via says', async () => {
    const app = await bench().app('options');
    const peer = await bench().udp();
    const via = 'SIP/2.0/UDP 192.0.2.99:5999';
    const asked = { method: 'OPTIONS', to: bench().engine.sip, from: peer, callId: token(), fromTag: token(), via };
    peer.say(request(asked), bench().engine.sip);
    const shown = await app.indication('OPTIONS ');
    await app.ask(`sip|${shown.fields[8]}|\r\n${sip('SIP/2.0 200 OK')}`);
    const answer = await peer.answer(200, 'OPTIONS');
    expect(answer.message.via?.params.get('received')).toBe('127.0.0.1');
    expect(answer.message.via?.params.get('rport')).toBe(`${peer.port}`);
  });

  it('42: refuses a second answer', async () => {
    const app = await bench().app('options');
    const peer = await bench().udp();
    const asked = { method: 'OPTIONS', to: bench().engine.sip, from: peer, callId: token(), fromTag: token() };
    peer.say(request(asked), bench().engine.sip);
    const id = (await app.indication('OPTIONS ')).fields[8];
    await app.ask(`sip|${id}|\r\n${sip('SIP/2.0 200 OK')}`);
    const second = await app.ask(`sip|${id}|\r\n${sip('SIP/2.0 404 Not Found')}`);
    expect(second.fields.slice(3)).toEqual(['NOK', 'Response not sent due to unknown transaction']);
  });

  it('43: passes the Contact of a registration through, and says where it came from', async () => {
    const app = await bench().app('register');
    const peer = await bench().udp();
    const asked = { method: 'REGISTER', to: bench().engine.sip, from: peer, callId: token(), fromTag: token() };
    peer.say(request(asked), bench().engine.sip);
    const shown = await app.indication('REGISTER ');
    expect(shown.fields.slice(4, 7)).toEqual(['udp', '127.0.0.1', `${peer.port}`]);
    const contact = `<sip:peer@127.0.0.1:${peer.port}>;expires=60`;
    await app.ask(`sip|${shown.fields[8]}|\r\n${sip('SIP/2.0 200 OK', [`Contact: ${contact}`])}`);
    expect((await peer.answer(200, 'REGISTER')).message.all(Header.contact)).toEqual([contact]);
  });

  it('43a: answers 400 to an INVITE without Contact (ours only)', async ({ skip }) => {
    skip(!bench().engine.embedded, 'the real server lets it through');
    await bench().app('invite');
    const peer = await bench().udp();
    const asked = { method: 'INVITE', to: bench().engine.sip, from: peer, callId: token(), fromTag: token() };
    peer.say(request({ ...asked, contact: null, body: offer }), bench().engine.sip);
    await peer.answer(400, 'INVITE');
  });

  it('43b: says 501 to a method nobody knows (ours only)', async ({ skip }) => {
    skip(!bench().engine.embedded, 'the real server is silent');
    const peer = await bench().udp();
    const asked = { method: 'NONSENSE', to: bench().engine.sip, from: peer, callId: token(), fromTag: token() };
    peer.say(request(asked), bench().engine.sip);
    expect(header(await peer.answer(501, 'NONSENSE'), 'allow')).toContain('INVITE');
  });

  it('43c: a stranger cancels nothing (ours only)', async ({ skip }) => {
    skip(!bench().engine.embedded, 'not asked of the real server');
    const app = await bench().app('invite');
    const peer = await bench().udp();
    const stranger = await bench().udp('127.0.0.2');
    const call = await ringIn(bench(), app, peer);
    const cancel = request({ method: 'CANCEL', to: bench().engine.sip, from: peer, ...call, contact: null });
    stranger.say(cancel, bench().engine.sip);
    await stranger.answer(481, 'CANCEL');
    const answer = await app.ask(`sip|${call.transactionId}|\r\n${sip('SIP/2.0 200 OK', [], offer)}`);
    expect(answer.fields[3]).toBe('OK');
  });

  it('43d: absorbs a retransmitted ACK (ours only)', async ({ skip }) => {
    skip(!bench().engine.embedded, 'the real server shows it again');
    const app = await bench().app('invite');
    const peer = await bench().udp();
    const call = await callIn(bench(), app, peer);
    peer.say(within(bench(), peer, call, 'ACK', 1), bench().engine.sip);
    await bench().settled(peer);
    await app.settle();
    expect(app.inbox.left).toEqual([]);
  });
}
