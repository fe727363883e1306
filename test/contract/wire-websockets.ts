import { expect, it } from 'vitest';
import type { App } from './wire-app.ts';
import { type Bench, header } from './wire-bench.ts';
import { offer, request, response, sip, token } from './wire-messages.ts';
import type { WebPeer } from './wire-peer.ts';

const contactOf = (phone: WebPeer): string => `sip:phone@${phone.host};transport=ws`;

async function registered(bench: Bench, app: App): Promise<WebPeer> {
  const phone = await bench.web();
  const contact = `<${contactOf(phone)}>;expires=60`;
  const to = bench.engine.web ?? bench.engine.sip;
  phone.say(request({ method: 'REGISTER', to, from: phone, callId: token(), fromTag: token(), contact }));
  const shown = await app.indication('REGISTER ');
  await app.ask(`sip|${shown.fields[8]}|\r\n${sip('SIP/2.0 200 OK', [`Contact: ${contact}`])}`);
  await phone.answer(200, 'REGISTER');
  return phone;
}

/** Section H: browsers' phones, which are reached by the connection they made and by nothing else (RFC 7118). */
export function websockets(bench: () => Bench): void {
  it('68: shows a WebSocket as tcp, and where the REGISTER came from', async ({ skip }) => {
    skip(bench().engine.web === undefined, 'takes no WebSockets');
    const app = await bench().app('register');
    const phone = await bench().web();
    const to = bench().engine.web ?? bench().engine.sip;
    phone.say(request({ method: 'REGISTER', to, from: phone, callId: token(), fromTag: token() }));
    const shown = await app.indication('REGISTER ');
    expect(shown.fields.slice(4, 6)).toEqual(['tcp', '127.0.0.1']);
    expect(shown.fields.slice(10, 12)).toEqual(['127.0.0.1', String(to.port)]);
    expect(shown.text).toMatch(
      new RegExp(`^Via: SIP/2.0/WS ${phone.host};.*;received=127.0.0.1;rport=${shown.fields[6]}`, 'm'),
    );
  });

  it('69: calls a phone by the connection it registered on, though its host is a name nobody knows', async ({
    skip,
  }) => {
    skip(bench().engine.web === undefined, 'takes no WebSockets');
    const app = await bench().app('register');
    const phone = await registered(bench(), app);
    const uri = contactOf(phone);
    const sent = await app.ask(`sip||\r\n${sip(`INVITE ${uri} SIP/2.0`, [], offer)}`);
    expect(sent.fields.slice(3, 4)).toEqual(['OK']);
    const invite = await phone.hear(`INVITE ${uri} SIP/2.0`);
    const port = bench().engine.web?.port;
    expect(header(invite, 'via')).toMatch(new RegExp(`^SIP/2.0/WS 127.0.0.1:${port};`));
    expect(header(invite, 'contact')).toBe(`<sip:127.0.0.1:${port};transport=ws>`);
    const toTag = token();
    invite.reply(response(invite.message, { status: '200 OK', toTag, more: [`Contact: <${uri}>`], body: offer }));
    await app.indication('SIP/2.0 200');
    const dialogId = `${invite.message.callId};from-tag=${invite.message.from?.params.get('tag')}`;
    await app.ask(`sip||${dialogId}\r\n${sip('ACK sip:x SIP/2.0')}`);
    await phone.hear(`ACK ${uri} SIP/2.0`);
    await app.ask(`sip||${dialogId}\r\n${sip('BYE sip:x SIP/2.0')}`);
    const bye = await phone.hear(`BYE ${uri} SIP/2.0`);
    bye.reply(response(bye.message, { status: '200 OK' }));
    expect((await app.indication('SIP/2.0 200')).fields[9]).toBe(dialogId);
  });

  it('70: takes a call from a phone that never registered, and hangs up on its connection', async ({ skip }) => {
    skip(bench().engine.web === undefined, 'takes no WebSockets');
    const app = await bench().app('invite');
    const phone = await bench().web();
    const to = bench().engine.web ?? bench().engine.sip;
    const [callId, fromTag] = [token(), token()];
    phone.say(request({ method: 'INVITE', to, from: phone, callId, fromTag, body: offer }));
    const shown = await app.indication('INVITE ');
    await phone.answer(100, 'INVITE');
    await app.ask(`sip|${shown.fields[8]}|\r\n${sip('SIP/2.0 200 OK', [], offer)}`);
    const ok = await phone.answer(200, 'INVITE');
    expect(header(ok, 'contact')).toBe(`<sip:127.0.0.1:${to.port};transport=ws>`);
    const toTag = ok.message.to?.params.get('tag') ?? '';
    phone.say(request({ method: 'ACK', to, from: phone, callId, fromTag, toTag }));
    await app.indication('ACK ');
    await app.ask(`sip||${callId};from-tag=${fromTag}\r\n${sip('BYE sip:x SIP/2.0')}`);
    const bye = await phone.hear('BYE ');
    bye.reply(response(bye.message, { status: '200 OK' }));
    expect((await app.indication('SIP/2.0 200')).fields[9]).toBe(`${callId};from-tag=${fromTag}`);
  });

  connections(bench);
}

