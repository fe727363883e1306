/** Contract A: the admin connection. */
import { expect, it } from 'vitest';
import { frameOf } from './wire-app.ts';
import type { Bench } from './wire-bench.ts';
import { sip } from './wire-messages.ts';
import { header } from './wire-peer.ts';

export function adminConnection(bench: () => Bench): void {
  it('1: tells who authenticates where it listens and which version it is', async () => {
    const { admin, sip: at } = bench().engine;
    const app = await bench().stranger();
    const { fields } = await app.ask(`authenticate|${admin.secret}|blue,green`);
    expect(fields[3]).toBe('OK');
    expect(fields[4]).toContain(`udp/${at.address}:${at.port}`);
    expect(fields[5]).toMatch(/^v\d+\.\d+\.\d+/);
    expect(fields[6]).toMatch(/^(tcp|udp|ws)\/[\d.]+:\d+(,(tcp|udp|ws)\/[\d.]+:\d+)*$/);
  });

  it('2: refuses a wrong secret and closes', async () => {
    const app = await bench().stranger();
    expect((await app.ask('authenticate|wrong|')).fields.slice(3)).toEqual(['NO', 'incorrect secret']);
    await app.closed;
  });

  it('3: answers route, ping and cdr routes once each, in order', async () => {
    const app = await bench().app();
    const ids = ['route|invite', 'route|invite', 'ping', 'route|cdr:attempt'].map((text) => app.send(text));
    const answers = [];
    for (const _ of ids) answers.push(await app.inbox.next((frame) => frame.fields[1] === 'response'));
    expect(answers.map((answer) => answer.fields[2])).toEqual(ids);
    expect(answers.map((answer) => answer.fields.slice(3).join('|'))).toEqual(['OK', 'OK', 'OK|pong', 'OK']);
  });

  it('4: refuses an unknown command and closes', async () => {
    const app = await bench().app();
    expect((await app.ask('nonsense|x')).fields.slice(3)).toEqual(['NO', 'Unknown message type']);
    await app.closed;
  });

  it.each(['abc#hello', '123456#hello'])('5: closes on the length %s without an answer', async (bytes) => {
    const app = await bench().app();
    app.raw(bytes);
    await app.closed;
    expect(app.inbox.left).toEqual([]);
  });

  it('6: reads a frame byte by byte, and four hundred at once', async () => {
    const app = await bench().app();
    for (const byte of Buffer.from(frameOf('one|ping'))) app.raw(Buffer.from([byte]));
    await app.inbox.next(({ fields }) => fields[2] === 'one' && fields[4] === 'pong');
    app.raw(Array.from({ length: 400 }, (_, i) => frameOf(`p${i}|ping`)).join(''));
    for (let i = 0; i < 400; i += 1) await app.inbox.next(({ fields }) => fields[2] === `p${i}`);
  });

  it('7: counts a multi-byte body in bytes and keeps it whole', async () => {
    const app = await bench().app();
    const peer = await bench().udp();
    const body = 'Grüße aus Rochebrune, 東京 🚲';
    const lines = ['Content-Type: text/plain', `Content-Length: ${body.length}`, 'Subject: déjà vu'];
    await app.ask(`sip||\r\n${sip(`MESSAGE sip:b@127.0.0.1:${peer.port} SIP/2.0`, lines, body)}`);
    const heard = await peer.hear('MESSAGE ');
    expect(header(heard, 'contentLength')).toBe(`${Buffer.byteLength(body)}`);
    expect(Buffer.from(heard.message.body, 'latin1').toString('utf8')).toBe(body);
    expect(Buffer.from(header(heard, 'subject'), 'latin1').toString('utf8')).toBe('déjà vu');
  });

  it('8: wants authentication before anything else (ours only)', async ({ skip }) => {
    skip(!bench().engine.embedded, 'the real server accepts');
    const app = await bench().stranger();
    expect((await app.ask('route|invite')).fields[3]).toBe('NO');
    await app.closed;
  });

  it('9: takes a frame of 20 kB (ours only)', async ({ skip }) => {
    skip(!bench().engine.embedded, 'the real server blocks for ever');
    const app = await bench().app();
    const peer = await bench().udp();
    const long = `X-Long: ${'a'.repeat(20_000)}`;
    await app.ask(`sip||\r\n${sip(`OPTIONS sip:b@127.0.0.1:${peer.port} SIP/2.0`, [long])}`);
    expect((await peer.hear('OPTIONS ')).text).toContain(long);
  });
}
