import type { Config } from '../../src/domain/config.ts';
import { openMemoryMail } from '../../src/edges/stores/memory/mail.ts';
import { createMailboxes, type MailboxRoom } from '../../src/mailbox/mailboxes.ts';

/** The real mailboxes over a store that forgets, and recordings that are as long as they are said to be. */
export function fakeMailboxes(now: () => number, config: () => Config): MailboxRoom & { readonly told: string[] } {
  const told: string[] = [];
  let count = 0;
  const room = createMailboxes({
    now,
    store: openMemoryMail(),
    recordings: {
      seconds: async () => undefined,
      remove: async (file) => void told.push(`remove ${file}`),
      copy: async (from, to) => void told.push(`copy ${from} ${to}`),
      path: (file) => `/recordings/${file}`,
    },
    newId: () => {
      count += 1;
      return `id-${count}`;
    },
    pins: { hash: async (pin) => `hash of ${pin}`, fits: async (pin, hash) => hash === `hash of ${pin}` },
    mailbox: (id) => config().mailboxes.get(id),
    mailboxes: () => config().mailboxes.values(),
    writesLetters: () => true,
    changed: (mailbox) => void told.push(`changed ${mailbox}`),
    posted: () => void told.push('posted'),
    alarm: (error, says) => void told.push(`${says}: ${error instanceof Error ? error.message : error}`),
  });
  return { ...room, told };
}
