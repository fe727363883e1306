import { type CsvError, type Info, type Options, parse } from 'csv-parse/sync';

/** A CSV text taken apart: each record's cells, the line it begins in, and what could not be taken apart. */
export interface CsvRecords {
  readonly records: readonly (readonly string[])[];
  readonly starts: readonly number[];
  readonly faults: readonly CsvFault[];
}

export interface CsvFault {
  readonly line: number;
  readonly says: string;
  readonly expected: string;
}

const recordBytesAtMost = 4_096;
const linesAtMost = 20_000;
const cellsAtMost = 400_000;

/** The lines of a text, whatever they end in. */
export function linesOf(text: string): readonly string[] {
  return text.split(/\r\n|\n|\r/);
}

/** A spreadsheet set to French writes semicolons: what stands most often in the first row that is no remark. */
export function delimiterOf(text: string): string {
  const first = /^(?!#)[^\r\n]+/m.exec(text)?.[0] ?? '';
  const count = (mark: string): number => first.split(mark).length;
  return [',', ';', '\t'].reduce((best, mark) => (count(mark) > count(best) ? mark : best));
}

/** Remarks and rows of nothing but empty cells are left out. Does not throw. */
export function readRecords(text: string, lines: readonly string[], delimiter: string): CsvRecords {
  const much = tooMuch(text, lines, delimiter);
  if (much !== undefined) return { records: [], starts: [], faults: [much] };
  const options = { ...common, delimiter };
  try {
    const records: readonly (readonly string[])[] = parse(text, options);
    const starts = startsOf(lines, delimiter);
    if (starts.length === records.length) return { records, starts, faults: [] };
  } catch {
    // Something is wrong with it: once more, slowly, to find everything that is.
  }
  return readSlowly(text, options);
}

/** A table this big is no town's, and would take long to take apart. */
function tooMuch(text: string, lines: readonly string[], delimiter: string): CsvFault | undefined {
  const long = lines.findIndex((line) => line.length > recordBytesAtMost);
  if (long >= 0) return { line: long + 1, ...worded('CSV_MAX_RECORD_SIZE') };
  if (lines.length > linesAtMost) {
    return { line: linesAtMost + 1, says: `the table has ${lines.length} lines`, expected: `at most ${linesAtMost}` };
  }
  let cells = lines.length;
  for (let at = text.indexOf(delimiter); at >= 0; at = text.indexOf(delimiter, at + 1)) cells += 1;
  return cells > cellsAtMost
    ? { line: 1, says: `the table has ${cells} cells`, expected: `at most ${cellsAtMost}` }
    : undefined;
}

const common = {
  bom: true,
  comment: '#',
  comment_no_infix: true,
  skip_empty_lines: true,
  skip_records_with_empty_values: true,
  relax_column_count: true,
  max_record_size: recordBytesAtMost,
} satisfies Options;

/** With the parser's own count of lines, which costs three times as much, and going on after a row that is wrong. */
function readSlowly(text: string, options: Options): CsvRecords {
  const faults: CsvFault[] = [];
  const note = (error: CsvError): void => {
    // A wrong quote leaves the parser inside quotes, so it runs into the end of the file as well.
    if (faults.length > 0 && error.code === 'CSV_QUOTE_NOT_CLOSED') return;
    faults.push({ line: Number((error as { readonly lines?: number }).lines ?? 1), ...worded(error.code) });
  };
  const onSkip = (error: CsvError | undefined): undefined => {
    if (error !== undefined) note(error);
  };
  try {
    const rows: unknown = parse(text, { ...options, info: true, skip_records_with_error: true, on_skip: onSkip });
    const read = rows as readonly { readonly record: readonly string[]; readonly info: Info }[];
    return { records: read.map(({ record }) => record), starts: read.map(({ info }) => info.lines), faults };
  } catch (error) {
    note(error as CsvError);
    return { records: [], starts: [], faults };
  }
}

/** The line each record begins in: one that is not inside quotes opened before, not a remark, and not only empty cells. */
function startsOf(lines: readonly string[], delimiter: string): readonly number[] {
  const nothing = new RegExp(`^[\\s"${delimiter}]*$`);
  const starts: number[] = [];
  let quoted = false;
  for (const [index, line] of lines.entries()) {
    if (!quoted && !line.startsWith('#') && !nothing.test(line)) starts.push(index + 1);
    if (line.includes('"') && (quoted || !line.startsWith('#')))
      quoted = line.split('"').length % 2 === 1 ? quoted : !quoted;
  }
  return starts;
}

function worded(code: string): Pick<CsvFault, 'says' | 'expected'> {
  if (code === 'CSV_QUOTE_NOT_CLOSED') return { says: 'a quote is opened and never closed', expected: 'a closing "' };
  if (code === 'CSV_MAX_RECORD_SIZE') {
    return { says: 'the row is too long, or a quote is not closed', expected: `at most ${recordBytesAtMost} bytes` };
  }
  return {
    says: 'the quotes of this row are wrong',
    expected: 'a cell all in quotes, each quote inside it written twice',
  };
}