/** Connections that end, that are not there, that only say that they live. */
function connections(bench: () => Bench): void {
  it('70a: refuses a request that came by WebSocket and says it came otherwise', async ({ skip }) => {
    skip(!bench().engine.embedded, 'the real server takes every Via');
    const phone = await bench().web();
    const to = bench().engine.web ?? bench().engine.sip;
    const via = 'SIP/2.0/TCP 127.0.0.1:5060';
    phone.say(request({ method: 'OPTIONS', to, from: phone, callId: token(), fromTag: token(), via }));
    expect((await phone.answer(400, 'OPTIONS')).message.status).toBe(400);
  });

  it('71: answers 410 for a phone whose connection has ended', async ({ skip }) => {
    skip(bench().engine.web === undefined, 'takes no WebSockets');
    const app = await bench().app('register');
    const phone = await registered(bench(), app);
    phone.socket.close();
    await new Promise((resolve) => phone.socket.once('close', resolve));
    await app.ask(`sip||\r\n${sip(`OPTIONS ${contactOf(phone)} SIP/2.0`)}`);
    expect((await app.indication('SIP/2.0 4')).message?.status).toBe(410);
  });

  it('72: answers 410 for a phone of the WebSocket that it has never seen', async ({ skip }) => {
    skip(!bench().engine.embedded, 'the real server asks the DNS for a name that ends in .invalid');
    const app = await bench().app('register');
    await app.ask(`sip||\r\n${sip('OPTIONS sip:phone@never.invalid;transport=ws SIP/2.0')}`);
    expect((await app.indication('SIP/2.0 4')).message?.status).toBe(410);
  });

  it('73: takes wss in a contact for ws, because a proxy in front of us may have taken the TLS off', async ({
    skip,
  }) => {
    skip(!bench().engine.embedded, 'the real server refuses what it does not listen with');
    const app = await bench().app('register');
    const phone = await registered(bench(), app);
    const uri = contactOf(phone).replace('=ws', '=wss');
    await app.ask(`sip||\r\n${sip(`OPTIONS ${uri} SIP/2.0`)}`);
    const heard = await phone.hear(`OPTIONS ${uri} SIP/2.0`);
    heard.reply(response(heard.message, { status: '200 OK', toTag: 'p' }));
    expect((await app.indication('SIP/2.0 200')).message?.status).toBe(200);
  });

  it('74: answers a double CR LF with one, and says nothing to a single one', async ({ skip }) => {
    skip(!bench().engine.embedded, 'the real server was not seen to');
    const phone = await bench().web();
    phone.say('\r\n');
    phone.say('\r\n\r\n');
    expect(await phone.rest.next(() => true)).toBe('\r\n');
    expect(phone.rest.left).toEqual([]);
  });
}
