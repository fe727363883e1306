import type { FastifyInstance } from 'fastify';
import {
  CallBacksQuestion,
  CallsQuestion,
  ExplainQuestion,
  LedgerQuestion,
  RegistrationsQuestion,
  ServiceModeQuestion,
} from '../api.ts';
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

  app.get('/api/ledger', async ({ query }) => exchange.ledger(LedgerQuestion.parse(query)));

  app.get('/api/call-backs', async ({ query }) => ({
    callBacks: exchange.callBacks(CallBacksQuestion.parse(query)),
  }));

  app.post<{ Params: { id: string } }>('/api/call-backs/:id/close', async ({ params }, reply) => {
    const closed = exchange.closeCallBack(params.id);
    return closed ?? reply.code(404).send({ error: 'no open call-back has that id' });
  });

  app.get('/api/registrations', async ({ query }) => {
    const { line } = RegistrationsQuestion.parse(query);
    return { registrations: exchange.registrations(line) };
  });

  app.get('/api/services', async () => ({ services: exchange.services() }));

  app.post('/api/services/:id/mode/:mode', async ({ params }, reply) => {
    const { id, mode } = ServiceModeQuestion.parse(params);
    const switched = await exchange.switchService(id, mode, 'the API');
    return typeof switched === 'string' ? reply.code(404).send({ error: switched }) : switched;
  });

  app.get('/api/meetings', async () => ({ meetings: exchange.meetings() }));

  app.get('/api/trunks', async () => ({ trunks: exchange.trunks() }));

  app.get('/api/explain', async ({ query }, reply) => {
    const explained = exchange.explain(ExplainQuestion.parse(query));
    return typeof explained === 'string' ? reply.code(404).send({ error: explained }) : explained;
  });
}
