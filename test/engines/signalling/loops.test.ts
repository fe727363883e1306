import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { callOut, ringIn, ringOut } from '../../contract/wire-bench.ts';
import { offer, request, response, sip, token } from '../../contract/wire-messages.ts';
import { type Running, run } from './engine-bench.ts';

// biome-ignore lint/complexity/noExcessiveLinesPerFunction: a list of tests
describe('what goes round or comes twice', () => {
  let running: Running;
  beforeEach(async () => {
    running = await run();
  });
  afterEach(async () => {
    await running.stop();
  });

  it('a request that arrives by a second path is 482 (RFC 3261 §8.2.2.2)', async () => {
    const { bench } = running;
    const app = await bench.app('invite');
    const peer = await bench.udp();
    const asked = {
      method: 'INVITE',
      to: bench.engine.sip,
      from: peer,
      callId: token(),
      fromTag: token(),
      body: offer,
    };
    peer.say(request({ ...asked, branch: 'z9hG4bKone' }), bench.engine.sip);
    await app.indication('INVITE ');
    peer.say(request({ ...asked, branch: 'z9hG4bKtwo' }), bench.engine.sip);
    await peer.answer(482, 'INVITE');
    await app.settle();
    expect(app.inbox.left).toEqual([]);
  });

  it('a second callee that answers too is acknowledged and told BYE (RFC 3261 §13.2.2.4)', async () => {
    const { bench } = running;
    const app = await bench.app();
    const peer = await bench.udp();
    const call = await callOut(app, peer);
    const more = [`Contact: <sip:second@127.0.0.1:${peer.port}>`];
    call.invite.reply(response(call.invite.message, { status: '200 OK', toTag: 'second', more, body: offer }));
    await peer.hear('ACK sip:second@');
    await peer.hear('BYE sip:second@');
    expect((await app.ask(`sip||${call.dialogId}\r\n${sip('INFO sip:x SIP/2.0')}`)).fields[3]).toBe('OK');
  });

  it('a stray response, with a Via that is not ours or none of its own, changes nothing', async () => {
    const { bench } = running;
    const app = await bench.app();
    const peer = await bench.udp();
    const { invite } = await ringOut(app, peer);
    const answer = response(invite.message, { status: '200 OK', toTag: 'b', body: offer });
    peer.say(answer.replace(/branch=\S+/, 'branch=z9hG4bKstranger'), bench.engine.sip);
    peer.say(answer.replace(/^Via:.*\r\n/m, ''), bench.engine.sip);
    peer.say(answer.replace(/^CSeq:.*$/m, 'CSeq: 1 BYE'), bench.engine.sip);
    await bench.settled(peer);
    await app.settle();
    expect(app.inbox.left).toEqual([]);
  });

  it.each(['%', '<sip:%>', '<sip:@>', 'x'])(
    'Contact: %s is refused (drachtio-server ended itself over it)',
    async (contact) => {
      const { bench } = running;
      await bench.app('invite');
      const peer = await bench.udp();
      const asked = { method: 'INVITE', to: bench.engine.sip, from: peer, callId: token(), fromTag: token(), contact };
      peer.say(request({ ...asked, body: offer }), bench.engine.sip);
      await peer.answer(400, 'INVITE');
    },
  );

  it('BYE of the caller before the answer ends the call like a CANCEL', async () => {
    const { bench } = running;
    const app = await bench.app('invite');
    const peer = await bench.udp();
    const call = await ringIn(bench, app, peer);
    await app.ask(`sip|${call.transactionId}|\r\n${sip('SIP/2.0 180 Ringing')}`);
    const toTag = (await peer.answer(180, 'INVITE')).message.to?.params.get('tag') ?? '';
    const { callId, fromTag } = call;
    const bye = { method: 'BYE', to: bench.engine.sip, from: peer, callId, fromTag, toTag, cseq: 2 };
    peer.say(request(bye), bench.engine.sip);
    await peer.answer(487, 'INVITE');
    await peer.answer(200, 'BYE');
    expect((await app.indication('CANCEL ')).fields[8]).toBe(call.transactionId);
  });

  it('a control character in what an application sends is refused', async () => {
    const { bench } = running;
    const app = await bench.app();
    const peer = await bench.udp();
    const text = sip(`OPTIONS sip:b@127.0.0.1:${peer.port} SIP/2.0`, [
      'Subject: a\rP-Asserted-Identity: <sip:chief@town>',
    ]);
    expect((await app.ask(`sip||\r\n${text}`)).fields.slice(3)).toEqual(['NOK', 'control character in a header']);
  });
});
