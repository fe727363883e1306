import { keys } from '../../domain/say.ts';
import { lastResorts } from '../../domain/service.ts';
import { nearest } from '../guess.ts';
import { oneOf } from '../say-schema.ts';
import { claimant } from './claims.ts';
import { type ServiceChecks, type ServiceDraft, say } from './service-checks.ts';
import { checkRung } from './service-members.ts';
import { checkCalendar, checkRights, checkSaid } from './service-parts.ts';
import { checkTimes } from './service-times.ts';
import { checkEnd, checkGoal } from './service-ways.ts';

/** Holds a service against the town: its site, its members, where it leads, and that it never leads to silence. */
export function checkService(service: ServiceDraft, checks: ServiceChecks): void {
  checkNames(service, checks);
  checkExtension(service, checks);
  const { members } = service.values;
  for (const [index, member] of (members ?? []).entries()) {
    if (members?.indexOf(member) === index) checkRung(service, ['members', index], member, checks);
    else {
      const says = `member ${member} is named twice`;
      say(service, ['members', index], { says, expected: 'each member once' }, checks.report);
    }
  }
  checkSwitchers(service, checks);
  checkTimes(service, checks);
  checkCalendar(service, checks);
  checkRights(service, checks);
  checkWays(service, checks);
  checkEnd(service, checks);
}

/** Only a line of the town proves who it is. */
function checkSwitchers(service: ServiceDraft, { town, claims, report }: ServiceChecks): void {
  for (const [index, extension] of (service.values.switchedBy ?? []).entries()) {
    const claim = claims.extensions.get(extension);
    if (claim?.owner.is === 'line' || (claim === undefined && !town.complete)) continue;
    const guess = claim === undefined ? nearest(extension, claims.extensions.keys()) : undefined;
    const says = `${extension} is ${claim === undefined ? 'no line of the town' : claimant(claim)}, and services are switched by lines`;
    const expected = 'the extension of a line';
    say(service, ['switchedBy', index], { says, expected, guess: guess && `"${guess}"` }, report);
  }
}

/** Words that a block uses for something else, or that would look like it. */
const reservedNames: readonly string[] = ['members', ...lastResorts];

function checkNames(service: ServiceDraft, checks: ServiceChecks): void {
  const { town, report } = checks;
  const { site, callBack, shown } = service.values;
  if (reservedNames.includes(service.id)) {
    const says = `no service can be called ${service.id}: in a block the word means something else`;
    say(service, [], { says, expected: 'another name for the file', found: service.id }, report);
  }
  if (site !== undefined && !town.sites.has(site)) {
    const guess = nearest(site, town.sites.keys());
    say(service, ['site'], { says: `there is no site ${site}`, expected: oneOf(town.sites.keys()), guess }, report);
  }
  const owner = callBack?.owner;
  if (owner !== undefined && !town.services.has(owner)) {
    const guess = nearest(owner, town.services.keys());
    const says = `there is no service ${owner}`;
    say(service, ['callBack', 'owner'], { says, expected: oneOf(town.services.keys()), guess }, report);
  }
  if (shown !== undefined && shown !== 'service' && shown !== 'caller') checkShown(service, shown, checks);
}

function checkShown(service: ServiceDraft, shown: string, { numbers, report }: ServiceChecks): void {
  if (numbers.has(shown)) return;
  const says = `${shown} is no number of the town: who calls back would reach nobody`;
  const expected = 'a public number of a line, a service or an IPBX block';
  say(service, ['shown'], { says, expected, guess: numbers.near(shown) }, report);
}

function checkExtension(service: ServiceDraft, { town, reserved, report }: ServiceChecks): void {
  const { extension } = service.values;
  const digits = town.exchange.values.extensions?.digits;
  if (extension !== undefined && digits !== undefined && extension.length !== digits) {
    const says = `extension ${extension} has ${extension.length} digits, and the town’s have ${digits}`;
    say(service, ['extension'], { says, expected: `${digits} digits` }, report);
  }
  const why = extension === undefined ? undefined : reserved(extension);
  if (why === undefined) return;
  const says = `extension ${extension} would never ring: ${why}`;
  say(service, ['extension'], { says, expected: 'another extension' }, report);
}

/** Every place where something is said or where the call may go. */
function checkWays(service: ServiceDraft, checks: ServiceChecks): void {
  const { overflow, queue, preAnswer, mailbox, whisper } = service.values;
  for (const key of ['full', 'busy', 'closed', 'crisis', 'siteDown'] as const) {
    const way = service.values[key];
    if (way === undefined) continue;
    checkSaid(service, [key, 'say'], way.say, checks);
    checkGoal(service, [key, 'to'], way.to, key === 'crisis', checks);
  }
  for (const [index, step] of (overflow ?? []).entries()) {
    checkSaid(service, ['overflow', index, 'say'], step.say, checks);
    checkGoal(service, ['overflow', index, 'to'], step.to, false, checks);
  }
  for (const key of keys) {
    const to = queue?.keys[key];
    if (to !== undefined) checkGoal(service, ['queue', 'keys', key], to, false, checks);
  }
  checkSaid(service, ['preAnswer', 'say'], preAnswer?.say, checks);
  checkSaid(service, ['whisper'], typeof whisper === 'boolean' ? undefined : whisper, checks);
  checkSaid(service, ['mailbox', 'greeting'], mailbox?.greeting, checks);
}
