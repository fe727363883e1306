import type { MeetingRole } from '../domain/meeting.ts';

/** Somebody who was let in. */
export interface Present {
  readonly role: MeetingRole;
}

/** Do those who are there hear each other? Until then they hear music. `isLed`: it waits for its host. */
export function isOn(present: Iterable<Present>, isLed: boolean): boolean {
  const all = [...present];
  return all.length > 1 && (!isLed || all.some(({ role }) => role === 'host'));
}

/** Is it over, now that this one has left? When the last host goes, it is for everybody. */
export function isOver(left: Present, present: Iterable<Present>, isLed: boolean): boolean {
  return isLed && left.role === 'host' && ![...present].some(({ role }) => role === 'host');
}
