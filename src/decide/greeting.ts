import type { Instant } from '../domain/instant.ts';
import type { Mailbox } from '../domain/mailbox.ts';
import type { MailboxChoices } from '../domain/message.ts';
import type { Say } from '../domain/say.ts';

/** What a caller hears before the tone: an absence until it ends, the owner's own greeting, the block's, or the usual one. */
export function greetingOf(mailbox: Mailbox, choices: MailboxChoices, at: Instant): readonly Say[] {
  const { language } = mailbox;
  const speak: Say = { prompt: 'mailbox.speak', language };
  const { absenceUntil, absenceFile, ownFile } = choices;
  if (choices.greeting === 'absence' && (absenceUntil === undefined || at < absenceUntil)) {
    if (absenceFile !== undefined) return [{ recording: absenceFile }];
    if (absenceUntil !== undefined)
      return [{ prompt: 'mailbox.absent', values: { until: absenceUntil }, language }, speak];
  }
  if (choices.greeting !== 'default' && ownFile !== undefined) return [{ recording: ownFile }];
  if (mailbox.greeting.length > 0) return mailbox.greeting;
  const usual = mailbox.owner.is === 'service' ? 'mailbox.service' : 'mailbox.unavailable';
  return [{ prompt: usual, language }, speak];
}
