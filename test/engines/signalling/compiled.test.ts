import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type * as ThreadModule from '../../../src/engines/signalling/thread.ts';
import { App } from '../../contract/wire-app.ts';

// biome-ignore lint/complexity/noExcessiveLinesPerFunction: a list of tests
describe('the compiled engine', () => {
  const folder = mkdtempSync(join(tmpdir(), 'signalling-'));
  const entry = (file: string): string => join(folder, 'out/engines/signalling', file);
  const applications = 'applications';
  const at = { address: '127.0.0.1', port: 0 };
  const options = { listen: [{ transport: 'udp', ...at }], admin: { ...at, secret: 's' } };

  beforeAll(() => {
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
    symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
    const project = join(folder, 'tsconfig.json');
    const compilerOptions = { outDir: join(folder, 'out'), rootDir: resolve('src'), noCheck: true };
    const include = [resolve('src/engines/signalling'), resolve('src/engines/stack'), resolve('src/protocol')];
    writeFileSync(project, JSON.stringify({ extends: resolve('tsconfig.json'), compilerOptions, include }));
    execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', project]);
  }, 60_000);
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it('runs in a thread, answers, counts and stops', async () => {
    const thread = (await import(pathToFileURL(entry('thread.js')).href)) as typeof ThreadModule;
    const crashes: Error[] = [];
    const engine = thread.createInThread(options, { onCrash: (error) => crashes.push(error) });
    const { admin, sip } = await engine.start();
    expect(sip).toEqual([expect.stringMatching(/^udp\/127\.0\.0\.1:\d+$/)]);
    const app = await App.open({ ...admin, secret: 's' }, 'invite');
    expect((await engine.figures())[applications]).toBe(1);
    app.close();
    await engine.stop();
    expect(crashes).toEqual([]);
  });

  it('says what went wrong in its thread, with the code of the socket error', async () => {
    const thread = (await import(pathToFileURL(entry('thread.js')).href)) as typeof ThreadModule;
    const taken = createServer();
    await new Promise<void>((done) => taken.listen(0, '127.0.0.1', done));
    const { port } = taken.address() as { port: number };
    const engine = thread.createInThread({ ...options, admin: { ...options.admin, port } });
    await expect(engine.start()).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await engine.stop();
    taken.close();
  });

  it('reports the end of a thread nobody asked to end', async () => {
    const thread = (await import(pathToFileURL(entry('thread.js')).href)) as typeof ThreadModule;
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

  it('refuses wrong options before a thread is made', async () => {
    const thread = (await import(pathToFileURL(entry('thread.js')).href)) as typeof ThreadModule;
    expect(() => thread.createInThread({ ...options, colour: 'red' })).toThrow(/colour/);
  });

  it('runs as a process with the command line of drachtio-server until SIGTERM', async () => {
    const line = [
      '--contact',
      'sip:127.0.0.1:0;transport=udp',
      '--address',
      '127.0.0.1',
      '--port',
      '1',
      '--loglevel',
      'info',
    ];
    const free = createServer();
    await new Promise<void>((done) => free.listen(0, '127.0.0.1', done));
    const { port } = free.address() as { port: number };
    await new Promise((done) => free.close(done));
    line[line.indexOf('1')] = `${port}`;
    const child = spawn(process.execPath, [entry('main.js'), ...line], {
      env: { ...process.env, DRACHTIO_SECRET: 'env' },
    });
    const ended = new Promise((done) => child.once('exit', (code) => done(code)));
    await new Promise<void>((ready) => {
      child.stdout.on('data', (text: Buffer) => {
        if (text.includes('applications at')) ready();
      });
    });
    const app = await App.open({ address: '127.0.0.1', port, secret: 'env' });
    app.close();
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
  });
});
