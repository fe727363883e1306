import fastify, { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { ZodError } from 'zod';
import { bearerCheck, isFromThisMachine } from './auth.ts';
import type { HttpOptions } from './options.ts';
import type { ExchangeView, HttpLog } from './ports.ts';
import { createRate } from './rate.ts';
import { addApi } from './routes/api.ts';
import { addHealth } from './routes/health.ts';
import { addLines } from './routes/lines.ts';
import { addLinks, linkPaths } from './routes/links.ts';
import { addMailboxes } from './routes/mailboxes.ts';
import { addRecordings } from './routes/recordings.ts';

export interface HttpServer {
  /** Where it listens, such as `http://127.0.0.1:8080`. */
  readonly url: string;
  /** Answers what was asked already, and closes. */
  stop(): Promise<void>;
}

/** Serves health checks, metrics and the API. Rejects when the address cannot be listened on. */
export async function startHttp(
  options: Pick<HttpOptions, 'host' | 'port' | 'requestsPerSecond' | 'connectionsAtMost'>,
  token: string,
  exchange: ExchangeView,
  log: HttpLog,
): Promise<HttpServer> {
  const app = buildHttp(options, token, exchange, log);
  const url = await app.listen({ host: options.host, port: options.port });
  return { url, stop: () => app.close() };
}

/** The server before it listens. */
export function buildHttp(
  options: Pick<HttpOptions, 'requestsPerSecond' | 'connectionsAtMost'>,
  token: string,
  exchange: ExchangeView,
  log: HttpLog,
): FastifyInstance {
  const app = fastify({
    bodyLimit: 16 * 1024,
    requestTimeout: 10_000,
    connectionTimeout: 30_000,
    keepAliveTimeout: 10_000,
    maxRequestsPerSocket: 1_000,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 300 },
    http: { maxHeaderSize: 16 * 1024, headersTimeout: 5_000, connectionsCheckingInterval: 1_000 },
  });
  app.server.maxConnections = options.connectionsAtMost;
  guard(app, token, options.requestsPerSecond);
  answerErrors(app, log);
  app.addHook('onResponse', async (request, reply) => {
    // A link is a key: whoever reads the log shall not hold it.
    const { url: route = '' } = request.routeOptions;
    const url = isLink(route) ? route : request.url;
    log.debug({ method: request.method, url, status: reply.statusCode }, 'HTTP request');
  });
  addHealth(app, exchange);
  addApi(app, exchange);
  addLines(app, exchange);
  addMailboxes(app, exchange.mailboxes);
  addRecordings(app, exchange.recordings);
  addLinks(app, exchange.mailboxes);
  return app;
}

/** Before anything is read: how often, who, and the headers each answer bears. */
function guard(app: FastifyInstance, token: string, perSecond: number): void {
  const isAllowed = createRate(perSecond, () => performance.now());
  const hasToken = bearerCheck(token);

  app.addHook('onRequest', async (request, reply) => {
    reply.headers({
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'referrer-policy': 'no-referrer',
    });
    if (!isAllowed(request.ip)) {
      return reply.code(429).header('retry-after', '1').send({ error: 'too many requests' });
    }
    if (hasToken(request.headers.authorization)) return;
    if (isOpen(request) || isLink(request.routeOptions.url ?? '')) return;
    return reply.code(401).header('www-authenticate', 'Bearer').send({ error: 'the token of the API is needed' });
  });
}

function isLink(route: string): boolean {
  return linkPaths.some((path) => path === route);
}

const openPaths = new Set(['/healthz', '/readyz', '/metrics']);

function isOpen(request: FastifyRequest): boolean {
  const { host, forwarded, 'x-forwarded-for': forwardedFor } = request.headers;
  const isForwarded = forwarded !== undefined || forwardedFor !== undefined;
  const isHere = isFromThisMachine({ address: request.socket.remoteAddress, host, isForwarded });
  return isHere && openPaths.has(request.routeOptions.url ?? '');
}

/** What was wrong with the question is told; what was wrong with us is logged. */
function answerErrors(app: FastifyInstance, log: HttpLog): void {
  app.setNotFoundHandler((_, reply) => reply.code(404).send({ error: 'there is nothing here' }));
  app.setErrorHandler((error: FastifyError | ZodError, request, reply: FastifyReply) => {
    if (error instanceof ZodError) {
      const says = error.issues.map(({ path, message }) => `${path.join('.') || 'the question'}: ${message}`);
      return reply.code(400).send({ error: says.join('; ') });
    }
    const status = error.statusCode ?? 500;
    if (status < 500) return reply.code(status).send({ error: error.message });
    log.error({ err: error, method: request.method, route: request.routeOptions.url }, 'an HTTP request failed');
    return reply.code(500).send({ error: 'the exchange made a mistake; its log says which' });
  });
}
