import { sentences } from '../../domain/sentences.ts';
import type { ServiceFile } from '../../domain/service.ts';
import { nearest } from '../guess.ts';
import type { Path } from '../problem.ts';
import { oneOf } from '../say-schema.ts';
import { classesOf } from './lines.ts';
import { type ServiceChecks, type ServiceDraft, say } from './service-checks.ts';

type Said = NonNullable<NonNullable<ServiceFile['closed']>['say']>;

/** Is there such a sentence, such a file? What would be said instead is silence. */
export function checkSaid(service: ServiceDraft, at: Path, said: Said | undefined, checks: ServiceChecks): void {
  if (said === undefined) return;
  if (typeof said === 'string') checkOne(service, at, said, checks);
  else for (const [index, one] of said.entries()) checkOne(service, [...at, index], one, checks);
}

/** The class of rights its mobiles are called by. */
export function checkRights(service: ServiceDraft, { town, report }: ServiceChecks): void {
  const { rights, site } = service.values;
  const draft = site === undefined ? undefined : town.sites.get(site);
  const classes = draft && classesOf(draft, town);
  if (rights === undefined || classes === undefined || classes.has(rights)) return;
  const says = `there is no class of rights ${rights}`;
  say(service, ['rights'], { says, expected: oneOf(classes), guess: nearest(rights, classes) }, report);
}

export function checkCalendar(service: ServiceDraft, { town, report }: ServiceChecks): void {
  const { calendar, hoursInSchoolHolidays } = service.values;
  if (calendar === undefined) {
    if (hoursInSchoolHolidays === undefined) return;
    const says = 'which days are school holidays, a calendar says, and none is named';
    say(service, ['hoursInSchoolHolidays'], { says, expected: 'calendar: …', found: 'no calendar' }, report);
  } else if (!town.calendars.has(calendar)) {
    const guess = nearest(calendar, town.calendars.keys());
    const says = `there is no calendar ${calendar}`;
    say(service, ['calendar'], { says, expected: oneOf(town.calendars.keys()), guess }, report);
  }
}

/** What must be filled in that a service does not know is not said by one. */
const fillable: readonly string[] = ['hotline.opens', 'menu.message', 'menu.be-called-back'];

function checkOne(service: ServiceDraft, at: Path, said: string, { town, report }: ServiceChecks): void {
  if (said.endsWith('.wav')) {
    if (town.sounds.has(said)) return;
    const guess = nearest(said, town.sounds);
    const says = `there is no sound file ${said}`;
    say(service, at, { says, expected: 'a .wav file in prompts/, beside services/', guess }, report);
    return;
  }
  const gaps = Object.hasOwn(sentences, said) ? Object.keys(sentences[said as keyof typeof sentences]) : undefined;
  if (gaps !== undefined && (gaps.length === 0 || fillable.includes(said))) return;
  const plain = Object.entries(sentences).flatMap(([id, gap]) => (Object.keys(gap).length === 0 ? [id] : []));
  const says = gaps === undefined ? `there is no sentence ${said}` : `${said} has gaps that a service cannot fill`;
  const hotline = [...plain, ...fillable].filter((id) => id.startsWith('hotline.'));
  say(service, at, { says, expected: oneOf(hotline), guess: nearest(said, [...plain, ...fillable]) }, report);
}
