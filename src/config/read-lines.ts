import { LineEntry } from '../domain/line.ts';
import { checkShape } from './check-shape.ts';
import { readCsv } from './csv-source.ts';
import type { LineDraft, SiteDraft } from './draft.ts';
import { nearest } from './guess.ts';
import { type Path, pathText, type Report, type Written } from './problem.ts';
import { type Reading, readFile } from './reading.ts';
import { csvBytesAtMost } from './source-file.ts';

/** The lines that stand in the site's YAML. Each is held against its schema alone, so that one mistake does not hide the next. */
export function readEntries(site: SiteDraft, entries: unknown, { report, unread }: Reading): readonly LineDraft[] {
  const { written } = site;
  if (!Array.isArray(entries) || entries.length > entriesAtMost) {
    const mark = written.mark(['lines']);
    const expected = `a list of at most ${entriesAtMost} blocks, a line each; more of them belong in a CSV`;
    report.add(mark, { path: 'lines', says: `lines cannot be ${mark.found}`, expected });
    unread.push('lines');
    return [];
  }
  return entries.map((value: unknown, row) => {
    const path = ['lines', row];
    return { site, written, path, ...checkShape(LineEntry, { value, written, path }, report) };
  });
}

const entriesAtMost = 2_000;
const columns = { known: Object.keys(LineEntry.omit({ filter: true }).shape), needed: ['extension', 'name'] };

/** The lines of the CSV beside the site, when it names one. `taken`: those that sites have named before. */
export function readTable(site: SiteDraft, taken: Set<string>, reading: Reading): readonly LineDraft[] {
  const table = site.values.linesFrom && `sites/${site.values.linesFrom}`;
  if (table === undefined) return [];
  const file = mayTake(table, site, taken, reading) ? readFile(table, csvBytesAtMost, reading) : undefined;
  if (file === undefined) {
    reading.unread.push(table);
    return [];
  }
  const source = readCsv(file, columns, reading.report);
  if (!source.whole) reading.unread.push(table);
  return source.rows.flatMap((row, index) => {
    if (row === undefined) return [];
    const path = [index];
    const block = { value: entryOf(row, path, source, reading.report), written: source, path };
    return [{ site, written: source, path, ...checkShape(LineEntry, block, reading.report) }];
  });
}

/**
 * A row as the YAML would say it: `contacts` is a number, `env:NAME` in the column `password` a reference, `yes` and `no` in
 * the columns `mailbox`, `callBack` and `srtp` what they mean, and e-mail addresses in the first whom it tells.
 */
function entryOf(row: Readonly<Record<string, string>>, path: Path, written: Written, report: Report): unknown {
  const { contacts, password, mailbox, callBack, srtp, ...rest } = row;
  const [, kind, name] = /^(env|file|generated):(.+)$/.exec(password ?? '') ?? [];
  if (password !== undefined && kind === undefined) {
    const at = [...path, 'password'];
    const says = 'a password does not belong in a file: say where it is to be found';
    report.add(written.mark(at), { path: pathText(at), says, expected: 'env:NAME, file:name or generated:name' });
  }
  return {
    ...rest,
    ...(contacts !== undefined && { contacts: /^\d+$/.test(contacts) ? Number(contacts) : contacts }),
    ...(kind !== undefined && { password: { [kind]: name } }),
    ...(mailbox !== undefined && { mailbox: mailboxCell(mailbox) }),
    ...(callBack !== undefined && { callBack: yesOrNo(callBack) ?? callBack }),
    ...(srtp !== undefined && { srtp: yesOrNo(srtp) ?? srtp }),
  };
}

function yesOrNo(text: string): boolean | undefined {
  if (/^(yes|oui|true)$/i.test(text)) return true;
  return /^(no|non|false)$/i.test(text) ? false : undefined;
}

function mailboxCell(text: string): unknown {
  const answer = yesOrNo(text);
  if (answer !== undefined) return answer;
  return text.includes('@') ? { notify: text.split(/[\s,;]+/).filter((one) => one !== '') } : text;
}

function mayTake(table: string, { written }: SiteDraft, taken: Set<string>, { folder, report }: Reading): boolean {
  const mark = written.mark(['linesFrom']);
  if (!folder.tables.includes(table)) {
    const guess = nearest(table, folder.tables)?.slice('sites/'.length);
    const says = `there is no file ${table}`;
    report.add(mark, { path: 'linesFrom', says, expected: 'a CSV beside the site', guess });
    return false;
  }
  if (taken.has(table)) {
    const says = `${table} is another site’s already`;
    report.add(mark, { path: 'linesFrom', says, expected: 'a CSV of its own' });
    return false;
  }
  taken.add(table);
  return true;
}
