import { delimiterOf, linesOf, readRecords } from './csv-records.ts';
import { blot, excerptOf, isSecretKey, shortened, unfit } from './excerpt.ts';
import { nearest } from './guess.ts';
import type { Mark, Path, Report, Written } from './problem.ts';
import type { SourceFile } from './source-file.ts';

/** The rows of a CSV file as records, and where each cell stands. Paths are `[row, column name]`. */
export interface CsvSource extends Written {
  /** `undefined`: a row that cannot be made sense of. */
  readonly rows: readonly (Readonly<Record<string, string>> | undefined)[];
  /** Nothing is missing from `rows`. */
  readonly whole: boolean;
}

interface Columns {
  readonly known: readonly string[];
  readonly needed: readonly string[];
}

/**
 * Reads the lines of a site: a header row, then a line a row. Comma, semicolon and tab are understood, as are CRLF, a byte order
 * mark and rows that begin with `#`. Everything that is wrong goes to the report, row by row. Does not throw.
 */
export function readCsv(file: SourceFile, columns: Columns, report: Report): CsvSource {
  const delimiter = delimiterOf(file.text);
  const before = report.count;
  const lines = linesOf(file.text);
  const { records, starts, faults } = readRecords(file.text, lines, delimiter);
  for (const { line, says, expected } of faults)
    report.add(lineMark(file.name, lines, line), { path: '', says, expected });
  const layout: Layout = { file: file.name, lines, delimiter, header: [], known: columns.known, starts };
  const [header, ...cells] = records;
  if (header === undefined) {
    if (faults.length > 0) return { ...writtenOf(layout), rows: [], whole: false };
    const mark = cellMark(layout, 0, 0);
    report.add(mark, { path: '', says: `${file.name} has no header row`, expected: columns.needed.join(delimiter) });
    return { ...writtenOf(layout), rows: [], whole: false };
  }
  const sheet: Layout = {
    ...layout,
    header: header.map((name) => columnNamed(name.trim().toLowerCase(), columns.known)),
  };
  if (!checkHeader(sheet, columns, report)) return { ...writtenOf(sheet), rows: [], whole: false };
  const rows = cells.map((record, row) => rowOf(sheet, record, row, report));
  return { ...writtenOf(sheet), rows, whole: report.count === before && !rows.includes(undefined) };
}

/** Capitals do not count in a header. */
function columnNamed(name: string, known: readonly string[]): string {
  return known.find((one) => one.toLowerCase() === name) ?? name;
}

/** How the sheet lies in the file. `starts`: the line of the header, then of each row. */
interface Layout {
  readonly file: string;
  readonly lines: readonly string[];
  readonly delimiter: string;
  readonly header: readonly string[];
  readonly known: readonly string[];
  readonly starts: readonly number[];
}

/** False when a column is missing without which the rows mean nothing. */
function checkHeader(sheet: Layout, { known, needed }: Columns, report: Report): boolean {
  const seen = new Set<string>();
  for (const [column, name] of sheet.header.entries()) {
    const mark = cellMark(sheet, 0, column);
    if (!known.includes(name)) {
      const guess = nearest(name, known);
      report.add(mark, { path: name, says: `no column is called ${mark.found}`, expected: known.join(', '), guess });
    } else if (seen.has(name)) {
      const also = cellMark(sheet, 0, sheet.header.indexOf(name));
      report.add(mark, { path: name, says: `the column ${name} is there twice`, expected: 'each column once', also });
    }
    seen.add(name);
  }
  const missing = needed.filter((one) => !seen.has(one));
  for (const name of missing) {
    const says = `the column ${name} is missing`;
    report.add(cellMark(sheet, 0, 0), {
      path: name,
      says,
      found: sheet.header.join(', '),
      expected: `a column ${name}`,
    });
  }
  return missing.length === 0;
}

/** Empty cells are left out: nothing was said. A spreadsheet fills short rows up with them, so too few are no mistake. */
function rowOf(
  sheet: Layout,
  cells: readonly string[],
  row: number,
  report: Report,
): Readonly<Record<string, string>> | undefined {
  const record: Record<string, string> = {};
  for (const [column, cell] of cells.entries()) {
    const text = cell.trim();
    const name = sheet.header[column];
    if (text === '') continue;
    if (name === undefined) {
      const says = 'the row has more cells than the header';
      const found = `${cells.length} cells`;
      report.add(cellMark(sheet, row + 1, column), {
        path: `[${row}]`,
        says,
        found,
        expected: `${sheet.header.length}`,
      });
      return undefined;
    }
    if (unfit.test(text)) refuseControl(sheet, row, column, report);
    else if (sheet.known.includes(name)) record[name] ??= text;
  }
  return record;
}

