import type { Draft } from '../draft.ts';
import { nearest } from '../guess.ts';
import { pathText, type Report } from '../problem.ts';

/** A zone that this machine's table does not know would stop a call on its way. */
export function checkTimeZone(draft: Draft<{ readonly timeZone: string }>, report: Report): void {
  const { timeZone } = draft.values;
  if (timeZone === undefined || isTimeZone(timeZone)) return;
  const zones = Intl.supportedValuesOf('timeZone');
  const guess = nearest(timeZone, zones) ?? zones.find((zone) => zone.endsWith(`/${timeZone}`));
  const says = `nobody knows the time zone ${timeZone}`;
  const path = ['timeZone'];
  const expected = 'an IANA name such as Europe/Paris';
  report.add(draft.written.mark(path), { path: pathText(path), says, expected, guess });
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return name.includes('/') || name === 'UTC';
  } catch {
    return false;
  }
}
