import { notTaken } from '../decide/call-back.ts';
import type { Destination } from '../domain/call.ts';
import type { MailboxId } from '../domain/ids.ts';
import type { Outcome } from '../domain/outcome.ts';
import type { Scene } from './scene.ts';
import { whoCalls } from './who-calls.ts';

/**
 * Tells the owner of a line or service that nobody took a call and no message was left, where they wish it. Who was at the
 * mailbox already is told of from there. Never rejects.
 */
export async function tellMissed(
  destination: Destination | undefined,
  outcome: Outcome,
  scene: Pick<Scene, 'call' | 'config' | 'world' | 'record'>,
): Promise<void> {
  if (!isMissed(outcome, scene)) return;
  const owner =
    destination?.is === 'line'
      ? destination.line.id
      : destination?.is === 'service'
        ? destination.service.id
        : undefined;
  const mailbox = owner && scene.config.mailboxes.get(owner as string as MailboxId);
  if (mailbox?.missedCalls === true) await scene.world.mailboxes.missed(mailbox, whoCalls(scene));
}

/** Who was released with a sentence is missed when somebody had been called for them: not when they were told that it is closed. */
function isMissed(outcome: Outcome, { record }: Pick<Scene, 'record'>): boolean {
  const during = outcome.is === 'caller gone' ? outcome.during : record.during();
  if (during === 'message' || during === 'menu') return false;
  if (outcome.is === 'refused') return notTaken.has(outcome.why);
  if (outcome.is === 'told and released') return record.tried();
  return outcome.is === 'caller gone' || outcome.is === 'our fault';
}
