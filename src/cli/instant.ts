import { UsageError } from './command.ts';
import { timeText } from './time-text.ts';

const unitMs: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `2026-11-24T14:30`, `2026-11-24`, `14:30` (today), `2h` (ago): an instant, by the clock of `zone` unless it names one. */
export function instant(text: string, option: string, now: number, zone: string): number {
  const [, count, unit] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  if (count !== undefined && unit !== undefined) return now - Number(count) * (unitMs[unit] ?? 0);
  const dated = /^\d{1,2}:\d\d$/.test(text) ? `${timeText(now, zone).slice(0, 10)}T${text.padStart(5, '0')}` : text;
  const [, day, time = '00:00', ownZone] =
    /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?)(Z|[+-]\d\d:\d\d)?)?$/.exec(dated) ?? [];
  const at = day === undefined ? Number.NaN : Date.parse(`${day}T${time}${ownZone ?? 'Z'}`);
  if (Number.isNaN(at))
    throw new UsageError(`--${option} is a time such as 2026-11-24T14:30, 14:30 or 2h, not "${text}"`);
  return ownZone === undefined ? byTheClockOf(zone, at) : at;
}

/** When the clock of a zone shows what the clock of UTC shows at `shown`. An hour that is skipped in spring is the one after it. */
function byTheClockOf(zone: string, shown: number): number {
  const ahead = (at: number): number => Date.parse(`${timeText(at, zone).replace(' ', 'T')}Z`) - at;
  const near = shown - ahead(shown);
  return shown - ahead(near);
}
