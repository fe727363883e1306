import type { FastifyInstance, FastifyReply } from 'fastify';
import { messagePage, pageHeaders, whyNotPage } from '../message-page.ts';
import type { Linked, MailboxView } from '../ports.ts';
import { sendSound } from './mailboxes.ts';

/** What a link in a letter opens. Open to everybody who holds one: the link is the key. */
export const linkPaths = ['/messages/:link', '/messages/:link/sound'] as const;

/**
 * The page plays the sound by itself where the browser allows it, and at a click elsewhere; the sound that is fetched marks the
 * message as read. A filter that opens every link of a letter fetches the page alone, and marks nothing.
 */
export function addLinks(app: FastifyInstance, mailboxes: Pick<MailboxView, 'linked' | 'mark' | 'sound'>): void {
  const [page, sound] = linkPaths;
  app.get<{ Params: { link: string } }>(page, async ({ params }, reply) => {
    const linked = await mailboxes.linked(params.link);
    if (linked.is !== 'message') return refuse(linked, reply);
    return reply.headers(pageHeaders).send(messagePage(linked, params.link));
  });

  app.get<{ Params: { link: string } }>(sound, { exposeHeadRoute: false }, async ({ params, headers }, reply) => {
    const linked = await mailboxes.linked(params.link);
    if (linked.is !== 'message') return refuse(linked, reply);
    const file = await mailboxes.sound(linked.message.id);
    if (file === undefined) return refuse({ is: 'deleted' }, reply);
    if (linked.message.readAt === undefined) await mailboxes.mark(linked.message.id, 'read');
    reply.headers({ 'x-robots-tag': 'noindex, nofollow', 'content-disposition': 'inline; filename="message.wav"' });
    return sendSound(file, headers.range, reply);
  });
}

/** RFC 9110 §15.5.11: gone, where it was ours; nothing here, where it was not. */
function refuse({ is }: Exclude<Linked, { is: 'message' }>, reply: FastifyReply): FastifyReply {
  return reply
    .code(is === 'unknown' ? 404 : 410)
    .headers(pageHeaders)
    .send(whyNotPage(is));
}
