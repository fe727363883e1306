/** Contract C: CANCEL, both ways. */
import { expect, it } from 'vitest';
import { type Bench, callIn, ringIn, ringOut } from './wire-bench.ts';
import { offer, request, response, sip } from './wire-messages.ts';
import { header, type UdpPeer } from './wire-peer.ts';

// biome-ignore lint/complexity/noExcessiveLinesPerFunction: a list of tests
export function cancelling(bench: () => Bench): void {
  it('25: keeps a CANCEL until a provisional response has come', async () => {
    const app = await bench().app();
    const peer = await bench().udp();
    const { invite, transactionId } = await ringOut(app, peer);
    const lines = ['Reason: SIP;cause=200;text="Call completed elsewhere"', 'From: <sip:other@example.com>'];
    const answer = await app.ask(`sip|${transactionId}|\r\n${sip('CANCEL sip:x SIP/2.0', lines)}`);
    expect(answer.fields[3]).toBe('OK');
    await app.settle();
    expect(peer.unheard.filter((line) => line.startsWith('CANCEL'))).toEqual([]);
    invite.reply(response(invite.message, { status: '180 Ringing', toTag: 'b' }));
    const cancel = await peer.hear('CANCEL ');
    expect(cancel.message.cseq?.number).toBe(invite.message.cseq?.number);
    expect(header(cancel, 'reason')).toContain('Call completed elsewhere');
    expect(header(cancel, 'from')).toBe(header(invite, 'from'));
    cancel.reply(response(cancel.message, { status: '200 OK', toTag: 'b' }));
    invite.reply(response(invite.message, { status: '487 Request Terminated', toTag: 'b' }));
    expect((await app.indication('SIP/2.0 487')).fields[8]).toBe(transactionId);
    await peer.hear('ACK ');
    expect(app.inbox.left.filter(({ sip: text }) => text.startsWith('SIP/2.0 200'))).toEqual([]);
  });

  it('26: ends a call whose 200 crossed the CANCEL', async () => {
    const app = await bench().app();
    const peer = await bench().udp();
    const { invite, transactionId, dialogId } = await ringOut(app, peer);
    invite.reply(response(invite.message, { status: '180 Ringing', toTag: 'b' }));
    await app.indication('SIP/2.0 180');
    await app.ask(`sip|${transactionId}|\r\n${sip('CANCEL sip:x SIP/2.0')}`);
    const more = [`Contact: <sip:peer@127.0.0.1:${peer.port}>`];
    invite.reply(response(invite.message, { status: '200 OK', toTag: 'b', more, body: offer }));
    await app.indication('SIP/2.0 200');
    expect((await app.ask(`sip||${dialogId}\r\n${sip('ACK sip:x SIP/2.0')}`)).fields[3]).toBe('OK');
    await peer.hear('ACK ');
    expect(header(await peer.hear('BYE '), 'reason')).toContain('ACK-BYE due to cancel race condition');
    const unsolicited = await app.indication('BYE ');
    expect(unsolicited.fields.slice(8, 10)).toEqual(['unsolicited', dialogId]);
    const late = await app.ask(`sip||${dialogId}\r\n${sip('BYE sip:x SIP/2.0')}`);
    expect(late.fields[4]).toContain('unable to find dialog');
  });

  it('27: gives an INVITE up that is not ended after its CANCEL', async () => {
    const app = await bench().app();
    const peer = await bench().udp();
    const { invite, transactionId } = await ringOut(app, peer);
    invite.reply(response(invite.message, { status: '180 Ringing', toTag: 'b' }));
    await app.indication('SIP/2.0 180');
    await app.ask(`sip|${transactionId}|\r\n${sip('CANCEL sip:x SIP/2.0')}`);
    const cancel = await peer.hear('CANCEL ');
    cancel.reply(response(cancel.message, { status: '200 OK', toTag: 'b' }));
    const patience = bench().engine.transactionMs * 1.5 + 3000;
    const ended = await app.inbox.next(({ sip: text }) => text.startsWith('SIP/2.0 408'), patience);
    expect(ended.fields[8]).toBe(transactionId);
  }, 120_000);

  it('28: refuses to cancel what has ended', async () => {
    const app = await bench().app();
    const peer = await bench().udp();
    const { invite, transactionId } = await ringOut(app, peer);
    invite.reply(response(invite.message, { status: '486 Busy Here', toTag: 'b' }));
    await app.indication('SIP/2.0 486');
    const { fields } = await app.ask(`sip|${transactionId}|\r\n${sip('CANCEL sip:x SIP/2.0')}`);
    expect(fields.slice(3)).toEqual(['NOK', `unable to cancel unknown transaction id: ${transactionId}`]);
  });

  it.each([false, true])('29: ends an unanswered call its caller cancels (after a 180: %s)', async (ringing) => {
    const app = await bench().app('invite');
    const peer = await bench().udp();
    const call = await ringIn(bench(), app, peer);
    if (ringing) {
      await app.ask(`sip|${call.transactionId}|\r\n${sip('SIP/2.0 180 Ringing')}`);
      await peer.answer(180, 'INVITE');
    }
    peer.say(cancelOf(bench(), peer, call), bench().engine.sip);
    await peer.answer(200, 'CANCEL');
    await peer.answer(487, 'INVITE');
    const shown = await app.indication('CANCEL ');
    expect(shown.fields.slice(8, 10)).toEqual([call.transactionId, ringing ? call.dialogId : '']);
    const late = await app.ask(`sip|${call.transactionId}|\r\n${sip('SIP/2.0 487 Request Terminated')}`);
    expect(late.fields.slice(3)).toEqual(['NOK', 'Response not sent due to unknown transaction']);
  });

  it('30: answers a CANCEL after the 200 with 481 and leaves the call alone', async () => {
    const app = await bench().app('invite');
    const peer = await bench().udp();
    const call = await callIn(bench(), app, peer);
    peer.say(cancelOf(bench(), peer, call), bench().engine.sip);
    await peer.answer(481, 'CANCEL');
    await app.settle();
    expect(app.inbox.left).toEqual([]);
    const info = await app.ask(`sip||${call.dialogId}\r\n${sip('INFO sip:x SIP/2.0')}`);
    expect(info.fields[3]).toBe('OK');
  });
}

function cancelOf(
  bench: Bench,
  peer: UdpPeer,
  call: { readonly callId: string; readonly fromTag: string; readonly branch: string },
): string {
  const { callId, fromTag, branch } = call;
  return request({ method: 'CANCEL', to: bench.engine.sip, from: peer, callId, fromTag, branch, contact: null });
}
