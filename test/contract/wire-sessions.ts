/** Contract F: session timers, several applications, transports. */
import { expect, it } from 'vitest';
import { Header } from '../../src/protocol/sip/header-names.ts';
import { type Bench, callIn, callOut, ringIn, within } from './wire-bench.ts';
import { offer, request, response, sip, token } from './wire-messages.ts';
import { header } from './wire-peer.ts';

const timer = 'Session-Expires: 90;refresher=uac';
/** A session interval of 90 s and what follows it; ours runs on a short second. */
const interval = (bench: Bench): number => (bench.engine.embedded ? 15_000 : 130_000);

// biome-ignore lint/complexity/noExcessiveLinesPerFunction: a list of tests
export function sessions(bench: () => Bench): void {
  it('60: lets the caller refresh when it offers to, and ends the call when it does not', async () => {
    const app = await bench().app('invite');
    const peer = await bench().udp();
    const call = await callIn(bench(), app, peer, [timer, 'Supported: timer']);
    expect(header(call.ok, 'sessionExpires')).toBe('90;refresher=uac');
    expect(header(await peer.hear('BYE ', interval(bench())), 'reason')).toContain('Session timer expired');
    expect((await app.indication('BYE ')).fields.slice(8, 10)).toEqual(['unsolicited', call.dialogId]);
  }, 140_000);

  it('61: refreshes itself when it is its turn, and ends the call when that is refused', async () => {
    const app = await bench().app('invite');
    const peer = await bench().udp();
    const call = await callIn(bench(), app, peer, ['Supported: timer'], ['Session-Expires: 90;refresher=uas']);
    const refresh = await peer.hear('INVITE ', interval(bench()));
    expect(refresh.message.body).toBe(offer);
    expect(header(refresh, 'sessionExpires')).toBe('90;refresher=uac');
    expect(header(refresh, 'minSe')).toBe('90');
    const more = [`Contact: <sip:peer@127.0.0.1:${peer.port}>`, timer];
    refresh.reply(response(refresh.message, { status: '200 OK', more, body: offer }));
    await peer.hear('ACK ');
    await app.settle();
    expect(app.inbox.left).toEqual([]);
    const second = await peer.hear('INVITE ', interval(bench()));
    second.reply(response(second.message, { status: '408 Request Timeout' }));
    await peer.hear('BYE ');
    expect((await app.indication('BYE ')).fields.slice(8, 10)).toEqual(['unsolicited', call.dialogId]);
  }, 140_000);

  it('62: leaves a timer alone that nobody offers to keep', async () => {
    const app = await bench().app('invite');
    const peer = await bench().udp();
    const call = await callIn(bench(), app, peer, ['Session-Expires: 90']);
    expect(call.ok.message.has(Header.sessionExpires)).toBe(false);
  });

  it('63: deals new requests out in turn, and keeps a dialog with its owner', async () => {
    const apps = [await bench().app('options', 'invite'), await bench().app('options'), await bench().app('options')];
    const peer = await bench().udp();
    for (let i = 0; i < 24; i += 1) {
      const asked = { method: 'OPTIONS', to: bench().engine.sip, from: peer, callId: token(), fromTag: token() };
      peer.say(request(asked), bench().engine.sip);
    }
    await bench().settled(peer);
    for (const app of apps) await app.settle();
    expect(apps.map((app) => app.inbox.left.length)).toEqual([8, 8, 8]);
    const [first] = apps;
    if (first === undefined) return;
    const call = await callIn(bench(), first, peer);
    peer.say(within(bench(), peer, call, 'OPTIONS', 2), bench().engine.sip);
    expect((await first.inbox.next(({ fields }) => fields[9] === call.dialogId)).sip).toMatch(/^OPTIONS /);
  });

  it('64: forgets the dialogs of an application that is gone', async () => {
    const app = await bench().app('invite');
    const peer = await bench().udp();
    const call = await callIn(bench(), app, peer);
    const other = await bench().udp();
    const waiting = bench().engine.embedded ? ringIn(bench(), app, other) : undefined;
    await waiting;
    app.close();
    if (waiting !== undefined) await other.answer(503, 'INVITE');
    else await bench().app();
    for (const [method, cseq] of [
      ['INFO', 2],
      ['INVITE', 3],
      ['BYE', 4],
    ] as const) {
      peer.say(within(bench(), peer, call, method, cseq, { body: offer }), bench().engine.sip);
      await peer.answer(481, method);
    }
    if (bench().engine.embedded) await peer.hear('BYE ');
  });

  it('65, 66: uses the connection a phone registered on, and no other when it is gone', async () => {
    const app = await bench().app('register');
    const phone = await bench().tcp();
    const socket = await phone.dial(bench().engine.sip);
    const contact = `<sip:phone@192.0.2.60:5062;transport=tcp>`;
    const asked = {
      method: 'REGISTER',
      to: bench().engine.sip,
      from: phone,
      callId: token(),
      fromTag: token(),
      contact,
    };
    socket.write(request(asked));
    const shown = await app.indication('REGISTER ');
    await app.ask(`sip|${shown.fields[8]}|\r\n${sip('SIP/2.0 200 OK', [`Contact: ${contact};expires=60`])}`);
    await phone.answer(200, 'REGISTER');
    for (const uri of [
      'sip:phone@192.0.2.60',
      'sip:phone@192.0.2.60:5062',
      'sip:phone@192.0.2.60:5062;transport=tcp',
    ]) {
      await app.ask(`sip||\r\n${sip(`OPTIONS ${uri} SIP/2.0`)}`);
      const heard = await phone.hear(`OPTIONS ${uri} SIP/2.0`);
      heard.reply(response(heard.message, { status: '200 OK', toTag: 'p' }));
      await app.indication('SIP/2.0 200');
    }
    const gone = new Promise((resolve) => socket.once('close', resolve));
    socket.destroy();
    await gone;
    const probe = await bench().tcp();
    await probe.dial(bench().engine.sip);
    await app.settle();
    await app.ask(`sip||\r\n${sip('OPTIONS sip:phone@192.0.2.60:5062 SIP/2.0')}`);
    expect((await app.indication('SIP/2.0 4')).message?.status).toBe(410);
  });

  it('66a: uses for each phone of a line behind one address the connection it registered on', async ({ skip }) => {
    skip(!bench().engine.embedded, 'the real server remembers one connection for each user and host');
    const app = await bench().app('register');
    const ports = [5071, 5072];
    const phones = [await bench().tcp(), await bench().tcp()];
    const contact = (port: number): string => `sip:line@192.0.2.61:${port};transport=tcp`;
    const register = async (at: number, seconds: number): Promise<void> => {
      const phone = phones[at];
      if (phone === undefined) return;
      const [socket = await phone.dial(bench().engine.sip)] = phone.sockets;
      const bound = `<${contact(ports[at] ?? 0)}>;expires=${seconds}`;
      const to = bench().engine.sip;
      socket.write(request({ method: 'REGISTER', to, from: phone, callId: token(), fromTag: token(), contact: bound }));
      const shown = await app.indication('REGISTER ');
      await app.ask(`sip|${shown.fields[8]}|\r\n${sip('SIP/2.0 200 OK', [`Contact: ${bound}`])}`);
      await phone.answer(200, 'REGISTER');
    };
    const ask = async (uri: string, at: number): Promise<void> => {
      await app.ask(`sip||\r\n${sip(`OPTIONS ${uri} SIP/2.0`)}`);
      const heard = await phones[at]?.hear(`OPTIONS ${uri} SIP/2.0`);
      heard?.reply(response(heard.message, { status: '200 OK', toTag: 'p' }));
      await app.indication('SIP/2.0 200');
    };
    await register(0, 60);
    await register(1, 60);
    await ask(contact(5071), 0);
    await ask(contact(5072), 1);
    await ask('sip:line@192.0.2.61:5071', 0);
    await ask('sip:line@192.0.2.61', 1);
    await register(1, 0);
    await ask(contact(5072), 0);
    expect(phones.flatMap((phone) => phone.unheard)).toEqual([]);
  });

  it('67: answers a double CR LF with one', async () => {
    const phone = await bench().tcp();
    const socket = await phone.dial(bench().engine.sip);
    socket.write('\r\n\r\n');
    expect(await phone.rest.next(() => true)).toBe('\r\n');
  });

  it('67a: carries a call over TCP', async () => {
    const app = await bench().app('invite');
    const peer = await bench().tcp();
    const call = await callOut(app, peer);
    await app.ask(`sip||${call.dialogId}\r\n${sip('BYE sip:x SIP/2.0')}`);
    const bye = await peer.hear('BYE ');
    bye.reply(response(bye.message, { status: '200 OK' }));
    expect((await app.indication('SIP/2.0 200')).fields[9]).toBe(call.dialogId);
  });
}
