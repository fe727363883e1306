import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Bench, callIn, callOut, ringIn, within } from '../../contract/wire-bench.ts';
import { offer, request, response, sip, token } from '../../contract/wire-messages.ts';
import { type Running, run } from './engine-bench.ts';

// biome-ignore lint/complexity/noExcessiveLinesPerFunction: a list of tests
describe('the tables', () => {
  let running: Running;
  let bench: Bench;
  beforeEach(async () => {
    running = await run();
    bench = running.bench;
  });
  afterEach(async () => {
    await running.stop();
  });

  async function emptied(): Promise<void> {
    const held = (): string[] =>
      Object.entries(running.engine.figures())
        .filter(([name, value]) => (name.startsWith('table: ') || name === 'timers armed') && value > 0)
        .map(([name, value]) => `${name} ${value}`);
    await expect.poll(held, { timeout: 30_000, interval: 20 }).toEqual([]);
  }

  it('are empty after calls in both directions', async () => {
    const app = await bench.app('invite');
    const peer = await bench.udp();
    const incoming = await callIn(bench, app, peer);
    peer.say(within(bench, peer, incoming, 'BYE', 2), bench.engine.sip);
    await app.ask(`sip|${(await app.indication('BYE ')).fields[8]}|\r\n${sip('SIP/2.0 200 OK')}`);
    const outgoing = await callOut(app, peer);
    await app.ask(`sip||${outgoing.dialogId}\r\n${sip('BYE sip:x SIP/2.0')}`);
    const bye = await peer.hear('BYE ');
    bye.reply(response(bye.message, { status: '200 OK' }));
    await app.indication('SIP/2.0 200');
    await emptied();
  });

  it('are empty after calls nobody answered, acknowledged or cancelled properly', async () => {
    const app = await bench.app('invite');
    const peer = await bench.udp();
    await ringIn(bench, app, peer); // the application says nothing
    const second = await ringIn(bench, app, peer); // the caller never acknowledges
    await app.ask(`sip|${second.transactionId}|\r\n${sip('SIP/2.0 200 OK', [], offer)}`);
    const third = await ringIn(bench, app, peer); // nor this refusal
    await app.ask(`sip|${third.transactionId}|\r\n${sip('SIP/2.0 486 Busy Here')}`);
    await app.ask(`sip||\r\n${sip(`INVITE sip:b@127.0.0.1:${peer.port} SIP/2.0`, [], offer)}`); // the callee is silent
    await emptied();
  });

  it('are empty after a TCP caller vanished in the middle', async () => {
    const app = await bench.app('invite');
    for (let i = 0; i < 20; i += 1) {
      const peer = await bench.tcp();
      const socket = await peer.dial(bench.engine.sip);
      const asked = {
        method: 'INVITE',
        to: bench.engine.sip,
        from: peer,
        callId: token(),
        fromTag: token(),
        body: offer,
      };
      socket.write(request(asked));
      const shown = await app.indication('INVITE ');
      socket.resetAndDestroy();
      app.send(`sip|${shown.fields[8]}|\r\n${sip('SIP/2.0 200 OK', [], offer)}`);
    }
    await emptied();
  });

  it('are empty after the application vanished in the middle', async () => {
    const app = await bench.app('invite');
    const peer = await bench.udp();
    await callIn(bench, app, peer);
    await ringIn(bench, app, peer);
    await callOut(app, peer);
    await app.ask(`sip||\r\n${sip(`INVITE sip:b@127.0.0.1:${peer.port} SIP/2.0`, [], offer)}`);
    app.close();
    await emptied();
  });

  it('count what came and went, by method and cause', async () => {
    const peer = await bench.udp();
    peer.say(
      request({ method: 'OPTIONS', to: bench.engine.sip, from: peer, callId: 'c', fromTag: 't' }),
      bench.engine.sip,
    );
    await peer.answer(503, 'OPTIONS');
    peer.say('this is not a SIP message at all', bench.engine.sip);
    await bench.settled(peer);
    expect(running.engine.figures()).toMatchObject({ 'in: OPTIONS': 1, 'dropped: not SIP': 1 });
  });
});
