import type { z } from 'zod';
import { LineEntry } from '../domain/line.ts';
import { ServiceFile } from '../domain/service.ts';
import { SiteFile } from '../domain/site.ts';
import { TrunkFile } from '../domain/trunk.ts';
import { type Block, checkShape } from './check-shape.ts';
import { type CsvSource, readCsv } from './csv-source.ts';
import type { Draft, LineDraft, SiteDraft, TownDraft } from './draft.ts';
import { nearest } from './guess.ts';
import type { Report, Written } from './problem.ts';
import { ExchangeFile } from './schema.ts';
import { csvBytesAtMost, isUnreadable, readSource, type SourceFile, yamlBytesAtMost } from './source-file.ts';
import { reportFile, type TownFolder } from './town-folder.ts';
import { readYaml } from './yaml-source.ts';

const bytesAtMost = 128 * 1_048_576;

interface Reading {
  readonly folder: TownFolder;
  readonly report: Report;
  /** Every file that was read, in the order of reading. */
  readonly files: SourceFile[];
  /** Files that could not be read, or made sense of. */
  readonly unread: string[];
}

/** Reads every file and holds it against its schema. Yields after each, so that whoever must not be held up can pause. */
export function* readTown(folder: TownFolder, files: SourceFile[], report: Report): Generator<undefined, TownDraft> {
  const reading: Reading = { folder, report, files, unread: [] };
  const exchange = draftOf(ExchangeFile, 'exchange', 'exchange.yaml', reading);
  const sites = new Map<string, SiteDraft>();
  const tables = new Set<string>();
  for (const [id, name] of folder.sites) {
    sites.set(id, readSite(id, name, tables, reading));
    yield;
  }
  const trunks = new Map<string, Draft<TrunkFile>>();
  for (const [id, name] of folder.trunks) {
    trunks.set(id, draftOf(TrunkFile, id, name, reading));
    yield;
  }
  const services = new Map<string, Draft<ServiceFile>>();
  for (const [id, name] of folder.services) {
    services.set(id, draftOf(ServiceFile, id, name, reading));
    yield;
  }
  for (const table of folder.tables.filter((one) => !tables.has(one))) reportIdleTable(table, report);
  return { complete: reading.unread.length === 0, exchange, sites, trunks, services };
}

function draftOf<S extends z.ZodObject>(schema: S, id: string, name: string, reading: Reading): Draft<z.output<S>> {
  const block = blockOf(name, reading);
  return { id, written: block.written, values: valuesOf(schema, block, reading) };
}

/** A file without a value has said already what is wrong with it. */
function valuesOf<S extends z.ZodObject>(schema: S, block: Block, { report }: Reading): Partial<z.output<S>> {
  return block.value === undefined ? {} : checkShape(schema, block, report).values;
}

function blockOf(name: string, reading: Reading): Block {
  const { report } = reading;
  const file = readFile(name, yamlBytesAtMost, reading);
  if (file === undefined) return { value: undefined, written: nothingWritten(name), path: [] };
  const source = readYaml(file, report);
  if (source.value === undefined) reading.unread.push(name);
  if (source.empty) reportEmpty(name, report);
  return { value: source.value, written: source, path: [] };
}

function readFile(name: string, atMost: number, { folder, report, files, unread }: Reading): SourceFile | undefined {
  const total = files.reduce((sum, { bytes }) => sum + bytes.length, 0);
  const file = readSource(folder.root, name, Math.min(atMost, Math.max(0, bytesAtMost - total)));
  if (isUnreadable(file)) {
    reportFile(report, file);
    unread.push(name);
    return undefined;
  }
  files.push(file);
  return file;
}

const SiteHead = SiteFile.omit({ lines: true });

function readSite(id: string, name: string, tables: Set<string>, reading: Reading): SiteDraft {
  const { value, written, path } = blockOf(name, reading);
  const { lines: entries, ...head } = isBlock(value) ? value : { lines: undefined };
  const values = valuesOf(SiteHead, { value: isBlock(value) ? head : value, written, path }, reading);
  const lines: LineDraft[] = [];
  const site: SiteDraft = { id, written, values, lines };
  if (entries !== undefined) lines.push(...linesOf(site, entries, reading));
  const table = values.linesFrom && `sites/${values.linesFrom}`;
  if (table !== undefined && checkTable(table, site, tables, reading)) lines.push(...rowsOf(site, table, reading));
  return site;
}

function linesOf(site: SiteDraft, entries: unknown, { report }: Reading): readonly LineDraft[] {
  const { written } = site;
  if (!Array.isArray(entries)) {
    const mark = written.mark(['lines']);
    report.add(mark, {
      path: 'lines',
      says: `lines cannot be ${mark.found}`,
      expected: 'a list of blocks, a line each',
    });
    return [];
  }
  return entries.map((value: unknown, row) => {
    const path = ['lines', row];
    return { site, written, path, values: checkShape(LineEntry, { value, written, path }, report).values };
  });
}

const columns = { known: Object.keys(LineEntry.shape), needed: ['extension', 'name'] };

function rowsOf(site: SiteDraft, table: string, reading: Reading): readonly LineDraft[] {
  const file = readFile(table, csvBytesAtMost, reading);
  if (file === undefined) return [];
  const source: CsvSource = readCsv(file, columns, reading.report);
  return source.rows.map((row, index) => {
    const block = { value: entryOf(row), written: source, path: [index] };
    return { site, written: source, path: [index], values: checkShape(LineEntry, block, reading.report).values };
  });
}

/** A row as the YAML would say it: `contacts` is a number, and `env:NAME` in the column `password` a reference. */
function entryOf(row: Readonly<Record<string, string>>): unknown {
  const { contacts, password, ...rest } = row;
  const [, kind, name] = /^(env|file|generated):(.+)$/.exec(password ?? '') ?? [];
  return {
    ...rest,
    ...(contacts !== undefined && { contacts: /^\d+$/.test(contacts) ? Number(contacts) : contacts }),
    ...(password !== undefined && { password: kind === undefined ? password : { [kind]: name } }),
  };
}

function checkTable(table: string, { written }: SiteDraft, taken: Set<string>, { folder, report }: Reading): boolean {
  const mark = written.mark(['linesFrom']);
  if (!folder.tables.includes(table)) {
    const guess = nearest(table, folder.tables)?.slice('sites/'.length);
    report.add(mark, {
      path: 'linesFrom',
      says: `there is no file ${table}`,
      expected: 'a CSV beside the site',
      guess,
    });
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

function reportIdleTable(name: string, report: Report): void {
  const says = `no site reads ${name}`;
  reportFile(report, { name, says, found: 'a CSV on its own', expected: `linesFrom: ${name.slice(6)} in a site` });
}

function reportEmpty(name: string, report: Report): void {
  reportFile(report, { name, says: `${name} is empty`, found: 'nothing', expected: 'a block of keys' });
}

function nothingWritten(file: string): Written {
  return { file, mark: () => ({ file, line: 1, column: 1, found: 'nothing' }), raw: () => undefined };
}

function isBlock(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
