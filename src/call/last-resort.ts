import { callBackRules } from '../decide/call-back-rules.ts';
import type { CallBackOwner } from '../domain/call-back.ts';
import type { Mailbox } from '../domain/mailbox.ts';
import type { Outcome } from '../domain/outcome.ts';
import type { Scene } from './scene.ts';

/**
 * A last resort could not be carried out, and the caller has nothing: no message, no promise. `ended` is how the call has ended
 * for them. Who owes it calls them back; where there is nobody, or nobody knows their number, they are lost, and that is our
 * fault.
 */
export function owed(what: string, owner: CallBackOwner | undefined, scene: Scene, ended: Outcome): Outcome {
  const { record, config, world, call } = scene;
  const rule = owner && callBackRules(config).of(owner);
  if (owner !== undefined && rule !== undefined && record.callerNumber() !== undefined) {
    record.unserved(owner);
    return ended;
  }
  world.alarm({ call: call.id, what, error: new Error(what) });
  return { is: 'our fault', what };
}

/** Who calls back those who cannot leave a message there; nobody for the mailbox of a line that does not. */
export function ownerOf({ owner }: Mailbox, { config }: Scene): CallBackOwner | undefined {
  return callBackRules(config).of(owner)?.owner;
}
