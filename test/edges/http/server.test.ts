import { once } from 'node:events';
import { connect } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { ExchangeView } from '../../../src/edges/http/ports.ts';
import { buildHttp, startHttp } from '../../../src/edges/http/server.ts';
import { calmExchange, generous, listeningLog, token } from './exchange.ts';

let app: FastifyInstance | undefined;
afterEach(async () => {
  await app?.close();
});

function build(given: Partial<ExchangeView> = {}, options = generous, log = listeningLog()) {
  app = buildHttp(options, token, calmExchange(given), log);
  return app;
}

const proved = { authorization: `Bearer ${token}`, host: '127.0.0.1' };
const nearby = { headers: { host: '127.0.0.1:8080' }, remoteAddress: '127.0.0.1' };

const apiRoutes = [
  ['GET', '/api/status'],
  ['POST', '/api/reload'],
  ['GET', '/api/calls'],
  ['GET', '/api/calls/one'],
  ['GET', '/api/registrations'],
  ['GET', '/api/trunks'],
  ['GET', '/api/mailboxes'],
  ['GET', '/api/messages/expired'],
  ['POST', '/api/messages/purge'],
  ['GET', '/api/explain?from=4101&to=4102'],
] as const;
const openRoutes = ['/healthz', '/readyz', '/metrics'];

describe('the guard', () => {
  it.each(apiRoutes)('wants the token for %s %s, from this machine too', async (method, url) => {
    const http = build();
    expect((await http.inject({ method, url, ...nearby })).statusCode).toBe(401);
    const wrong = { ...nearby, headers: { ...nearby.headers, authorization: `Bearer ${token}x` } };
    expect((await http.inject({ method, url, ...wrong })).statusCode).toBe(401);
    expect((await http.inject({ method, url, headers: proved })).statusCode).toBe(200);
  });

  it.each(['', 'Basic YTpi', 'Bearer', 'Bearer  ', `bearer ${'x'.repeat(2_000)}`, `Bearer ${token} `, token])(
    'refuses the authorization %j',
    async (authorization) => {
      const reply = await build().inject({ url: '/api/status', headers: { host: '127.0.0.1', authorization } });
      expect(reply.statusCode).toBe(401);
    },
  );

  it.each(openRoutes)('lets this machine ask %s without the token, and nobody else', async (url) => {
    const http = build();
    expect((await http.inject({ url, ...nearby })).statusCode).toBe(200);
    expect((await http.inject({ url, ...nearby, remoteAddress: '192.0.2.7' })).statusCode).toBe(401);
    expect((await http.inject({ url, remoteAddress: '192.0.2.7', headers: proved })).statusCode).toBe(200);
  });

  it('does not take a proxy’s client for this machine', async () => {
    const headers = { host: '127.0.0.1', 'x-forwarded-for': '192.0.2.7' };
    expect((await build().inject({ url: '/metrics', headers, remoteAddress: '127.0.0.1' })).statusCode).toBe(401);
  });

  it('does not take a web page whose name points here for this machine', async () => {
    const headers = { host: 'evil.example:8080' };
    expect((await build().inject({ url: '/metrics', headers, remoteAddress: '127.0.0.1' })).statusCode).toBe(401);
  });

  it('tells nothing of what is there to whom has no token', async () => {
    expect((await build().inject({ url: '/api/nothing', ...nearby })).statusCode).toBe(401);
    expect((await build().inject({ url: '/api/nothing', headers: proved })).statusCode).toBe(404);
  });

  it('slows down whoever asks too often', async () => {
    const http = build({}, { ...generous, requestsPerSecond: 1 });
    const statuses = [];
    for (let n = 0; n < 4; n += 1) statuses.push((await http.inject({ url: '/healthz', ...nearby })).statusCode);
    expect(statuses).toEqual([200, 200, 429, 429]);
    const other = await http.inject({ url: '/healthz', ...nearby, remoteAddress: '127.0.0.2' });
    expect(other.statusCode).toBe(200);
  });

  it('sends the headers that keep a browser from guessing', async () => {
    const { headers } = await build().inject({ url: '/metrics', ...nearby });
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    });
    expect(headers).not.toHaveProperty('access-control-allow-origin');
  });

  it('closes connections beyond its limit, and serves those within it', async () => {
    const server = await startHttp({ ...generous, connectionsAtMost: 2 }, token, calmExchange(), listeningLog());
    const { port, hostname } = new URL(server.url);
    const sockets = [];
    for (let n = 0; n < 2; n += 1) {
      const socket = connect(Number(port), hostname);
      await once(socket, 'connect');
      sockets.push(socket);
    }
    const third = connect(Number(port), hostname);
    third.on('error', () => {});
    await once(third, 'close');
    sockets[0]?.write('GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n');
    const [answer] = await once(sockets[0] ?? third, 'data');
    expect(String(answer)).toContain('HTTP/1.1 200 OK');
    for (const socket of sockets) socket.destroy();
    await server.stop();
  });
});

