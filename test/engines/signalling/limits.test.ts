import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { callIn } from '../../contract/wire-bench.ts';
import { request, sip, token } from '../../contract/wire-messages.ts';
import { type Running, run } from './engine-bench.ts';

// biome-ignore lint/complexity/noExcessiveLinesPerFunction: a list of tests
describe('limits', () => {
  let running: Running;
  beforeEach(async () => {
    running = await run({
      limits: {
        messageCompletionMs: 100,
        connectionsPerSource: 3,
        messageBytes: 4096,
        newRequestsPerSecond: 20,
        writeQueueBytes: 20_000,
      },
      unlimited: ['127.0.0.3'],
    });
  });
  afterEach(async () => {
    await running.stop();
  });

  async function dial({ bench } = running): Promise<{ socket: Socket; over: Promise<unknown> }> {
    const { address: host, port } = bench.engine.sip;
    const socket = connect({ host, port });
    socket.on('error', () => undefined);
    socket.resume();
    const over = new Promise((resolve) => socket.once('close', resolve));
    await new Promise((resolve) => socket.once('connect', resolve));
    bench.keep({ close: () => socket.destroy() });
    return { socket, over };
  }

  it('a message dripped too slowly ends its connection', async () => {
    const { socket, over } = await dial();
    socket.write('OPTIONS sip:x SIP/2.0\r\n');
    await over;
    expect(running.engine.figures()['dropped: message incomplete']).toBe(1);
  });

  it('a connection nobody uses is closed', async () => {
    const impatient = await run({ limits: { idleMs: 200 } });
    await (await dial(impatient)).over;
    await impatient.stop();
  });

  it('one address gets so many connections and no more', async () => {
    const kept = [await dial(), await dial(), await dial()];
    await (await dial()).over;
    expect(running.engine.figures()['tcp connections']).toBe(kept.length);
  });

  it('a message that does not end is answered with 400 where it can be, and its connection closed', async () => {
    const { socket, over } = await dial();
    let heard = '';
    socket.on('data', (chunk) => {
      heard += chunk.toString('latin1');
    });
    const head =
      'OPTIONS sip:x SIP/2.0\r\nVia: SIP/2.0/TCP x;branch=z9hG4bK1\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:b@c>\r\n';
    socket.write(`${head}Call-ID: 1\r\nCSeq: 1 OPTIONS\r\nX-Long: ${'x'.repeat(6000)}`);
    await over;
    expect(heard).toMatch(/^SIP\/2\.0 400 /);
  });

  it('a flood from one address is cut, calls from another go through', async () => {
    const app = await running.bench.app('options', 'invite');
    const flood = await running.bench.udp('127.0.0.2');
    for (let i = 0; i < 200; i += 1) {
      const asked = { method: 'OPTIONS', to: running.bench.engine.sip, from: flood, callId: token(), fromTag: token() };
      flood.say(request(asked), running.bench.engine.sip);
    }
    await callIn(running.bench, app, await running.bench.udp());
    await app.settle();
    expect(app.inbox.left.length).toBeLessThan(50);
    expect(running.engine.figures()['dropped: too many requests']).toBeGreaterThan(100);
  });

  it('an address named as unlimited is not cut', async () => {
    const app = await running.bench.app('options');
    const trunk = await running.bench.udp('127.0.0.3');
    for (let i = 0; i < 100; i += 1) {
      const asked = { method: 'OPTIONS', to: running.bench.engine.sip, from: trunk, callId: token(), fromTag: token() };
      trunk.say(request(asked), running.bench.engine.sip);
    }
    for (let i = 0; i < 100; i += 1) await app.indication('OPTIONS ');
  });

  it('a peer that does not read is cut off, with 503 for what it was sent', async () => {
    const app = await running.bench.app();
    const peer = await running.bench.tcp();
    const uri = `sip:b@127.0.0.1:${peer.port};transport=tcp`;
    const body = 'x'.repeat(3000);
    const text = sip(`MESSAGE ${uri} SIP/2.0`, ['Content-Type: text/plain'], body);
    await app.ask(`sip||\r\n${text}`);
    await peer.hear('MESSAGE ');
    for (const socket of peer.sockets) socket.pause();
    for (let i = 0; i < 4000; i += 1) app.send(`sip||\r\n${text}`);
    await app.indication('SIP/2.0 503');
  });
});

describe('scanners', () => {
  it.each([
    ['reject', 'SIP/2.0 603'],
    ['discard', undefined],
  ] as const)('are turned away (%s)', async (action, answer) => {
    const running = await run({ scanners: { action, userAgent: ['friendly-scanner'] } });
    const app = await running.bench.app('options');
    const peer = await running.bench.udp();
    const asked = { method: 'OPTIONS', to: running.bench.engine.sip, from: peer, callId: token(), fromTag: token() };
    peer.say(request({ ...asked, more: ['User-Agent: Friendly-Scanner 1.0'] }), running.bench.engine.sip);
    if (answer !== undefined) await peer.hear(answer);
    await running.bench.settled(peer);
    await app.settle();
    expect([app.inbox.left, peer.unheard]).toEqual([[], []]);
    await running.stop();
  });
});
