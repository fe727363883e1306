import { readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { callIn } from '../../contract/wire-bench.ts';
import { type Running, run } from './engine-bench.ts';

/** Every torture message thrown at a running engine: it answers or not, and carries the next call. */
describe('torture messages on the wire', () => {
  let running: Running;
  beforeEach(async () => {
    running = await run();
  });
  afterEach(async () => {
    await running.stop();
  });

  const files = ['valid', 'invalid'].flatMap((folder) =>
    readdirSync(`test/fixtures/sip/${folder}`).map((file) => `test/fixtures/sip/${folder}/${file}`),
  );

  it('leave the engine able to carry a call, over UDP', async () => {
    const peer = await running.bench.udp();
    for (const file of files) peer.say(readFileSync(file, 'latin1'), running.bench.engine.sip);
    await running.bench.settled(peer);
    await callIn(running.bench, await running.bench.app('invite'), await running.bench.udp());
  });

  it('leave the engine able to carry a call, over TCP', async () => {
    for (const file of files) {
      const { address: host, port } = running.bench.engine.sip;
      const socket = connect({ host, port });
      socket.on('error', () => undefined);
      const over = new Promise((resolve) => socket.once('close', resolve));
      socket.end(readFileSync(file));
      socket.resume();
      await over;
    }
    await callIn(running.bench, await running.bench.app('invite'), await running.bench.udp());
  });

  it.each([
    ['badvers', 'SIP/2.0 505'],
    ['unkscm', 'SIP/2.0 416'],
    ['clerr', 'SIP/2.0 400'],
    ['mismatch01', 'SIP/2.0 400'],
    ['invut', 'SIP/2.0 415'],
    ['sdp01', 'SIP/2.0 406'],
  ])('%s gets %s', async (name, wanted) => {
    const peer = await running.bench.udp();
    peer.say(readFileSync(`test/fixtures/sip/invalid/${name}.sip`, 'latin1'), running.bench.engine.sip);
    await peer.hear(wanted);
  });

  it('an unknown extension is named in Unsupported (RFC 3261 §8.2.2.3)', async () => {
    const peer = await running.bench.udp();
    peer.say(readFileSync('test/fixtures/sip/invalid/bext01.sip', 'latin1'), running.bench.engine.sip);
    const { text } = await peer.hear('SIP/2.0 420');
    expect(text).toMatch(/^Unsupported: nothingSupportsThis, nothingSupportsThisEither\r$/m);
  });
});
