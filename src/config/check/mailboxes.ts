import type { MailboxEntry } from '../../domain/mailbox.ts';
import { lineIdOf, type TownDraft } from '../draft.ts';
import { nearest } from '../guess.ts';
import { type Path, pathText, type Report, type Written } from '../problem.ts';
import { type Claims, claimant } from './claims.ts';

/** Holds the mailboxes against the town: who shares them, and that no two have one id. */
export function checkMailboxes(town: TownDraft, claims: Claims, report: Report): void {
  const lineIds = new Set<string>();
  for (const { lines } of town.sites.values()) {
    for (const line of lines) {
      const id = lineIdOf(line);
      if (id !== undefined) lineIds.add(id);
      checkMembers(line.values.mailbox, line.written, [...line.path, 'mailbox', 'members'], { town, claims, report });
    }
  }
  for (const { id, values, written } of town.services.values()) {
    checkMembers(values.mailbox, written, ['mailbox', 'members'], { town, claims, report });
    if (values.mailbox === undefined || !lineIds.has(id)) continue;
    const says = `the mailbox of service ${id} would be that of line ${id}`;
    report.add(written.mark(['mailbox']), { path: 'mailbox', says, expected: 'another name for the file or the line' });
  }
}

interface Around {
  readonly town: TownDraft;
  readonly claims: Claims;
  readonly report: Report;
}

function checkMembers(entry: MailboxEntry | undefined, written: Written, path: Path, around: Around): void {
  const { town, claims, report } = around;
  const members = typeof entry === 'object' ? (entry.members ?? []) : [];
  for (const [index, member] of members.entries()) {
    const claim = claims.extensions.get(member);
    if (claim?.owner.is === 'line' || (claim === undefined && !town.complete)) continue;
    const at = [...path, index];
    const guess = claim === undefined ? nearest(member, claims.extensions.keys()) : undefined;
    const who = claim === undefined ? 'nobody' : claimant(claim);
    report.add(written.mark(at), {
      path: pathText(at),
      says: `${member} is ${who}, and a mailbox is shared by lines`,
      expected: 'the extension of a line',
      guess: guess && `"${guess}"`,
    });
  }
}
