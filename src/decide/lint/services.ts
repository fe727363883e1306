import type { Config } from '../../domain/config.ts';
import type { E164 } from '../../domain/numbers.ts';
import type { Service } from '../../domain/service.ts';
import { resolve } from '../dial-plan.ts';
import { classify, numberingOf } from '../numbering.ts';
import { namedBy } from '../service-concerns.ts';
import { serviceAccount } from '../service-members.ts';
import { differenceText, runServiceTests } from '../service-tests.ts';
import type { Finding } from './finding.ts';

/** Hotlines: numbers nobody may be charged for, members that cannot ring, steps nobody comes to, welcomes that last, tests that fail. */
export function lintServices(config: Config): readonly Finding[] {
  return [...config.services.values()].flatMap((service) => [
    ...surcharged(service, config),
    ...cannotRing(service, config),
    ...neverReached(service),
    ...tooLong(service),
    ...handedOn(service, config),
    ...failingTests(service, config),
  ]);
}

/** Auerswald and others advise 8; after twenty seconds people hang up. */
const WELCOME_SECONDS = 20;
/** RFC 3261 §16.6 step 11: Timer C of the proxies on the way ends a call that is not answered within three minutes. */
const UNANSWERED_SECONDS = 170;
const HANDED_ON_AT_MOST = 4;

function surcharged({ id, numbers }: Service, config: Config): readonly Finding[] {
  return numbers
    .filter((number) => isSurcharged(number, config))
    .map((number) => ({
      severity: 'warning',
      // ESSOC law: a public body may not make the public pay for calling it.
      rule: 'surcharged-service',
      says: `${number} of service ${id} is surcharged: a public body may not ask that of the public`,
      config: `services.${id}.numbers`,
    }));
}

function isSurcharged(number: E164, config: Config): boolean {
  return classify(number, numberingOf(config))?.reach === 'premium';
}

/** A mobile that the service’s own rights do not reach never rings; nobody would know until somebody calls. */
function cannotRing(service: Service, config: Config): readonly Finding[] {
  const account = serviceAccount(service, config);
  if (account === undefined) return [];
  return namedBy(service).flatMap((rung): Finding[] => {
    if (rung.is !== 'number') return [];
    const { destination } = resolve(rung.number, account, config);
    if (destination.is !== 'nowhere') return [];
    const says = `${rung.number} of service ${service.id} can never ring: ${account.rightsFrom} may not call it`;
    return [{ severity: 'error', rule: 'member-cannot-ring', says, config: `services.${service.id}` }];
  });
}

function neverReached({ id, overflow }: Service): readonly Finding[] {
  const end = overflow.findIndex(({ goal }) => goal.is === 'last resort');
  if (end < 0 || end === overflow.length - 1) return [];
  const says = `step ${end + 2} of the overflow of ${id} is never reached: the one before it ends the call`;
  return [{ severity: 'error', rule: 'step-never-reached', says, config: `services.${id}.overflow[${end + 1}]` }];
}

function tooLong({ id, preAnswer, overflow, ringSeconds }: Service): readonly Finding[] {
  if (preAnswer === undefined) return [];
  const config = `services.${id}.preAnswer`;
  const findings: Finding[] = [];
  if (preAnswer.secondsAtMost > WELCOME_SECONDS) {
    const says = `the welcome of ${id} may last ${preAnswer.secondsAtMost} s: people hang up before ${WELCOME_SECONDS}`;
    findings.push({ severity: 'warning', rule: 'welcome-too-long', says, config });
  }
  const unanswered = preAnswer.secondsAtMost + (overflow.at(-1)?.afterSeconds ?? ringSeconds);
  if (preAnswer.how === 'early media' && unanswered > UNANSWERED_SECONDS) {
    const says = `${id} rings for ${unanswered} s without an answer: networks give up after three minutes`;
    findings.push({ severity: 'warning', rule: 'early-media-too-long', says, config });
  }
  return findings;
}

/** From last step to last step: a town that hands on more often than this has lost its way. */
function handedOn(service: Service, config: Config): readonly Finding[] {
  let next = heirOf(service, config);
  let count = 0;
  while (next !== undefined && count <= HANDED_ON_AT_MOST) {
    count += 1;
    next = heirOf(next, config);
  }
  if (count <= HANDED_ON_AT_MOST) return [];
  const says = `a call to ${service.id} is handed on more than ${HANDED_ON_AT_MOST} times: after that it ends`;
  return [{ severity: 'warning', rule: 'handed-on-too-often', says, config: `services.${service.id}.overflow` }];
}

function heirOf({ overflow }: Service, config: Config): Service | undefined {
  const goal = overflow.at(-1)?.goal;
  const [only, ...more] = goal?.is === 'ring' ? goal.who : [];
  return only?.is === 'service' && more.length === 0 ? config.services.get(only.service) : undefined;
}

function failingTests(service: Service, config: Config): readonly Finding[] {
  return runServiceTests(service, config)
    .filter(({ differences }) => differences.length > 0)
    .map(({ index, name, differences }) => ({
      severity: 'error',
      rule: 'service-test',
      says: `“${name}” fails; ${differences.map(differenceText).join('; ')}`,
      config: `services.${service.id}.tests[${index}]`,
    }));
}
