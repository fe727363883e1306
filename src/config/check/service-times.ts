import { readDay } from '../../domain/civil-day.ts';
import type { ServiceFile } from '../../domain/service.ts';
import { readHoursOf } from '../../domain/service-read.ts';
import { dayNames, HOURS_EXAMPLE, isHoursMistake } from '../../domain/week-hours.ts';
import { nearest } from '../guess.ts';
import { type ServiceChecks, type ServiceDraft, say } from './service-checks.ts';

/** Hours that can be read, a word for when it is closed, steps that come one after the other. */
export function checkTimes(service: ServiceDraft, checks: ServiceChecks): void {
  checkHours(service, 'hours', service.values.hours, checks);
  checkHours(service, 'hoursInSchoolHolidays', service.values.hoursInSchoolHolidays, checks);
  const { hours, calendar, closed } = service.values;
  const closes = hours !== undefined && (hours !== '24/7' || calendar !== undefined);
  if (closes && closed === undefined && service.written.raw(['closed', 'to']) === undefined) {
    const says = `closed is missing: nobody says what becomes of a call outside the hours of ${service.id}`;
    const guess = 'closed: { say: hotline.closed, to: goodbye }';
    say(service, ['hours'], { says, expected: 'a block closed: { say: …, to: … }', guess }, checks.report);
  }
  checkSteps(service, checks);
  checkTests(service, checks);
}

function checkHours(
  service: ServiceDraft,
  key: 'hours' | 'hoursInSchoolHolidays',
  written: ServiceFile['hours'] | undefined,
  { report }: ServiceChecks,
): void {
  const read = written === undefined ? undefined : readHoursOf(written);
  if (read === undefined || !isHoursMistake(read)) return;
  const guess = nearest(read.word.split('-')[0] ?? '', dayNames());
  say(service, [key], { says: `${key}: ${read.wrong}`, expected: HOURS_EXAMPLE, guess }, report);
}

function checkSteps(service: ServiceDraft, { report }: ServiceChecks): void {
  let before = 0;
  for (const [index, { afterSeconds }] of (service.values.overflow ?? []).entries()) {
    if (afterSeconds === undefined) continue;
    if (afterSeconds <= before) {
      const says = `this step would be taken after ${afterSeconds} s, and the one before it after ${before} s`;
      say(service, ['overflow', index, 'afterSeconds'], { says, expected: `more than ${before}` }, report);
    }
    before = afterSeconds;
  }
}

function checkTests(service: ServiceDraft, { report }: ServiceChecks): void {
  for (const [index, { at, expect }] of (service.values.tests ?? []).entries()) {
    if (readDay(at.slice(0, 10)) === undefined || Number(at.slice(11, 13)) > 23 || Number(at.slice(14)) > 59) {
      const says = `${at} is no time of any day`;
      say(service, ['tests', index, 'at'], { says, expected: 'an instant such as 2026-09-14T09:00' }, report);
    }
    if (Object.keys(expect).length === 0) {
      const says = 'a test that expects nothing proves nothing';
      const expected = 'at least one of: says, rings, thenRings, ends, shows';
      say(service, ['tests', index, 'expect'], { says, expected }, report);
    }
  }
}
