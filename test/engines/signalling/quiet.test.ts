import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { App } from '../../contract/wire-app.ts';
import { ringIn, within } from '../../contract/wire-bench.ts';
import { offer, response, sip } from '../../contract/wire-messages.ts';
import { type Running, run } from './engine-bench.ts';

/** A frame under a name of our own. */
function say(app: App, id: string, text: string): void {
  const frame = `${id}|${text}`;
  app.raw(`${frame.length}#${frame}`);
}

let running: Running;
beforeEach(async () => {
  running = await run();
});
afterEach(async () => {
  await running.stop();
});

describe('an application whose frames begin with ! ', () => {
  it('hears nothing of a request but its responses, under the frame’s own name', async () => {
    const app = await running.bench.app();
    const peer = await running.bench.udp();
    say(app, '!a1', `sip||\r\n${sip(`OPTIONS sip:b@127.0.0.1:${peer.port} SIP/2.0`)}`);
    const heard = await peer.hear('OPTIONS ');
    heard.reply(response(heard.message, { status: '200 OK', toTag: 'b' }));
    expect((await app.indication('SIP/2.0 200')).fields[8]).toBe('!a1');
    await app.settle();
    expect(app.inbox.left).toEqual([]);
  });

  it('can cancel by that name at once', async () => {
    const app = await running.bench.app();
    const peer = await running.bench.udp();
    say(app, '!a1', `sip||\r\n${sip(`INVITE sip:b@127.0.0.1:${peer.port} SIP/2.0`, [], offer)}`);
    say(app, '!a2', `sip|!a1|\r\n${sip(`CANCEL sip:b@127.0.0.1:${peer.port} SIP/2.0`)}`);
    const invite = await peer.hear('INVITE ');
    invite.reply(response(invite.message, { status: '180 Ringing', toTag: 'b' }));
    const cancel = await peer.hear('CANCEL ');
    expect(cancel.message.via?.branch).toBe(invite.message.via?.branch);
    cancel.reply(response(cancel.message, { status: '200 OK', toTag: 'b' }));
    invite.reply(response(invite.message, { status: '487 Request Terminated', toTag: 'b' }));
    expect((await app.indication('SIP/2.0 487')).fields[8]).toBe('!a1');
  });

  it('is told at once what is refused', async () => {
    const app = await running.bench.app();
    say(app, '!a1', `sip||no-such-dialog\r\n${sip('BYE sip:placeholder SIP/2.0')}`);
    const refused = await app.inbox.next((frame) => frame.fields[2] === '!a1');
    expect(refused.fields[3]).toBe('NOK');
  });

  it('hears that its 200 went out before it hears of the ACK', async () => {
    const app = await running.bench.app('invite');
    const peer = await running.bench.udp();
    const ringing = await ringIn(running.bench, app, peer);
    say(app, '!a1', `sip|${ringing.transactionId}|\r\n${sip('SIP/2.0 180 Ringing')}`);
    await peer.answer(180, 'INVITE');
    say(app, '!a2', `sip|${ringing.transactionId}|\r\n${sip('SIP/2.0 200 OK', [], offer)}`);
    const ok = await peer.answer(200, 'INVITE');
    const toTag = ok.message.to?.params.get('tag') ?? '';
    peer.say(within(running.bench, peer, { ...ringing, toTag }, 'ACK', 1), running.bench.engine.sip);
    const heard = await app.inbox.next(() => true);
    expect(heard.fields.slice(1)).toEqual(['response', '!a2', 'OK']);
    expect((await app.inbox.next(() => true)).sip).toMatch(/^ACK /);
  });
});

describe('what such an application does not wait for', () => {
  it('is an ACK that says nothing: it comes with the next frame, in its order', async () => {
    const app = await running.bench.app('invite');
    const peer = await running.bench.udp();
    const ringing = await ringIn(running.bench, app, peer);
    say(app, '!a1', `sip|${ringing.transactionId}|\r\n${sip('SIP/2.0 200 OK', [], offer)}`);
    const ok = await peer.answer(200, 'INVITE');
    const toTag = ok.message.to?.params.get('tag') ?? '';
    peer.say(within(running.bench, peer, { ...ringing, toTag }, 'ACK', 1), running.bench.engine.sip);
    peer.say(within(running.bench, peer, { ...ringing, toTag }, 'BYE', 2), running.bench.engine.sip);
    expect((await app.inbox.next(() => true)).fields.slice(1)).toEqual(['response', '!a1', 'OK']);
    expect((await app.inbox.next(() => true)).sip).toMatch(/^ACK /);
    expect((await app.inbox.next(() => true)).sip).toMatch(/^BYE /);
  });

  it('is the answer to its BYE: it comes by itself when nothing else does', async () => {
    const app = await running.bench.app('invite');
    const peer = await running.bench.udp();
    const ringing = await ringIn(running.bench, app, peer);
    say(app, '!a1', `sip|${ringing.transactionId}|\r\n${sip('SIP/2.0 200 OK', [], offer)}`);
    const ok = await peer.answer(200, 'INVITE');
    const toTag = ok.message.to?.params.get('tag') ?? '';
    peer.say(within(running.bench, peer, { ...ringing, toTag }, 'ACK', 1), running.bench.engine.sip);
    const { fields } = await app.inbox.next((frame) => frame.sip?.startsWith('ACK ') === true);
    say(app, '!a2', `sip||${fields[9]}\r\n${sip('BYE sip:placeholder SIP/2.0')}`);
    const bye = await peer.hear('BYE ');
    bye.reply(response(bye.message, { status: '200 OK' }));
    expect((await app.indication('SIP/2.0 200')).fields[8]).toBe('!a2');
  });
});
