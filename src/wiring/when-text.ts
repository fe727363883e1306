import type { Instant } from '../domain/instant.ts';
import type { Mailbox } from '../domain/mailbox.ts';

/** An instant in the words of a letter: `le mardi 24 novembre 2026 à 14:30`, `on Tuesday 24 November 2026 at 14:30`. */
export function whenText(at: Instant, { language, timeZone }: Pick<Mailbox, 'language' | 'timeZone'>): string {
  const locale = language === 'fr' ? 'fr-FR' : 'en-GB';
  const day = new Intl.DateTimeFormat(locale, {
    timeZone,
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
  });
  const hour = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  const [date, time] = [day.format(at).replace(',', ''), hour.format(at)];
  return language === 'fr' ? `le ${date} à ${time}` : `on ${date} at ${time}`;
}
