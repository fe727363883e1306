import type { CalendarFile } from '../domain/calendar.ts';
import type { LineEntry } from '../domain/line.ts';
import type { ServiceFile } from '../domain/service.ts';
import type { SiteFile } from '../domain/site.ts';
import type { TrunkFile } from '../domain/trunk.ts';
import type { Mark, Path, Written } from './problem.ts';
import type { ExchangeFile } from './schema.ts';

/** A file as far as it could be read: its right keys, and where they stand. Keys that are wrong are left out. */
export interface Draft<T> {
  readonly id: string;
  readonly written: Written;
  readonly values: Partial<T>;
}

/** One line of a site, from its YAML or from the CSV beside it. `path` leads to it in what was written. */
export interface LineDraft {
  readonly site: SiteDraft;
  readonly written: Written;
  readonly path: Path;
  readonly values: Partial<LineEntry>;
  /** Nothing of it is wrong. */
  readonly whole: boolean;
}

export interface SiteDraft extends Draft<Omit<SiteFile, 'lines'>> {
  readonly lines: readonly LineDraft[];
}

/** Everything that was read, before it is held against itself. A file that could not be read at all has a draft without values. */
export interface TownDraft {
  /** Every file could be read, so a number that nobody claims is nobody's. */
  readonly complete: boolean;
  readonly exchange: Draft<ExchangeFile>;
  readonly sites: ReadonlyMap<string, SiteDraft>;
  readonly trunks: ReadonlyMap<string, Draft<TrunkFile>>;
  readonly services: ReadonlyMap<string, Draft<ServiceFile>>;
  readonly calendars: ReadonlyMap<string, Draft<CalendarFile>>;
  /** The sound files of the town's own: `prompts/portage.wav`. */
  readonly sounds: ReadonlySet<string>;
}

/** The name of the line's account: its extension, unless it is given one. */
export function lineIdOf({ values }: LineDraft): string | undefined {
  return values.id ?? values.extension;
}

/** Where a value of a line stands. */
export function lineMark(line: LineDraft, ...path: Path): Mark {
  return line.written.mark([...line.path, ...path]);
}
