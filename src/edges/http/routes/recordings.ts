import type { FastifyInstance } from 'fastify';
import { RecordingsQuestion } from '../api.ts';
import type { RecordingView } from '../ports.ts';
import { sendSound } from './mailboxes.ts';

const none = { error: 'there is no such recording, or it goes on' };

/** Recorded talks, as `beffroi recordings` asks for them. */
export function addRecordings(app: FastifyInstance, recordings: RecordingView): void {
  app.get('/api/recordings', async ({ query }) => ({
    recordings: recordings.list(RecordingsQuestion.parse(query).service),
  }));

  app.get<{ Params: { id: string } }>('/api/recordings/:id/sound', async ({ params }, reply) => {
    const sound = await recordings.sound(params.id);
    return sound === undefined ? reply.code(404).send(none) : sendSound(sound, undefined, reply);
  });

  app.post<{ Params: { id: string } }>('/api/recordings/:id/delete', async ({ params }, reply) =>
    (await recordings.delete(params.id)) ? { id: params.id } : reply.code(404).send(none),
  );
}
