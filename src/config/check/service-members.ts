import { readRung } from '../../domain/service.ts';
import { nearest } from '../guess.ts';
import type { Path } from '../problem.ts';
import { blockAt } from './blocks.ts';
import { claimant } from './claims.ts';
import { type ServiceChecks, type ServiceDraft, say } from './service-checks.ts';

/** Can this one ring at all? Lines, extensions on the IPBX, numbers outside, and the members of another service. */
export function checkRung(service: ServiceDraft, at: Path, text: string, checks: ServiceChecks): void {
  const rung = readRung(text);
  if (rung.is === 'service') checkService(service, at, rung.service, checks);
  if (rung.is === 'extension') checkExtension(service, at, rung.extension, checks);
}

function checkService(service: ServiceDraft, at: Path, named: string, { town, report }: ServiceChecks): void {
  if (named === service.id) {
    const says = `${named} is this service itself: it would call itself for ever`;
    say(service, at, { says, expected: 'somebody else' }, report);
  } else if (!town.services.has(named)) {
    const guess = nearest(named, ['mailbox', 'call-back', 'goodbye', ...town.services.keys()]);
    const says = `there is no service ${named}`;
    say(service, at, { says, expected: 'an extension, a mobile in the form +33…, or a service', guess }, report);
  }
}

function checkExtension(
  service: ServiceDraft,
  at: Path,
  extension: Parameters<typeof blockAt>[0],
  { town, claims, report }: ServiceChecks,
): void {
  const claim = claims.extensions.get(extension);
  if (claim?.owner.is === 'meeting') {
    const says = `${extension} is ${claimant(claim)}, and a meeting does not ring`;
    say(service, at, { says, expected: 'the extension of a line, or one on the IPBX' }, report);
  } else if (claim?.owner.is === 'service') {
    const says = `${extension} is ${claimant(claim)}: a service is named by its id, not by its number`;
    say(service, at, { says, expected: 'its id', guess: claim.owner.service }, report);
  } else if (claim === undefined && blockAt(extension, claims.blocks) === undefined && town.complete) {
    const guess = nearest(extension, claims.extensions.keys());
    const says = `nobody has the extension ${extension}, so it can never ring`;
    const expected = 'the extension of a line, or one on the IPBX';
    say(service, at, { says, expected, guess: guess && `"${guess}"` }, report);
  }
}
