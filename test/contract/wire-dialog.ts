/** Contract E: inside dialogs. */
import { expect, it } from 'vitest';
import { Header } from '../../src/protocol/sip/header-names.ts';
import { type Bench, back, callIn, callOut, ringIn, ringOut, within } from './wire-bench.ts';
import { offer, request, response, sip, token } from './wire-messages.ts';
import { header } from './wire-peer.ts';

// biome-ignore lint/complexity/noExcessiveLinesPerFunction: a list of tests
export function dialogs(bench: () => Bench): void {
  const methods = ['INFO', 'OPTIONS', 'MESSAGE', 'REFER', 'NOTIFY', 'SUBSCRIBE', 'UPDATE'];
  it.each(methods)('44: shows %s with the dialog id and brings the answer back', async (method) => {
    const app = await bench().app('invite');
    const peer = await bench().udp();
    const call = await callIn(bench(), app, peer);
    const more = ['Event: presence', 'Refer-To: <sip:c@127.0.0.1>', 'Subscription-State: active'];
    peer.say(within(bench(), peer, call, method, 2, { more }), bench().engine.sip);
    const shown = await app.indication(`${method} `);
    expect(shown.fields[9]).toBe(call.dialogId);
    expect(shown.fields[8]).not.toBe(call.transactionId);
    expect((await app.ask(`sip|${shown.fields[8]}|\r\n${sip('SIP/2.0 200 OK')}`)).fields[3]).toBe('OK');
    await peer.answer(200, method);
  });

  it('45: shapes an INFO of the application by its dialog', async () => {
    const app = await bench().app('invite');
    const peer = await bench().udp();
    const call = await callOut(app, peer);
    const sent = await app.ask(`sip||${call.dialogId}\r\n${sip('INFO sip:placeholder SIP/2.0', ['CSeq: 999 INFO'])}`);
    const info = await peer.hear(`INFO sip:peer@127.0.0.1:${peer.port} SIP/2.0`);
    expect(info.message.cseq?.number).toBe((call.invite.message.cseq?.number ?? 0) + 1);
    expect(info.message.has(Header.contact)).toBe(false);
    info.reply(response(info.message, { status: '200 OK' }));
    expect((await app.indication('SIP/2.0 200')).fields.slice(8, 10)).toEqual([sent.fields[10], call.dialogId]);
  });

  it('46: carries a re-INVITE of the application, accepted or refused', async () => {
    const app = await bench().app('invite');
    const peer = await bench().udp();
    const call = await callOut(app, peer);
    const contact = `Contact: <sip:peer@127.0.0.1:${peer.port}>`;
    for (const status of ['200 OK', '491 Request Pending']) {
      await app.ask(`sip||${call.dialogId}\r\n${sip('INVITE sip:placeholder SIP/2.0', [], offer)}`);
      const invite = await peer.hear('INVITE ');
      expect(invite.message.has(Header.contact)).toBe(true);
      invite.reply(response(invite.message, { status, more: [contact], body: status === '200 OK' ? offer : '' }));
      await app.indication(`SIP/2.0 ${status.slice(0, 3)}`);
      if (status === '200 OK') await app.ask(`sip||${call.dialogId}\r\n${sip('ACK sip:x SIP/2.0')}`);
      expect((await peer.hear('ACK ')).message.cseq?.number).toBe(invite.message.cseq?.number);
    }
  });

  it('47: delivers the final response of a re-INVITE that rang first (ours only)', async ({ skip }) => {
    skip(!bench().engine.embedded, 'the real server loses the 200');
    const app = await bench().app('invite');
    const peer = await bench().udp();
    const call = await callOut(app, peer);
    await app.ask(`sip||${call.dialogId}\r\n${sip('INVITE sip:placeholder SIP/2.0', [], offer)}`);
    const invite = await peer.hear('INVITE ');
    for (const status of ['180 Ringing', '200 OK']) {
      invite.reply(response(invite.message, { status, more: [`Contact: <sip:peer@127.0.0.1:${peer.port}>`] }));
      await app.indication(`SIP/2.0 ${status.slice(0, 3)}`);
    }
  });

  it('48: shows a re-INVITE of the peer while ours is pending', async () => {
    const app = await bench().app('invite');
    const peer = await bench().udp();
    const call = await callIn(bench(), app, peer);
    await app.ask(`sip||${call.dialogId}\r\n${sip('INVITE sip:placeholder SIP/2.0', [], offer)}`);
    await peer.hear('INVITE ');
    peer.say(within(bench(), peer, call, 'INVITE', 2, { body: offer }), bench().engine.sip);
    const shown = await app.indication('INVITE ');
    expect(shown.fields[9]).toBe(call.dialogId);
    await app.ask(`sip|${shown.fields[8]}|\r\n${sip('SIP/2.0 491 Request Pending')}`);
    await peer.answer(491, 'INVITE');
  });

  it('49: refuses a re-INVITE without Contact, and timers that are too short', async () => {
    const app = await bench().app('invite');
    const peer = await bench().udp();
    const call = await callIn(bench(), app, peer);
    peer.say(within(bench(), peer, call, 'INVITE', 2, { contact: null, body: offer }), bench().engine.sip);
    await peer.answer(400, 'INVITE');
    const more = ['Session-Expires: 30'];
    for (const [method, cseq] of [
      ['INVITE', 3],
      ['UPDATE', 4],
    ] as const) {
      peer.say(within(bench(), peer, call, method, cseq, { more }), bench().engine.sip);
      expect(header(await peer.answer(422, method), 'minSe')).toBe('90');
    }
    await app.settle();
    expect(app.inbox.left).toEqual([]);
  });

  it('50: cancels a pending re-INVITE before it says BYE', async () => {
    const app = await bench().app('invite');
    const peer = await bench().udp();
    const call = await callIn(bench(), app, peer);
    await app.ask(`sip||${call.dialogId}\r\n${sip('INVITE sip:placeholder SIP/2.0', [], offer)}`);
    const invite = await peer.hear('INVITE ');
    invite.reply(response(invite.message, { status: '100 Trying' }));
    invite.reply(response(invite.message, { status: '180 Ringing' }));
    if (bench().engine.embedded) await app.indication('SIP/2.0 180');
    await app.ask(`sip||${call.dialogId}\r\n${sip('BYE sip:x SIP/2.0')}`);
    await peer.hear('CANCEL ');
    const bye = await peer.hear('BYE ');
    bye.reply(response(bye.message, { status: '200 OK' }));
    const ok = await app.inbox.next(({ message }) => message?.status === 200 && message.cseq?.method === 'BYE');
    expect(ok.fields[9]).toBe(call.dialogId);
  });

  it('51: forgets the dialog on the peer’s BYE, the answer still goes out', async () => {
    const app = await bench().app('invite');
    const peer = await bench().udp();
    const call = await callIn(bench(), app, peer);
    peer.say(within(bench(), peer, call, 'BYE', 2), bench().engine.sip);
    const shown = await app.indication('BYE ');
    expect(shown.fields[9]).toBe(call.dialogId);
    const late = await app.ask(`sip||${call.dialogId}\r\n${sip('INFO sip:x SIP/2.0')}`);
    expect(late.fields.slice(3)).toEqual(['NOK', 'Server error: unable to find dialog for dialog id provided']);
    const answer = await app.ask(`sip|${shown.fields[8]}|\r\n${sip('SIP/2.0 200 OK')}`);
    expect(answer.fields[11]).toBe('');
    await peer.answer(200, 'BYE');
  });

  it('52: answers a BYE itself that the application ignores', async () => {
    const app = await bench().app('invite');
    const peer = await bench().udp();
    const call = await callIn(bench(), app, peer);
    peer.say(within(bench(), peer, call, 'BYE', 2), bench().engine.sip);
    const shown = await app.indication('BYE ');
    const patience = bench().engine.transactionMs * 1.5 + 3000;
    await peer.hear('SIP/2.0 500', patience);
    const late = await app.ask(`sip|${shown.fields[8]}|\r\n${sip('SIP/2.0 200 OK')}`);
    expect(late.fields[3]).toBe('NOK');
  }, 120_000);

  it('53: follows the recorded route', async () => {
    const app = await bench().app('invite');
    const [peer, proxy] = [await bench().udp(), await bench().udp()];
    const routes = [`<sip:127.0.0.1:${proxy.port};lr>`, '<sip:192.0.2.9;lr>'];
    const call = await callIn(
      bench(),
      app,
      peer,
      routes.map((route) => `Record-Route: ${route}`),
    );
    await app.ask(`sip||${call.dialogId}\r\n${sip('INFO sip:x SIP/2.0')}`);
    const info = await proxy.hear(`INFO sip:peer@127.0.0.1:${peer.port} `);
    expect(info.message.all(Header.route).join(', ')).toBe(routes.join(', '));
  });

  it('54: sends to where a foreign Contact came from, in both directions', async () => {
    const app = await bench().app('invite');
    const peer = await bench().udp();
    const foreign = '<sip:phone@192.0.2.50:5060>';
    const call = await ringIn(bench(), app, peer, [], foreign);
    await app.ask(`sip|${call.transactionId}|\r\n${sip('SIP/2.0 200 OK', [], offer)}`);
    await peer.answer(200, 'INVITE');
    await app.ask(`sip||${call.dialogId}\r\n${sip('INFO sip:x SIP/2.0')}`);
    await peer.hear('INFO sip:phone@192.0.2.50:5060 ');
    const out = await ringOut(app, peer);
    out.invite.reply(response(out.invite.message, { status: '200 OK', toTag: 'b', more: [`Contact: ${foreign}`] }));
    await app.indication('SIP/2.0 200');
    await app.ask(`sip||${out.dialogId}\r\n${sip('ACK sip:x SIP/2.0')}`);
    await peer.hear('ACK sip:phone@192.0.2.50:5060 ');
  });

  it('55: keeps a subscription until it is terminated', async () => {
    const app = await bench().app('subscribe');
    const peer = await bench().udp();
    const [callId, fromTag] = [token(), token()];
    const asked = {
      method: 'SUBSCRIBE',
      to: bench().engine.sip,
      from: peer,
      callId,
      fromTag,
      more: ['Event: presence'],
    };
    peer.say(request(asked), bench().engine.sip);
    const shown = await app.indication('SUBSCRIBE ');
    const lines = ['Expires: 60'];
    const accepted = await app.ask(`sip|${shown.fields[8]}|\r\n${sip('SIP/2.0 202 Accepted', lines)}`);
    const dialogId = accepted.fields[11] ?? '';
    expect(dialogId).toBe(`${callId};from-tag=${fromTag}`);
    const toTag = (await peer.answer(202, 'SUBSCRIBE')).message.to?.params.get('tag') ?? '';
    const notify = (state: string): ReturnType<typeof app.ask> =>
      app.ask(
        `sip||${dialogId}\r\n${sip('NOTIFY sip:x SIP/2.0', ['Event: presence', `Subscription-State: ${state}`])}`,
      );
    await notify('active;expires=60');
    const first = await peer.hear('NOTIFY ');
    first.reply(response(first.message, { status: '200 OK' }));
    peer.say(
      within(bench(), peer, { callId, fromTag, toTag }, 'SUBSCRIBE', 2, { more: ['Event: presence'] }),
      bench().engine.sip,
    );
    expect((await app.indication('SUBSCRIBE ')).fields[9]).toBe(dialogId);
    await notify('terminated;reason=timeout');
    const last = await peer.hear('NOTIFY ');
    last.reply(response(last.message, { status: '200 OK' }));
    for (let i = 0; i < 2; i += 1) await app.indication('SIP/2.0 200');
    expect((await notify('active')).fields[4]).toContain('unable to find dialog');
  });

  it('55a: a terminated NOTIFY leaves an INVITE dialog alone', async () => {
    const app = await bench().app('invite');
    const peer = await bench().udp();
    const call = await callIn(bench(), app, peer);
    const lines = ['Event: refer', 'Subscription-State: terminated;reason=noresource'];
    await app.ask(`sip||${call.dialogId}\r\n${sip('NOTIFY sip:x SIP/2.0', lines)}`);
    expect((await app.ask(`sip||${call.dialogId}\r\n${sip('INFO sip:x SIP/2.0')}`)).fields[3]).toBe('OK');
  });

  it('56: carries PRACK for a reliable 183 and absorbs its copy', async () => {
    const app = await bench().app('invite');
    const peer = await bench().udp();
    const { invite, dialogId } = await ringOut(app, peer, ['Supported: 100rel']);
    const more = ['Require: 100rel', 'RSeq: 7', `Contact: <sip:peer@127.0.0.1:${peer.port}>`];
    const reliable = response(invite.message, { status: '183 Session Progress', toTag: 'b', more, body: offer });
    invite.reply(reliable);
    expect((await app.indication('SIP/2.0 183')).fields[9]).toBe(dialogId);
    const rack = `RAck: 7 ${header(invite, 'cseq')}`;
    await app.ask(`sip||${dialogId}\r\n${sip('PRACK sip:x SIP/2.0', [rack])}`);
    const prack = await peer.hear('PRACK ');
    expect(header(prack, 'rack')).toBe(rack.slice(6));
    invite.reply(reliable);
    prack.reply(response(prack.message, { status: '200 OK' }));
    expect((await app.indication('SIP/2.0 200')).message?.cseq?.method).toBe('PRACK');
    await app.settle();
    expect(app.inbox.left).toEqual([]);
  });

  it('57: makes a provisional reliable and holds the 200 until its PRACK', async () => {
    const app = await bench().app('invite');
    const peer = await bench().udp();
    const call = await ringIn(bench(), app, peer, ['Supported: 100rel']);
    await app.ask(`sip|${call.transactionId}|\r\n${sip('SIP/2.0 183 Session Progress', ['Require: 100rel'], offer)}`);
    const progress = await peer.answer(183, 'INVITE');
    expect(header(progress, 'rseq')).toMatch(/^\d+$/);
    expect(header(progress, 'contact')).not.toBe('');
    const held = await app.ask(`sip|${call.transactionId}|\r\n${sip('SIP/2.0 200 OK', [], offer)}`);
    expect(held.fields[3]).toBe('OK');
    if (bench().engine.embedded) expect(held.sip).toMatch(/^SIP\/2\.0 200 /);
    await peer.answer(183, 'INVITE');
    expect(peer.unheard).toEqual([]);
    const toTag = progress.message.to?.params.get('tag') ?? '';
    const more = [`RAck: ${header(progress, 'rseq')} 1 INVITE`];
    peer.say(within(bench(), peer, { ...call, toTag }, 'PRACK', 2, { more }), bench().engine.sip);
    const prack = await app.indication('PRACK ');
    expect(prack.fields[9]).toBe(call.dialogId);
    await peer.answer(200, 'INVITE');
    await app.ask(`sip|${prack.fields[8]}|\r\n${sip('SIP/2.0 200 OK')}`);
    await peer.answer(200, 'PRACK');
  });

  it('57a: ends an INVITE whose reliable 180 nobody acknowledges', async () => {
    const app = await bench().app('invite');
    const peer = await bench().udp();
    const call = await ringIn(bench(), app, peer, ['Require: 100rel']);
    await app.ask(`sip|${call.transactionId}|\r\n${sip('SIP/2.0 180 Ringing')}`);
    const ringing = await peer.answer(180, 'INVITE');
    expect([header(ringing, 'rseq'), header(ringing, 'require')]).toEqual([expect.stringMatching(/\d/), '100rel']);
    await peer.hear('SIP/2.0 503', bench().engine.transactionMs * 1.5 + 3000);
  }, 120_000);

  it('58: refuses a reliable provisional the caller does not know', async () => {
    const app = await bench().app('invite');
    const peer = await bench().udp();
    const call = await ringIn(bench(), app, peer);
    const refused = await app.ask(`sip|${call.transactionId}|\r\n${sip('SIP/2.0 183 Progress', ['Require: 100rel'])}`);
    expect(refused.fields.slice(3)).toEqual(['NOK', 'Remote endpoint does not support 100rel']);
    expect((await app.ask(`sip|${call.transactionId}|\r\n${sip('SIP/2.0 180 Ringing')}`)).fields[3]).toBe('OK');
    await peer.answer(180, 'INVITE');
  });

  it('59: takes one UPDATE in an early dialog, and no BYE', async () => {
    const app = await bench().app('invite');
    const peer = await bench().udp();
    const ringing = await ringOut(app, peer);
    const call = { ...ringing, toTag: token() };
    const more = [`Contact: <sip:peer@127.0.0.1:${peer.port}>`];
    call.invite.reply(response(call.invite.message, { status: '183 Session Progress', toTag: call.toTag, more }));
    await app.indication('SIP/2.0 183');
    peer.say(back(bench(), peer, call, 'UPDATE'), bench().engine.sip);
    expect((await app.indication('UPDATE ')).fields[9]).toBe(call.dialogId);
    peer.say(back(bench(), peer, call, 'UPDATE'), bench().engine.sip);
    await peer.answer(500, 'UPDATE');
    peer.say(back(bench(), peer, call, 'BYE'), bench().engine.sip);
    await peer.answer(481, 'BYE');
  });
}
