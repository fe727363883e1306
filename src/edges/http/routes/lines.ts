import type { FastifyInstance } from 'fastify';
import { WishOnly, WishQuestion } from '../api.ts';
import type { ExchangeView } from '../ports.ts';

/** What the owners of lines wish. */
export function addLines(app: FastifyInstance, exchange: Pick<ExchangeView, 'wishes' | 'wish'>): void {
  app.get<{ Params: { line: string } }>('/api/lines/:line/wishes', async ({ params }, reply) => {
    const wishes = exchange.wishes(params.line);
    return wishes ?? reply.code(404).send({ error: `there is no line ${params.line}` });
  });

  app.post('/api/lines/:line/wishes/:code', async ({ params, query }, reply) => {
    const { line, code } = WishQuestion.parse(params);
    const { from, hours } = WishOnly.parse(query);
    const only =
      from === undefined && hours === undefined ? undefined : { ...(from && { from }), ...(hours && { hours }) };
    const wished = await exchange.wish(line, code, only);
    return typeof wished === 'string' ? reply.code(422).send({ error: wished }) : wished;
  });
}