describe('readiness', () => {
  it.each(['engine', 'config', 'store'] as const)('is 503 when the %s is not well, and says so', async (part) => {
    const well = calmExchange().readiness();
    const reply = await build({ readiness: () => ({ ...well, [part]: { ok: false, says: 'broken' } }) }).inject({
      url: '/readyz',
      ...nearby,
    });
    expect(reply.statusCode).toBe(503);
    expect(reply.json()).toEqual({ ready: false, ...well, [part]: { ok: false, says: 'broken' } });
  });
});

describe('the API', () => {
  it('passes on what calls are searched by, and nothing it does not know', async () => {
    const calls = vi.fn(async () => []);
    const http = build({ calls });
    await http.inject({ url: '/api/calls?limit=3&from=4101&outcome=our%20fault&since=1000', headers: proved });
    expect(calls).toHaveBeenCalledWith({ limit: 3, from: '4101', outcome: 'our fault', since: 1_000 });
    for (const query of ['limit=0', 'limit=1001', 'outcome=lost', 'nonsense=1', 'from=a&from=b', 'since=x', 'from=']) {
      const reply = await http.inject({ url: `/api/calls?${query}`, headers: proved });
      expect(reply.statusCode, query).toBe(400);
    }
    expect(calls).toHaveBeenCalledOnce();
  });

  it('says which call it does not know', async () => {
    const reply = await build().inject({ url: '/api/calls/another', headers: proved });
    expect(reply.statusCode).toBe(404);
  });

  it('answers 422 with the problems when a reload is refused', async () => {
    const problems = ['sites/mairie.yaml:3:5 ...'];
    const reply = await build({ reload: async () => ({ accepted: false, problems }) }).inject({
      method: 'POST',
      url: '/api/reload',
      headers: proved,
    });
    expect(reply.statusCode).toBe(422);
    expect(reply.json()).toEqual({ accepted: false, problems });
  });

  it('tells nothing of a mistake of ours, and logs it', async () => {
    const log = listeningLog();
    const trunks = () => {
      throw new Error('secret detail in /some/path');
    };
    const reply = await build({ trunks }, generous, log).inject({ url: '/api/trunks', headers: proved });
    expect(reply.statusCode).toBe(500);
    expect(reply.body).not.toMatch(/secret|path|at /);
    expect(log.lines).toMatchObject([{ route: '/api/trunks', says: 'an HTTP request failed' }]);
  });

  it('refuses a body that is too long or broken, and a URL that is too long', async () => {
    const http = build();
    const post = (payload: string) =>
      http.inject({
        method: 'POST',
        url: '/api/reload',
        headers: { ...proved, 'content-type': 'application/json' },
        payload,
      });
    expect((await post(`{"a":"${'x'.repeat(20_000)}"}`)).statusCode).toBe(413);
    expect((await post('{')).statusCode).toBe(400);
    expect((await http.inject({ url: `/api/calls/${'x'.repeat(400)}`, headers: proved })).statusCode).toBe(414);
  });
});
