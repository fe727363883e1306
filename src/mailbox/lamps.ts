import type { LineId, MailboxId } from '../domain/ids.ts';
import type { Mailbox } from '../domain/mailbox.ts';
import { nothingWaits, type Waiting } from '../domain/message.ts';
import type { MailStore } from './ports.ts';

export interface LampWorld {
  readonly store: Pick<MailStore, 'waiting'>;
  mailboxes(): Iterable<Mailbox>;
  /** Tells every phone of the line. */
  show(line: LineId, waiting: Waiting): void;
  alarm(error: unknown): void;
}

/** The lamps of the phones: what waits for a line in its own mailbox and in those it shares. */
export interface Lamps {
  /** What waits in this mailbox has changed: the lamps of its members follow. Never rejects. */
  changed(mailbox: MailboxId): Promise<void>;
  /** A phone of the line has registered. */
  registered(line: LineId): Promise<void>;
  /** What waits for the line. Never rejects: what cannot be read counts as nothing. */
  waiting(line: LineId): Promise<Waiting>;
  /** Every lamp, as after a restart. */
  all(): Promise<void>;
  /** The mailboxes are others, or shared by others: the lamps of lines whose mailboxes have changed follow. */
  reconfigured(): Promise<void>;
}

export function createLamps(world: LampWorld): Lamps {
  let shared = sharesOf(world.mailboxes());
  const show = async (isMeant: (line: LineId, mailboxes: readonly Mailbox[]) => boolean): Promise<void> => {
    try {
      const waiting = new Map(await world.store.waiting());
      for (const [line, mailboxes] of byLine(world.mailboxes())) {
        if (isMeant(line, mailboxes)) world.show(line, sum(mailboxes.map(({ id }) => waiting.get(id) ?? nothingWaits)));
      }
    } catch (error) {
      world.alarm(error);
    }
  };
  return {
    changed: (mailbox) => show((_, mailboxes) => mailboxes.some(({ id }) => id === mailbox)),
    registered: (line) => show((one) => one === line),
    async waiting(line) {
      try {
        const waiting = new Map(await world.store.waiting());
        const mailboxes = byLine(world.mailboxes()).get(line) ?? [];
        return sum(mailboxes.map(({ id }) => waiting.get(id) ?? nothingWaits));
      } catch (error) {
        world.alarm(error);
        return nothingWaits;
      }
    },
    all: () => show(() => true),
    async reconfigured() {
      const before = shared;
      shared = sharesOf(world.mailboxes());
      await show((line) => before.get(line) !== shared.get(line));
      // Who shares none any more has nothing waiting.
      for (const line of before.keys()) if (!shared.has(line)) world.show(line, nothingWaits);
    },
  };
}

function byLine(mailboxes: Iterable<Mailbox>): ReadonlyMap<LineId, readonly Mailbox[]> {
  const lines = new Map<LineId, Mailbox[]>();
  for (const mailbox of mailboxes) {
    for (const line of mailbox.members) lines.set(line, [...(lines.get(line) ?? []), mailbox]);
  }
  return lines;
}

/** Which mailboxes each line shares, to be compared. */
function sharesOf(mailboxes: Iterable<Mailbox>): ReadonlyMap<LineId, string> {
  return new Map([...byLine(mailboxes)].map(([line, all]) => [line, all.map(({ id }) => id).join(' ')]));
}

function sum(all: readonly Waiting[]): Waiting {
  return all.reduce(
    (one, other) => ({
      unread: one.unread + other.unread,
      read: one.read + other.read,
      urgentUnread: one.urgentUnread + other.urgentUnread,
      urgentRead: one.urgentRead + other.urgentRead,
    }),
    nothingWaits,
  );
}
