import type { ServiceId } from '../domain/ids.ts';
import type { Mailbox } from '../domain/mailbox.ts';
import type { Outcome } from '../domain/outcome.ts';
import type { Scene } from './scene.ts';

/**
 * A last resort could not be carried out, and the caller has nothing: no message, no promise. `ended` is how the call has ended
 * for them. The service that owes it calls them back; where there is none, or nobody knows their number, they are lost, and that
 * is our fault.
 */
export function owed(what: string, owner: string | undefined, scene: Scene, ended: Outcome): Outcome {
  const { record, config, world, call } = scene;
  const service = owner === undefined ? undefined : config.services.get(owner as ServiceId);
  if (service !== undefined && record.callerNumber() !== undefined) {
    record.unserved(service.id);
    return ended;
  }
  world.alarm({ call: call.id, what, error: new Error(what) });
  return { is: 'our fault', what };
}

/** Who calls back those who cannot leave a message there: nobody for the mailbox of a line. */
export function ownerOf({ owner }: Mailbox, { config }: Scene): string | undefined {
  return owner.is === 'service' ? config.services.get(owner.service)?.callBack.owner : undefined;
}
