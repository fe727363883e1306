import type { Reason, Shown } from '../domain/call.ts';

/** What will be shown, for people. */
export function becauseOfShown(shows: Shown): Reason {
  if (shows.withheld) return { room: 'caller id', says: 'the caller’s number is withheld' };
  return { room: 'caller id', says: `shows ${shows.number ?? 'no number'}${shows.name ? ` (${shows.name})` : ''}` };
}
