import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type * as ThreadModule from '../../../src/engines/media/thread.ts';
import { connectTo } from './support/event-socket.ts';

const folder = mkdtempSync(join(tmpdir(), 'media-engine-'));
const entry = (file: string): string => join(folder, 'out/engines/media', file);
const options = { sip: { port: 0 }, eventSocket: { port: 0, password: 'secret' }, folders: { recordings: folder } };

beforeAll(() => {
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
  const compilerOptions = { outDir: join(folder, 'out'), rootDir: resolve('src'), noCheck: true };
  const include = ['src/engines/media', 'src/engines/stack', 'src/protocol'].map((path) => resolve(path));
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ extends: resolve('tsconfig.json'), compilerOptions, include }),
  );
  execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', join(folder, 'tsconfig.json')]);
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const load = async () => (await import(pathToFileURL(entry('thread.js')).href)) as typeof ThreadModule;

describe('the compiled media engine', () => {
  it('runs in a thread of its own, answers, counts and stops', async () => {
    const crashes: Error[] = [];
    const engine = (await load()).createInThread(options, { onCrash: (error) => crashes.push(error) });
    const { eventSocket } = await engine.start();
    const application = await connectTo(eventSocket.port);
    expect(await application.api('sofia status')).toContain('drachtio_mrf');
    expect(await engine.figures()).toMatchObject({ channels: 0, conferences: 0, pump: { skipped: 0 } });
    await engine.stop();
    await application.closed;
    expect(crashes).toEqual([]);
  });

  it('says what went wrong in its thread, with the code of the socket error', async () => {
    const taken = createServer();
    await new Promise<void>((done) => taken.listen(0, '127.0.0.1', done));
    const { port } = taken.address() as { port: number };
    const engine = (await load()).createInThread({ ...options, eventSocket: { ...options.eventSocket, port } });
    await expect(engine.start()).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await engine.stop();
    taken.close();
  });

  it('refuses wrong options before there is a thread', async () => {
    const { createInThread } = await load();
    expect(() => createInThread({ ...options, colour: 'red' })).toThrow(/colour/);
  });

  it('runs as a process with the command line of the reference image until SIGTERM', async () => {
    const words = [
      '--sip-address',
      '127.0.0.1',
      '--sip-port',
      '0',
      '--event-socket-address',
      '127.0.0.1',
      '--event-socket-port',
      '0',
    ];
    const child = spawn(
      process.execPath,
      [entry('main.js'), ...words, '--sip-profile', 'mine', '--recordings', folder],
      {
        env: { ...process.env, ESL_PASSWORD: 'from-outside' },
      },
    );
    const ended = new Promise((done) => child.once('exit', (code) => done(code)));
    const port = await new Promise<number>((ready) => {
      child.stdout.on('data', (text: Buffer) => {
        const found = /event socket at 127\.0\.0\.1:(\d+)/.exec(String(text))?.[1];
        if (found !== undefined) ready(Number(found));
      });
    });
    const application = await connectTo(port, 'from-outside');
    expect(await application.api('sofia status')).toMatch(/^\s*mine\s.*\(TLS\)$/m);
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
  });
});

describe('the thread of the media engine', () => {
  it('reports the end of a thread that nobody asked to end', async () => {
    const thread = await load();
    const born = new Promise<Worker>((tell) => process.once('worker', tell));
    let engine: ThreadModule.ThreadEngine | undefined;
    const crash = new Promise<Error>((tell) => {
      engine = thread.createInThread(options, { onCrash: tell });
    });
    await engine?.start();
    await (await born).terminate();
    expect((await crash).message).toMatch(/ended with code/);
    await expect(engine?.figures()).rejects.toThrow(/ended with code/);
  });

  it('is ended and reported when its thread hangs, and whoever asks it meanwhile is answered', async () => {
    const thread = await load();
    const born = new Promise<Worker>((tell) => process.once('worker', tell));
    let engine: ThreadModule.ThreadEngine | undefined;
    const crash = new Promise<Error>((tell) => {
      engine = thread.createInThread(options, { onCrash: tell, lookMs: 20 });
    });
    const worker = await born;
    await engine?.start();
    // A thread in a loop takes no message.
    worker.postMessage = () => undefined;
    await expect(engine?.figures()).rejects.toThrow(/hung|does not answer/);
    expect((await crash).message).toMatch(/hung and was ended/);
    await engine?.stop();
  });
});
