import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { exchangeClient, Refused, Unreachable } from '../../../src/edges/http/client.ts';
import { readRuntime, removeRuntime, writeRuntime } from '../../../src/edges/http/runtime.ts';
import { type HttpServer, startHttp } from '../../../src/edges/http/server.ts';
import { calmExchange, generous, listeningLog, token } from './exchange.ts';

describe('a client of the running exchange', () => {
  let server: HttpServer;
  beforeEach(async () => {
    server = await startHttp(generous, token, calmExchange(), listeningLog());
  });
  afterEach(async () => {
    await server.stop();
  });

  it('gets each answer in the shape the API promises', async () => {
    const client = exchangeClient(server.url, token);
    expect(await client.status()).toMatchObject({ name: 'Saint-Exemple', lines: 200 });
    expect(await client.reload()).toMatchObject({ accepted: true, generation: 2 });
    expect(await client.calls({ limit: 5, from: '4101' })).toHaveLength(1);
    expect(await client.call('one')).toMatchObject({ id: 'one', legs: [] });
    expect(await client.registrations('4101')).toMatchObject([{ line: '4101' }]);
    expect(await client.trunks()).toMatchObject([{ id: 'operator' }]);
    expect(await client.explain({ from: '4101', to: '*21*0612345678#' })).toMatchObject({
      text: '4101 calls *21*0612345678#',
    });
  });

  it('is told in a sentence why it is refused', async () => {
    await expect(exchangeClient(server.url, token).call('../status')).rejects.toThrow(Refused);
    await expect(exchangeClient(server.url, token).explain({ from: '9', to: '1' })).rejects.toThrow(
      'there is no line 9',
    );
    await expect(exchangeClient(server.url, 'wrong').status()).rejects.toThrow('the token of the API is needed');
  });

  it('says so when nobody answers', async () => {
    const { url } = server;
    await server.stop();
    await expect(exchangeClient(url, token).status()).rejects.toThrow(Unreachable);
  });
});

describe('the file that says where the exchange runs', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'runtime-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });
  const runtime = {
    pid: 42,
    url: 'http://127.0.0.1:8080',
    startedAt: 1_000,
    version: '0.1.0',
    token: { generated: 'api-token' },
  };

  it('is there while it runs, for its owner only', () => {
    writeRuntime(folder, runtime);
    expect(readRuntime(folder)).toEqual(runtime);
    expect(statSync(join(folder, 'runtime.json')).mode & 0o777).toBe(0o600);
    removeRuntime(folder);
    expect(readRuntime(folder)).toBeUndefined();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('says nothing when it is broken', () => {
    writeFileSync(join(folder, 'runtime.json'), '{"pid":');
    expect(readRuntime(folder)).toBeUndefined();
  });
});
