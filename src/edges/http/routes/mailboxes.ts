import { createReadStream } from 'node:fs';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { MessageMarkQuestion, MessagesQuestion } from '../api.ts';
import type { MailboxView, SoundFile } from '../ports.ts';

const noMessage = { error: 'there is no such message' };

/** Messages and mailboxes, as `beffroi mailbox` asks for them. Nothing here marks a message as read but the mark itself. */
export function addMailboxes(app: FastifyInstance, mailboxes: MailboxView): void {
  app.get('/api/mailboxes', async () => ({ mailboxes: await mailboxes.list() }));

  app.get<{ Params: { id: string } }>('/api/mailboxes/:id/messages', async ({ params, query }, reply) => {
    const { deleted } = MessagesQuestion.parse(query);
    const messages = await mailboxes.messages(params.id);
    if (messages === undefined) return reply.code(404).send({ error: `there is no mailbox ${params.id}` });
    return { messages: messages.filter(({ deletedAt }) => deleted || deletedAt === undefined) };
  });

  app.post<{ Params: { id: string } }>('/api/mailboxes/:id/pin/reset', async ({ params }, reply) => {
    const reset = await mailboxes.resetPin(params.id);
    return reset ?? reply.code(404).send({ error: `there is no mailbox ${params.id}` });
  });

  app.get('/api/messages/expired', async () => ({ messages: await mailboxes.expired() }));

  app.post('/api/messages/purge', async () => ({ purged: await mailboxes.purge() }));

  app.get<{ Params: { id: string } }>('/api/messages/:id', async ({ params }, reply) => {
    const message = await mailboxes.message(params.id);
    return message ?? reply.code(404).send(noMessage);
  });

  app.get<{ Params: { id: string } }>('/api/messages/:id/sound', async ({ params }, reply) => {
    const sound = await mailboxes.sound(params.id);
    return sound === undefined ? reply.code(404).send(noMessage) : sendSound(sound, undefined, reply);
  });

  app.post('/api/messages/:id/mark/:mark', async ({ params }, reply) => {
    const { id, mark } = MessageMarkQuestion.parse(params);
    const marked = await mailboxes.mark(id, mark);
    return marked ?? reply.code(404).send(noMessage);
  });
}

/** The file, or the part of it that was asked for: some browsers play nothing that they cannot ask for in parts (RFC 9110 §14). */
export function sendSound({ path, bytes }: SoundFile, range: string | undefined, reply: FastifyReply): FastifyReply {
  reply.headers({ 'content-type': 'audio/wav', 'accept-ranges': 'bytes' });
  const part = range === undefined ? undefined : partOf(range, bytes);
  if (part === 'beyond') return reply.code(416).header('content-range', `bytes */${bytes}`).send();
  const { start, end } = part ?? { start: 0, end: bytes - 1 };
  if (part !== undefined) reply.code(206).header('content-range', `bytes ${start}-${end}/${bytes}`);
  reply.header('content-length', end - start + 1);
  return reply.send(createReadStream(path, { start, end }));
}

/** RFC 9110 §14.1.2: one range of bytes. Several, or another unit: the whole is sent (§14.2). */
function partOf(range: string, bytes: number): { readonly start: number; readonly end: number } | 'beyond' | undefined {
  const [, first = '', last = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(range) ?? [];
  if (first === '' && last === '') return undefined;
  const start = first === '' ? Math.max(0, bytes - Number(last)) : Number(first);
  const end = first === '' || last === '' ? bytes - 1 : Math.min(Number(last), bytes - 1);
  return start > end || start >= bytes ? 'beyond' : { start, end };
}
