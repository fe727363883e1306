import type { Calendar, CalendarFile, CalendarId, Days } from './calendar.ts';
import { type DayNumber, readDay } from './civil-day.ts';
import type { ServiceId } from './ids.ts';
import type { Schedule } from './schedule.ts';
import {
  readGoal,
  readRung,
  readSaid,
  type Service,
  type ServiceFile,
  type ServiceStep,
  type ServiceWay,
} from './service.ts';
import type { Site } from './site.ts';
import {
  type HoursMistake,
  isHoursMistake,
  readHours,
  readHoursTable,
  readSpans,
  type WeekHours,
} from './week-hours.ts';

/** A service without a mistake, with everything read: hours, goals, what is said. */
export function readService(
  id: ServiceId,
  file: ServiceFile,
  { timeZone }: Pick<Site, 'timeZone'>,
  calendars: ReadonlyMap<CalendarId, Calendar>,
): Service {
  const { name, site, numbers, extension, shown, rights, strategy, ringSeconds, whisper, tests } = file;
  const { wrapUpSeconds, switchedBy, despiteDoNotDisturb } = file;
  const schedule = scheduleOf(file, timeZone, file.calendar && calendars.get(file.calendar));
  return {
    id,
    name,
    site,
    numbers,
    shown,
    strategy,
    ringSeconds,
    wrapUpSeconds,
    switchedBy,
    whisper: whisper === true ? 'number' : whisper === false ? undefined : readSaid(whisper),
    despiteDoNotDisturb,
    tests,
    ...(extension !== undefined && { extension }),
    ...(rights !== undefined && { rights }),
    ...(schedule && { schedule }),
    members: file.members.map(readRung),
    ...(file.recording && { recording: file.recording }),
    ...partsOf(file),
    overflow: file.overflow.map(stepOf),
    ...waysOf(file),
    callBack: { owner: file.callBack.owner ?? id, withinMinutes: file.callBack.withinMinutes },
  };
}

/** A calendar without a mistake. */
export function readCalendar(id: CalendarId, file: CalendarFile): Calendar {
  const { name, publicHolidays, bridges, schoolZone, schoolHolidays, closures, openings } = file;
  const ours = schoolHolidays.filter(
    ({ zones }) => zones === undefined || (schoolZone !== undefined && zones.includes(schoolZone)),
  );
  return {
    id,
    name,
    publicHolidays,
    bridges: typeof bridges === 'boolean' ? bridges : bridges.flatMap((text) => readDay(text) ?? []),
    schoolHolidays: ours.map(daysOf),
    closures: closures.map(daysOf),
    openings: openings.map((opening) => {
      const spans = readSpans(opening.hours);
      return { ...daysOf(opening), spans: isHoursMistake(spans) ? [] : spans };
    }),
  };
}

/** Hours as the block writes them, in words or as a table. */
export function readHoursOf(written: ServiceFile['hours']): WeekHours | HoursMistake {
  return typeof written === 'string' ? readHours(written) : readHoursTable(written);
}

/** Hours that were found right before. */
function hoursOf(written: ServiceFile['hours']): WeekHours {
  const read = readHoursOf(written);
  return isHoursMistake(read) ? [] : read;
}

function scheduleOf(file: ServiceFile, timeZone: string, calendar: Calendar | undefined): Schedule | undefined {
  const { hours, hoursInSchoolHolidays } = file;
  if (hours === '24/7' && calendar === undefined) return undefined;
  return {
    timeZone,
    hours: hoursOf(hours),
    ...(calendar && { calendar }),
    ...(hoursInSchoolHolidays !== undefined && { hoursInSchoolHolidays: hoursOf(hoursInSchoolHolidays) }),
  };
}

function daysOf({
  name,
  from,
  to,
}: {
  readonly name: string;
  readonly from: string;
  readonly to?: string | undefined;
}): Days {
  const first: DayNumber = readDay(from) ?? 0;
  return { name, first, last: readDay(to ?? from) ?? first };
}

function partsOf({ preAnswer, queue, mailbox }: ServiceFile): Pick<Service, 'preAnswer' | 'queue' | 'mailbox'> {
  return {
    ...(preAnswer && { preAnswer: preAnswerOf(preAnswer) }),
    ...(queue && {
      queue: {
        ...queue,
        keys: Object.fromEntries(Object.entries(queue.keys).map(([key, to]) => [key, readGoal(to ?? 'goodbye')])),
      },
    }),
    ...(mailbox !== undefined && { mailbox: mailboxOf(mailbox) }),
  };
}

function mailboxOf(mailbox: NonNullable<ServiceFile['mailbox']>): NonNullable<Service['mailbox']> {
  return { ...mailbox, greeting: readSaid(mailbox.greeting) };
}

function preAnswerOf({ mode, say, ...rest }: NonNullable<ServiceFile['preAnswer']>): NonNullable<Service['preAnswer']> {
  return { ...rest, how: mode === 'answer' ? 'answer' : 'early media', say: readSaid(say) };
}

function waysOf(file: ServiceFile): Pick<Service, 'full' | 'busy' | 'closed' | 'crisis' | 'siteDown'> {
  return {
    ...(file.full && { full: wayOf(file.full) }),
    ...(file.busy && { busy: wayOf(file.busy) }),
    ...(file.closed && { closed: wayOf(file.closed) }),
    ...(file.crisis && { crisis: wayOf(file.crisis) }),
    ...(file.siteDown && { siteDown: wayOf(file.siteDown) }),
  };
}

function wayOf({ say, to }: NonNullable<ServiceFile['closed']>): ServiceWay {
  return { say: readSaid(say), goal: readGoal(to) };
}

function stepOf({ afterSeconds, ringSeconds, ...way }: ServiceFile['overflow'][number]): ServiceStep {
  return {
    ...wayOf(way),
    ...(afterSeconds !== undefined && { afterSeconds }),
    ...(ringSeconds !== undefined && { ringSeconds }),
  };
}
