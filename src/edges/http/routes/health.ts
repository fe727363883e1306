import type { FastifyInstance } from 'fastify';
import type { ReadyReply } from '../api.ts';
import type { ExchangeView } from '../ports.ts';

/** What a supervisor and Prometheus ask. */
export function addHealth(app: FastifyInstance, exchange: ExchangeView): void {
  app.get('/healthz', async () => ({ alive: true }));

  app.get('/readyz', async (_, reply) => {
    const parts = exchange.readiness();
    const ready = parts.engine.ok && parts.config.ok && parts.store.ok;
    return reply.code(ready ? 200 : 503).send({ ready, ...parts } satisfies ReadyReply);
  });

  app.get('/metrics', async (_, reply) => {
    const { contentType, text } = await exchange.metrics();
    return reply.type(contentType).send(text);
  });
}
