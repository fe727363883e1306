import type { Account, NotReached, Reason, Treatment } from '../domain/call.ts';
import type { Config } from '../domain/config.ts';
import type { LineId, MailboxId } from '../domain/ids.ts';
import type { Line } from '../domain/line.ts';
import type { Mailbox } from '../domain/mailbox.ts';
import { ownerOfExtension } from './town-numbers.ts';
import { refuseWith, type Treated } from './treated.ts';

/** The mailbox of a line, when it has one. */
export function mailboxOfLine({ id }: Line, config: Config): Mailbox | undefined {
  return config.mailboxes.get(id as string as MailboxId);
}

/** That of the line or service with this extension. */
export function mailboxOfExtension(extension: string, config: Config): Mailbox | undefined {
  const owner = ownerOfExtension(extension, config);
  const id = owner?.is === 'line' ? owner.line : owner?.is === 'service' ? owner.service : undefined;
  return id === undefined ? undefined : config.mailboxes.get(id as string as MailboxId);
}

/** We take the call, and a message with it. */
export function toMailbox(of: MailboxId, because: NotReached | 'asked'): Treatment {
  return { do: 'pre-answer', how: 'answer', next: { do: 'mailbox', of, because } };
}

/** What becomes of a call that a line with a mailbox does not take: each way of not being reached leads there. */
export function whenNotTaken({ id }: Mailbox): Readonly<Record<NotReached, Treatment>> {
  return {
    busy: toMailbox(id, 'busy'),
    'no answer': toMailbox(id, 'no answer'),
    unreachable: toMailbox(id, 'unreachable'),
    declined: toMailbox(id, 'declined'),
    failed: toMailbox(id, 'failed'),
  };
}

/**
 * The codes of mailboxes: `888` and `*98` one's own, `*98` and an extension another's with its PIN (without it for whoever shares
 * it), `*99` and an extension to leave a message without ringing. `undefined`: it is none of them.
 */
export function treatMailboxCode(code: string, account: Account | undefined, config: Config): Treated | undefined {
  if (code === '888' || code === '*98') return ownMailbox(account?.line, config);
  const [, kind, extension] = /^(\*98|\*99)(\d{3,7})$/.exec(code) ?? [];
  if (extension === undefined) return undefined;
  const mailbox = mailboxOfExtension(extension, config);
  if (kind === '*99') {
    if (mailbox !== undefined) return treated(toMailbox(mailbox.id, 'asked'), `a message for ${mailbox.id}`);
    return refuseWith('unallocated', { room: 'line', says: 'there is no mailbox of that extension' });
  }
  const shares = account?.line !== undefined && mailbox?.members.includes(account.line) === true;
  // Whether there is one is told to nobody who cannot prove the PIN.
  return read(mailbox?.id, !shares);
}

function ownMailbox(line: LineId | undefined, config: Config): Treated {
  const own = line === undefined ? undefined : config.mailboxes.get(line as string as MailboxId);
  return own === undefined ? read(undefined, true) : read(own.id, false);
}

function read(of: MailboxId | undefined, pin: boolean): Treated {
  const next: Treatment = { do: 'read mailbox', ...(of !== undefined && { of }), pin };
  const says = of === undefined ? 'a mailbox is listened to, with its PIN' : `mailbox ${of} is listened to`;
  return treated({ do: 'pre-answer', how: 'answer', next }, says);
}

function treated(treatment: Treatment, says: string): Treated {
  const because: Reason = { room: 'line', says };
  return { treatment, because: [because] };
}
