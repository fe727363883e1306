import type { MeetingEntry } from '../../domain/meeting.ts';
import type { SiteDraft, TownDraft } from '../draft.ts';
import { type Path, pathText, type Report } from '../problem.ts';
import type { Reserved } from './reserved.ts';

export interface MeetingChecks {
  readonly town: TownDraft;
  readonly reserved: Reserved;
  readonly report: Report;
}

/** Holds the meetings of a site against the town: can their numbers be dialled, and are the two PINs two? */
export function checkMeetings(site: SiteDraft, checks: MeetingChecks): void {
  for (const [index, meeting] of (site.values.meetings ?? []).entries()) {
    for (const { key, says, expected } of [...wrongNumbers(meeting, checks), ...wrongPins(meeting)]) {
      const path: Path = ['meetings', index, key];
      checks.report.add(site.written.mark(path), { path: pathText(path), says, expected });
    }
  }
}

interface Wrong {
  readonly key: string;
  readonly says: string;
  readonly expected: string;
}

function* wrongNumbers({ extension, did }: MeetingEntry, { town, reserved }: MeetingChecks): Generator<Wrong> {
  const digits = town.exchange.values.extensions?.digits;
  if (digits !== undefined && extension.length !== digits) {
    const says = `extension ${extension} has ${extension.length} digits, and the town’s have ${digits}`;
    yield { key: 'extension', says, expected: `${digits} digits` };
  }
  const why = reserved(extension);
  if (why !== undefined) {
    yield {
      key: 'extension',
      says: `extension ${extension} would lead nowhere: ${why}`,
      expected: 'another extension',
    };
  }
  if (did !== undefined && !did.endsWith(extension)) {
    const says = `the public number ${did} does not end in the extension ${extension}`;
    yield { key: 'did', says, expected: `a number that ends in ${extension}` };
  }
}

function* wrongPins({ pin, hostPin }: MeetingEntry): Generator<Wrong> {
  if (hostPin === undefined || JSON.stringify(hostPin) !== JSON.stringify(pin)) return;
  yield { key: 'hostPin', says: 'the PIN of the host is that of everybody', expected: 'another PIN' };
}
