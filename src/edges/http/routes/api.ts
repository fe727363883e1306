import type { FastifyInstance } from 'fastify';
import { CallsQuestion, ExplainQuestion, RegistrationsQuestion } from '../api.ts';
import type { ExchangeView } from '../ports.ts';

/** What the CLI and the console ask. */
export function addApi(app: FastifyInstance, exchange: ExchangeView): void {
  app.get('/api/status', async () => exchange.status());

  app.post('/api/reload', async (_, reply) => {
    const result = await exchange.reload();
    return reply.code(result.accepted ? 200 : 422).send(result);
  });

  app.get('/api/calls', async ({ query }) => ({ calls: await exchange.calls(CallsQuestion.parse(query)) }));

  app.get<{ Params: { id: string } }>('/api/calls/:id', async ({ params }, reply) => {
    const call = await exchange.call(params.id);
    return call ?? reply.code(404).send({ error: 'no such call is in the ledger' });
  });

  app.get('/api/registrations', async ({ query }) => {
    const { line } = RegistrationsQuestion.parse(query);
    return { registrations: exchange.registrations(line) };
  });

  app.get('/api/trunks', async () => ({ trunks: exchange.trunks() }));

  app.get('/api/explain', async ({ query }, reply) => {
    const explained = exchange.explain(ExplainQuestion.parse(query));
    return typeof explained === 'string' ? reply.code(404).send({ error: explained }) : explained;
  });
}
