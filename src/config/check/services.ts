import type { Extension } from '../../domain/numbers.ts';
import type { ServiceFile } from '../../domain/service.ts';
import type { Draft, TownDraft } from '../draft.ts';
import { nearest } from '../guess.ts';
import { type Path, pathText, type Report } from '../problem.ts';
import { oneOf } from '../say-schema.ts';
import { blockAt } from './blocks.ts';
import { type Claims, claimant } from './claims.ts';
import type { Reserved } from './reserved.ts';

type ServiceDraft = Draft<ServiceFile>;

export interface ServiceChecks {
  readonly town: TownDraft;
  readonly claims: Claims;
  readonly reserved: Reserved;
  readonly report: Report;
}

/** Holds a service against the town: its site, and whether its members can ring at all. */
export function checkService(service: ServiceDraft, checks: ServiceChecks): void {
  const { town, reserved, report } = checks;
  const { site, extension } = service.values;
  if (site !== undefined && !town.sites.has(site)) {
    const guess = nearest(site, town.sites.keys());
    add(service, ['site'], { says: `there is no site ${site}`, expected: oneOf(town.sites.keys()), guess }, report);
  }
  const digits = town.exchange.values.extensions?.digits;
  if (extension !== undefined && digits !== undefined && extension.length !== digits) {
    const says = `extension ${extension} has ${extension.length} digits, and the town’s have ${digits}`;
    add(service, ['extension'], { says, expected: `${digits} digits` }, report);
  }
  const why = extension === undefined ? undefined : reserved(extension);
  if (why !== undefined) {
    add(
      service,
      ['extension'],
      { says: `extension ${extension} would never ring: ${why}`, expected: 'another extension' },
      report,
    );
  }
  for (const [index, member] of (service.values.members ?? []).entries()) checkMember(service, member, index, checks);
}

function checkMember(
  service: ServiceDraft,
  member: Extension,
  index: number,
  { town, claims, report }: ServiceChecks,
): void {
  const at = ['members', index];
  const claim = claims.extensions.get(member);
  if (service.values.members?.indexOf(member) !== index) {
    add(service, at, { says: `member ${member} is named twice`, expected: 'each member once' }, report);
  } else if (claim?.owner.is === 'service') {
    const says = `member ${member} is ${claimant(claim)}: only people ring, not services`;
    add(service, at, { says, expected: 'the extension of a line, or one on the IPBX' }, report);
  } else if (claim === undefined && blockAt(member, claims.blocks) === undefined && town.complete) {
    const guess = nearest(member, claims.extensions.keys());
    const says = `nobody has the extension ${member}, so this member can never ring`;
    const expected = 'the extension of a line, or one on the IPBX';
    add(service, at, { says, expected, guess: guess && `"${guess}"` }, report);
  }
}

interface SaidOfService {
  readonly says: string;
  readonly expected: string;
  readonly guess?: string | undefined;
}

function add({ written }: ServiceDraft, path: Path, said: SaidOfService, report: Report): void {
  report.add(written.mark(path), { path: pathText(path), ...said });
}
