/** Contract B: leaders, and requests of the application outside dialogs. */
import { expect, it } from 'vitest';
import { Header } from '../../src/protocol/sip/header-names.ts';
import { type Bench, callOut, ringOut } from './wire-bench.ts';
import { offer, response, sip, token } from './wire-messages.ts';
import { header, TcpPeer, UdpPeer } from './wire-peer.ts';

const clock = /^\d\d:\d\d:\d\d\.\d{6}$/;

// biome-ignore lint/complexity/noExcessiveLinesPerFunction: a list of tests
export function requests(bench: () => Bench): void {
  it('10: answers OPTIONS with OK and the request as sent, then delivers the response', async () => {
    const app = await bench().app();
    const peer = await bench().udp();
    const { address, port } = bench().engine.sip;
    const sent = await app.ask(`sip||\r\n${sip(`OPTIONS sip:b@127.0.0.1:${peer.port} SIP/2.0`)}`);
    expect(sent.fields.slice(3, 5)).toEqual(['OK', 'application']);
    expect(sent.fields.slice(6, 9)).toEqual(['udp', address, `${port}`]);
    expect(sent.fields[5]).toBe(`${sent.sip.length}`);
    expect(sent.fields[9]).toMatch(clock);
    expect(sent.fields[11]).toBe('Msg sent:');
    const heard = await peer.hear('OPTIONS ');
    expect(sent.sip).toBe(heard.text);
    heard.reply(response(heard.message, { status: '200 OK', toTag: 'b' }));
    const { fields } = await app.indication('SIP/2.0 200');
    expect(fields.slice(1, 3)).toEqual(['sip', 'network']);
    expect(fields.slice(4, 7)).toEqual(['udp', '127.0.0.1', `${peer.port}`]);
    expect(fields.slice(8)).toEqual([sent.fields[10], '', '']);
  });

  it('11: delivers 180 and 200 with the dialog id, and no 100', async () => {
    const app = await bench().app();
    const peer = await bench().udp();
    const { invite, dialogId, transactionId } = await ringOut(app, peer);
    for (const status of ['100 Trying', '180 Ringing', '200 OK']) {
      const more = [`Contact: <sip:p@127.0.0.1:${peer.port}>`];
      invite.reply(response(invite.message, { status, more, ...(status === '100 Trying' ? {} : { toTag: 'b' }) }));
    }
    for (const status of [180, 200])
      expect((await app.indication(`SIP/2.0 ${status}`)).fields.slice(8, 10)).toEqual([transactionId, dialogId]);
    expect(app.inbox.left.filter(({ sip: text }) => text.startsWith('SIP/2.0 100'))).toEqual([]);
  });

  it('12: sends the ACK to the Contact of the 200, with the number of the INVITE', async () => {
    const app = await bench().app();
    const peer = await bench().udp();
    const { invite, dialogId } = await ringOut(app, peer);
    const more = [`Contact: <sip:somewhere@127.0.0.1:${peer.port};x=1>`];
    invite.reply(response(invite.message, { status: '200 OK', toTag: 'b', more, body: offer }));
    await app.indication('SIP/2.0 200');
    const answer = await app.ask(`sip||${dialogId}\r\n${sip('ACK sip:placeholder SIP/2.0')}`);
    expect(answer.fields[3]).toBe('OK');
    const ack = await peer.hear(`ACK sip:somewhere@127.0.0.1:${peer.port};x=1 `);
    expect(ack.message.cseq?.number).toBe(invite.message.cseq?.number);
    expect(answer.sip).toBe(ack.text);
  });

  it('13: repeats the ACK for a repeated 200 and tells the application nothing', async () => {
    const app = await bench().app();
    const peer = await bench().udp();
    const call = await callOut(app, peer);
    const more = [`Contact: <sip:peer@127.0.0.1:${peer.port}>`];
    call.invite.reply(response(call.invite.message, { status: '200 OK', toTag: call.toTag, more, body: offer }));
    await peer.hear('ACK ');
    await app.settle();
    expect(app.inbox.left).toEqual([]);
  });

  it('14: acknowledges a 486 itself', async () => {
    const app = await bench().app();
    const peer = await bench().udp();
    const { invite, dialogId } = await ringOut(app, peer);
    invite.reply(response(invite.message, { status: '486 Busy Here', toTag: 'b' }));
    expect((await app.indication('SIP/2.0 486')).fields[9]).toBe(dialogId);
    const ack = await peer.hear('ACK ');
    expect(header(ack, 'via')).toBe(header(invite, 'via'));
    const refused = await app.ask(`sip||${dialogId}\r\n${sip('ACK sip:x SIP/2.0')}`);
    expect(refused.fields.slice(3).join('|')).toContain('NOK|Server error: ACK for non-success final response');
  });

  it('15: honours Call-ID, CSeq, From tag and Max-Forwards, drops Via, routes and broken lines', async () => {
    const app = await bench().app();
    const peer = await bench().udp();
    const lines = [
      'Call-ID: first',
      'call-id: last',
      'cseq: 77 OPTIONS',
      'From: <sip:me@example.com>;tag=mine',
      'Max-Forwards: 9',
      'Via: SIP/2.0/UDP evil.example.com;branch=z9hG4bKevil',
      'Route: <sip:evil.example.com;lr>',
      'Record-Route: <sip:evil.example.com;lr>',
      'no colon in here',
      'bad name : x y',
      'x-kept: yes',
    ];
    await app.ask(`sip||\r\n${sip(`OPTIONS sip:b@127.0.0.1:${peer.port} SIP/2.0`, lines)}`);
    const heard = await peer.hear('OPTIONS ');
    expect(heard.message.callId).toBe('last');
    expect(header(heard, 'cseq')).toBe('77 OPTIONS');
    expect(header(heard, 'from')).toBe('<sip:me@example.com>;tag=mine');
    expect(header(heard, 'maxForwards')).toBe('9');
    expect(heard.text).not.toContain('evil');
    expect(heard.text).not.toContain('no colon');
    expect(heard.text).toMatch(/x-kept: yes/i);
  });

  it('16: puts its own address in place of localhost', async () => {
    const app = await bench().app();
    const peer = await bench().udp();
    const { address, port } = bench().engine.sip;
    const lines = [
      'From: "Al" <sip:100@localhost;x=1>',
      'Contact: sip:100@localhost',
      'P-Asserted-Identity: <sip:7@localhost>',
      'Content-Length: 99999',
    ];
    await app.ask(`sip||\r\n${sip(`INVITE sip:b@127.0.0.1:${peer.port} SIP/2.0`, lines, offer)}`);
    const heard = await peer.hear('INVITE ');
    expect(header(heard, 'from')).toMatch(new RegExp(`^"Al" <sip:100@${address}:${port};x=1>;tag=`));
    expect(header(heard, 'contact')).toBe(`<sip:100@${address}:${port}>`);
    expect(header(heard, 'pAssertedIdentity')).toBe(`<sip:7@${address}:${port}>`);
    expect(header(heard, 'contentLength')).toBe(`${offer.length}`);
  });

  it('17: adds its Contact to INVITE and SUBSCRIBE, not to REGISTER', async () => {
    const app = await bench().app();
    const peer = await bench().udp();
    const { address, port } = bench().engine.sip;
    for (const method of ['INVITE', 'SUBSCRIBE', 'REGISTER'])
      await app.ask(`sip||\r\n${sip(`${method} sip:b@127.0.0.1:${peer.port} SIP/2.0`, ['Event: presence'])}`);
    for (const method of ['INVITE ', 'SUBSCRIBE '])
      expect(header(await peer.hear(method), 'contact')).toContain(`${address}:${port}`);
    expect((await peer.hear('REGISTER ')).message.has(Header.contact)).toBe(false);
  });

  const refusals = (): [string, string, string][] => {
    const { address, port } = bench().engine.sip;
    return [
      ['a bad URI', sip('OPTIONS sip:b@[ SIP/2.0'), 'invalid request-uri'],
      ['an unknown method', sip('NONSENSE sip:b@127.0.0.1 SIP/2.0'), 'invalid request-uri'],
      ['its own address', sip(`OPTIONS sip:b@${address}:${port} SIP/2.0`), 'can not send request to myself'],
      ['TLS', sip('OPTIONS sip:b@127.0.0.1;transport=tls SIP/2.0'), 'requested protocol/transport not available'],
      ['IPv6', sip('OPTIONS sip:b@[::1] SIP/2.0'), 'requested protocol/transport not available'],
      ['a body of no type', sip('MESSAGE sip:b@127.0.0.1:9 SIP/2.0', [], 'hello'), 'missing content-type'],
    ];
  };
  it.each([0, 1, 2, 3, 4, 5])('18: refuses what cannot be sent, and says why (%i)', async (which) => {
    const [, text, why] = refusals()[which] ?? ['', '', ''];
    const app = await bench().app();
    const { fields } = await app.ask(`sip||\r\n${text}`);
    expect(fields[3]).toBe('NOK');
    expect(fields[4]).toContain(why);
  });

  it('19: sends to the route URL and leaves the Request-URI alone', async () => {
    const app = await bench().app();
    const peer = await bench().udp();
    await app.ask(`sip|||sip:127.0.0.1:${peer.port}\r\n${sip('OPTIONS sip:b@192.0.2.77 SIP/2.0')}`);
    await peer.hear('OPTIONS sip:b@192.0.2.77 SIP/2.0');
    const bare = await app.ask(`sip|||127.0.0.1:${peer.port}\r\n${sip('OPTIONS sip:b@192.0.2.77 SIP/2.0')}`);
    expect(bare.fields.slice(3)).toEqual(['NOK', 'Error creating sip transaction for uac request']);
  });

  it('20: makes a 408 of its own for a peer that stays silent', async () => {
    const app = await bench().app();
    const peer = await bench().udp();
    const call = await callOut(app, peer);
    await app.ask(`sip||\r\n${sip(`OPTIONS sip:b@127.0.0.1:${peer.port} SIP/2.0`)}`);
    await app.ask(`sip||${call.dialogId}\r\n${sip('BYE sip:x SIP/2.0')}`);
    await app.ask(`sip||\r\n${sip(`INVITE sip:b@127.0.0.1:${peer.port} SIP/2.0`, [], offer)}`);
    const patience = bench().engine.transactionMs * 1.5 + 3000;
    const seen = [];
    for (let i = 0; i < 3; i += 1) {
      const { fields, message } = await app.inbox.next(({ sip: text }) => text.startsWith('SIP/2.0 408'), patience);
      expect(fields.slice(2, 4)).toEqual(['network', '0']);
      seen.push(message?.cseq?.method);
    }
    expect(seen.sort()).toEqual(['BYE', 'INVITE', 'OPTIONS']);
  }, 120_000);

  it('21: makes a 503 at once for a closed port, a refused connection and an unknown name', async () => {
    const app = await bench().app();
    const [udp, tcp] = [await UdpPeer.open(), await TcpPeer.open()];
    const [closedUdp, closedTcp] = [udp.port, tcp.port];
    await Promise.all([udp.close(), tcp.close()]);
    for (const target of [`127.0.0.1:${closedUdp}`, `127.0.0.1:${closedTcp};transport=tcp`, 'nowhere.invalid']) {
      const sent = await app.ask(`sip||\r\n${sip(`OPTIONS sip:b@${target} SIP/2.0`)}`);
      expect(sent.fields[3]).toBe('OK');
      expect((await app.indication('SIP/2.0 503')).fields.slice(8, 9)).toEqual([sent.fields[10]]);
    }
  });

  it.each(['INVITE', 'REGISTER'])('22: sends a digest retry of %s as a transaction of its own', async (method) => {
    const app = await bench().app();
    const peer = await bench().udp();
    const [callId, tag] = [token(), token()];
    const ask = (cseq: number, more: readonly string[]): ReturnType<typeof app.ask> => {
      const lines = [`Call-ID: ${callId}`, `From: <sip:me@localhost>;tag=${tag}`, `CSeq: ${cseq} ${method}`, ...more];
      return app.ask(`sip||\r\n${sip(`${method} sip:b@127.0.0.1:${peer.port} SIP/2.0`, lines)}`);
    };
    const first = await ask(7, []);
    const heard = await peer.hear(`${method} `);
    heard.reply(response(heard.message, { status: '401 Unauthorized', toTag: 'b' }));
    await app.indication('SIP/2.0 401');
    const second = await ask(8, ['Authorization: Digest username="me"', `call-id: ${callId}`]);
    const retried = await peer.hear(`${method} `);
    expect([retried.message.callId, header(retried, 'cseq')]).toEqual([callId, `8 ${method}`]);
    expect(header(retried, 'from')).toContain(`;tag=${tag}`);
    expect(header(retried, 'authorization')).toContain('Digest');
    expect(second.fields[10]).not.toBe(first.fields[10]);
  });

  it('23: delivers every challenge, and ours the MD5 one last', async () => {
    const app = await bench().app();
    const peer = await bench().udp();
    await app.ask(`sip||\r\n${sip(`OPTIONS sip:b@127.0.0.1:${peer.port} SIP/2.0`)}`);
    const heard = await peer.hear('OPTIONS ');
    const challenge = (algorithm: string): string =>
      `WWW-Authenticate: Digest realm="r", nonce="n-${algorithm}", algorithm=${algorithm}`;
    const more = [challenge('MD5'), challenge('SHA-256')];
    heard.reply(response(heard.message, { status: '401 Unauthorized', toTag: 'b', more }));
    const values = (await app.indication('SIP/2.0 401')).message?.all(Header.wwwAuthenticate) ?? [];
    expect(values).toHaveLength(2);
    if (bench().engine.embedded) expect(values[1]).toContain('algorithm=MD5');
  });

  it('24: refuses a tel: URI (ours only)', async ({ skip }) => {
    skip(!bench().engine.embedded, 'the real server dies of it');
    const app = await bench().app();
    const { fields } = await app.ask(`sip||\r\n${sip('OPTIONS tel:+33199001234 SIP/2.0')}`);
    expect(fields[3]).toBe('NOK');
    expect(fields[4]).toContain('invalid request-uri');
  });
}
