import type { z } from 'zod';
import { CalendarFile } from '../domain/calendar.ts';
import { ServiceFile } from '../domain/service.ts';
import { SiteFile } from '../domain/site.ts';
import { TrunkFile } from '../domain/trunk.ts';
import { type Block, checkShape } from './check-shape.ts';
import type { Draft, LineDraft, SiteDraft, TownDraft } from './draft.ts';
import type { Report } from './problem.ts';
import { readEntries, readTable } from './read-lines.ts';
import { type Reading, readBlock } from './reading.ts';
import { ExchangeFile } from './schema.ts';
import type { SourceFile } from './source-file.ts';
import { reportFile, type TownFolder } from './town-folder.ts';

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
  const calendars = new Map<string, Draft<CalendarFile>>();
  for (const [id, name] of folder.calendars) {
    calendars.set(id, draftOf(CalendarFile, id, name, reading));
    yield;
  }
  const allRead = reading.unread.length === 0;
  if (allRead) reportIdleTables(folder, tables, report);
  const town = { exchange, sites, trunks, services, calendars, sounds: folder.sounds };
  return { ...town, complete: allRead && hasItsNumbers(town) };
}

function draftOf<S extends z.ZodObject>(schema: S, id: string, name: string, reading: Reading): Draft<z.output<S>> {
  const block = readBlock(name, reading);
  return { id, written: block.written, values: valuesOf(schema, block, reading) };
}

/** A file without a value has said already what is wrong with it. */
function valuesOf<S extends z.ZodObject>(schema: S, block: Block, { report }: Reading): Partial<z.output<S>> {
  return block.value === undefined ? {} : checkShape(schema, block, report).values;
}

const SiteHead = SiteFile.omit({ lines: true });

function readSite(id: string, name: string, tables: Set<string>, reading: Reading): SiteDraft {
  const { value, written, path } = readBlock(name, reading);
  const { lines: entries, ...head } = isBlock(value) ? value : { lines: undefined };
  const values = valuesOf(SiteHead, { value: isBlock(value) ? head : value, written, path }, reading);
  const lines: LineDraft[] = [];
  const site: SiteDraft = { id, written, values, lines };
  if (entries !== undefined) lines.push(...readEntries(site, entries, reading));
  lines.push(...readTable(site, tables, reading));
  return site;
}

function reportIdleTables({ tables }: TownFolder, taken: ReadonlySet<string>, report: Report): void {
  for (const name of tables.filter((one) => !taken.has(one))) {
    const expected = `linesFrom: ${name.slice('sites/'.length)} in a site`;
    reportFile(report, { name, says: `no site reads ${name}`, found: 'a CSV on its own', expected });
  }
}

/** Could every number be read that stands in the files? One that could not is nobody's, though others may well refer to it. */
function hasItsNumbers({ sites, trunks, services }: Omit<TownDraft, 'complete'>): boolean {
  const lines = [...sites.values()].flatMap((site) => site.lines);
  return (
    lines.every(({ values, whole, written, path }) => {
      if (whole) return true;
      const hasDid = values.did !== undefined || written.raw([...path, 'did']) === undefined;
      return values.extension !== undefined && hasDid;
    }) &&
    [...trunks.values()].every(({ values }) => values.role === 'operator' || values.ipbx !== undefined) &&
    [...services.values()].every(({ values }) => values.numbers !== undefined) &&
    [...sites.values()].every(({ values, written }) => values.meetings !== undefined || !written.raw(['meetings']))
  );
}

function isBlock(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
