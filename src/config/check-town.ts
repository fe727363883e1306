import { checkCalendarFile } from './check/calendars.ts';
import { type Claims, claimNumbers } from './check/claims.ts';
import { checkExchange } from './check/exchange.ts';
import { checkLines } from './check/lines.ts';
import { checkMailboxes } from './check/mailboxes.ts';
import { checkSrtp } from './check/media.ts';
import { checkMeetings } from './check/meetings.ts';
import { compilePlans, type Plans } from './check/plans.ts';
import { reservedIn } from './check/reserved.ts';
import { checkService } from './check/services.ts';
import { checkSite } from './check/sites.ts';
import { townNumbers } from './check/town-numbers.ts';
import { checkTrunks } from './check/trunks.ts';
import type { TownDraft } from './draft.ts';
import type { Report } from './problem.ts';

/** What was worked out on the way, and is needed again to build the configuration. */
export interface Checked {
  readonly claims: Claims;
  readonly plans: Plans;
}

const linesAtMost = 100_000;

/** Holds the files against each other: every reference, every number claimed twice, every rule that contradicts another. */
export function* checkTown(town: TownDraft, report: Report): Generator<undefined, Checked> {
  const claims = yield* claimNumbers(town, report);
  yield;
  const plans = compilePlans(town, report);
  const numbers = townNumbers(town, claims);
  const reserved = reservedIn(town);
  checkExchange(town.exchange, report);
  checkTrunks({ town, numbers, reserved, report });
  yield;
  let count = 0;
  for (const site of town.sites.values()) {
    checkSite(site, town, numbers, report);
    checkSrtp(site, town, report);
    checkMeetings(site, { town, reserved, report });
    checkLines(site, { town, claims, report, reserved, numbers, plans });
    count += site.lines.length;
    yield;
  }
  for (const service of town.services.values()) checkService(service, { town, claims, reserved, numbers, report });
  for (const calendar of town.calendars.values()) checkCalendarFile(calendar, report);
  checkMailboxes(town, claims, report);
  if (count > linesAtMost) {
    const says = `the town has ${count} lines`;
    report.add(town.exchange.written.mark([]), {
      path: '',
      says,
      found: String(count),
      expected: `at most ${linesAtMost}`,
    });
  }
  if (!town.complete && report.count === 0) {
    // Nothing may be let through that was held against half a town.
    const says = 'the configuration could not be read whole';
    report.add(town.exchange.written.mark([]), { path: '', says, expected: 'every number of the town' });
  }
  return { claims, plans };
}