function refuseControl(sheet: Layout, row: number, column: number, report: Report): void {
  const name = sheet.header[column] ?? '';
  const says = `${name} holds a line break or a control character`;
  report.add(cellMark(sheet, row + 1, column), { path: `[${row}].${name}`, says, expected: 'text on one line' });
}

function writtenOf(sheet: Layout): Written {
  const cellOf = (path: Path): readonly [number, number] => {
    const [row, name] = path;
    const column = typeof name === 'string' ? sheet.header.indexOf(name) : 0;
    return [typeof row === 'number' ? row + 1 : 0, column];
  };
  return {
    file: sheet.file,
    mark: (path) => {
      const [row, column] = cellOf(path);
      const mark = cellMark(sheet, row, Math.max(0, column));
      if (path.length < 2) return { ...mark, found: 'a row' };
      const secret = isSecretKey(path[1]) && mark.found !== 'nothing';
      if (secret) return { ...mark, found: `${blot} (a secret in the clear)` };
      return column < 0 ? { ...mark, found: 'nothing' } : mark;
    },
    name: (path) => (path.length < 2 ? 'the row' : String(path[1])),
    told: () => false,
    line: ([row]) => sheet.starts[typeof row === 'number' ? row + 1 : 0] ?? 1,
    raw: (path) => {
      const [row, column] = cellOf(path);
      return path.length < 2 || column < 0 ? undefined : cellText(sheet, row, column).text || undefined;
    },
  };
}

/** Row 0 is the header. */
function cellMark(sheet: Layout, row: number, column: number): Mark {
  const { line, from, text, whole } = cellText(sheet, row, column);
  const written = sheet.lines[line - 1] ?? '';
  const found = text === '' ? 'nothing' : shortened(text);
  const secret = isSecretKey(sheet.header[column]) && row > 0;
  const shown = withoutPassword(sheet, row, written);
  return {
    file: sheet.file,
    line,
    column: from + 1,
    found: secret && text !== '' ? blot : found,
    excerpt: excerptOf(shown, from, whole),
  };
}

function lineMark(file: string, lines: readonly string[], line: number): Mark {
  const written = lines[line - 1] ?? '';
  return { file, line, column: 1, found: shortened(written), excerpt: excerptOf(written, 0, written.length) };
}

interface Cell {
  readonly line: number;
  readonly from: number;
  readonly text: string;
  /** Its length as written, quotes included. */
  readonly whole: number;
}

/** Where a cell stands in its line. A cell that begins on a later line of its row is said to be where the row begins. */
function cellText({ lines, delimiter, starts }: Layout, row: number, column: number): Cell {
  const line = starts[row] ?? 1;
  const written = lines[line - 1] ?? '';
  const spans = spansOf(written, delimiter);
  const [from, to] = spans[column] ?? [written.length, written.length];
  const whole = written.slice(from, to);
  const text = whole
    .trim()
    .replace(/^"(.*)"$/, '$1')
    .replaceAll('""', '"');
  return { line, from: from + (whole.length - whole.trimStart().length), text, whole: whole.trim().length };
}

/** Longer ones are refused; where their cells stand, nobody asks. */
const lineAtMost = 5_000;

function spansOf(line: string, delimiter: string): readonly (readonly [number, number])[] {
  const spans: [number, number][] = [];
  let quoted = false;
  let from = line.startsWith('\u{feff}') ? 1 : 0;
  const end = Math.min(line.length, lineAtMost);
  for (let at = from; at <= end; at += 1) {
    if (line[at] === '"') quoted = !quoted;
    if (at === end || (line[at] === delimiter && !quoted)) {
      spans.push([from, at]);
      from = at + 1;
    }
  }
  return spans;
}

function withoutPassword({ header, delimiter }: Layout, row: number, line: string): string {
  const column = header.findIndex(isSecretKey);
  const [from, to] = (row > 0 && column >= 0 && spansOf(line, delimiter)[column]) || [0, 0];
  const isReference = /^"?(env|file|generated):/.test(line.slice(from, to).trim());
  return from === to || isReference ? line : line.slice(0, from) + '•'.repeat(to - from) + line.slice(to);
}
