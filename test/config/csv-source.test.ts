import { describe, expect, it } from 'vitest';
import { type CsvSource, readCsv } from '../../src/config/csv-source.ts';
import { createReport, type Report } from '../../src/config/problem.ts';

const columns = { known: ['extension', 'name', 'did', 'password'], needed: ['extension', 'name'] };

function read(text: string, report: Report = createReport()): CsvSource {
  return readCsv({ name: 'sites/mairie.csv', text, bytes: new Uint8Array() }, columns, report);
}

describe('a table of lines', () => {
  it.each([
    ['commas', 'extension,name,did\n4101,"Aubry, Amélie",\n'],
    ['semicolons, as a French spreadsheet writes them', 'extension;name;did\n4101;Aubry, Amélie;\n'],
    ['tabs', 'extension\tname\tdid\n4101\tAubry, Amélie\t\n'],
    ['CRLF', 'extension,name,did\r\n4101,"Aubry, Amélie",\r\n'],
    ['no line feed at its end', 'extension,name\n4101,"Aubry, Amélie"'],
    ['spaces around its cells', 'Extension , NAME\n 4101 , "Aubry, Amélie" \n'.replace(' "', '"').replace('" ', '"')],
    ['columns in another order', 'name,extension\n"Aubry, Amélie",4101\n'],
    [
      'remarks and empty rows',
      '# who is who\nextension,name\n\n# nobody,here\n,\n4101,"Aubry, Amélie"\n;;;\n'.replace(';;;\n', ''),
    ],
  ])('is read with %s', (_, text) => {
    const report = createReport();
    expect(read(text, report).rows).toEqual([{ extension: '4101', name: 'Aubry, Amélie' }]);
    expect(report.list()).toEqual([]);
  });

  it('keeps what a spreadsheet would take for numbers as it is written', () => {
    expect(read('extension,name,did\n0042,A,+33199000042\n').rows).toEqual([
      { extension: '0042', name: 'A', did: '+33199000042' },
    ]);
  });

  it('says where each cell stands, remarks, empty rows and quotes notwithstanding', () => {
    const source = read(
      '# remark\nextension,name,did\n\n4101,"Aubry, ""Amélie""",+33199004101\n# remark\n4102,Barbier,x\n',
    );
    expect(source.mark([0, 'name'])).toMatchObject({ line: 4, column: 6, found: 'Aubry, "Amélie"' });
    expect(source.mark([0, 'did'])).toMatchObject({ line: 4, column: 26, found: '+33199004101' });
    expect(source.mark([1, 'did'])).toMatchObject({ line: 6, column: 14, found: 'x' });
    expect(source.line([1])).toBe(6);
  });

  it('goes on after a row whose quotes are wrong, and still knows the lines', () => {
    const report = createReport();
    const source = read('extension,name\n4101,A\n4102,"B" C\n4103,D\n', report);
    expect(report.list()).toMatchObject([{ line: 3, says: 'the quotes of this row are wrong' }]);
    expect(source.rows.at(0)).toEqual({ extension: '4101', name: 'A' });
    expect(source.whole).toBe(false);
  });

  it('takes a line break inside a cell for a mistake, and what follows for what it is', () => {
    const report = createReport();
    const source = read('extension,name\n4101,"A\nB"\n4102,C\n', report);
    expect(report.list()).toMatchObject([{ line: 2, says: 'name holds a line break or a control character' }]);
    expect(source.line([1])).toBe(4);
  });

  it.each([
    ['line feeds', '\n'],
    ['commas', ','],
    ['quotes', '"'],
    ['one letter', 'x'],
    ['rows', 'a,b\n'],
  ])('is not blown up by five megabytes of %s', (_, text) => {
    const report = createReport();
    read(text.repeat(5_000_000 / text.length), report);
    expect(report.count).toBeGreaterThan(0);
    expect(report.count).toBeLessThan(20);
  });
});
