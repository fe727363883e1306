import type { Block } from './check-shape.ts';
import { pathText, type Report, type Written } from './problem.ts';
import { isUnreadable, readSource, type SourceFile, yamlBytesAtMost } from './source-file.ts';
import { reportFile, type TownFolder } from './town-folder.ts';
import { readYaml } from './yaml-source.ts';

const bytesAtMost = 128 * 1_048_576;

/** A folder while it is being read. */
export interface Reading {
  readonly folder: TownFolder;
  readonly report: Report;
  /** Every file that was read, in the order of reading. */
  readonly files: SourceFile[];
  /** Files that could not be read, or not made sense of: what they would have said, nobody knows. */
  readonly unread: string[];
}

/** Reads one file, unless it is too big or all of them together are. */
export function readFile(
  name: string,
  atMost: number,
  { folder, report, files, unread }: Reading,
): SourceFile | undefined {
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

/** Reads one YAML file. Its value is undefined when nothing can be made of it, and the report says why. */
export function readBlock(name: string, reading: Reading): Block {
  const file = readFile(name, yamlBytesAtMost, reading);
  if (file === undefined) return { value: undefined, written: nothingWritten(name), path: [] };
  const source = readYaml(file, reading.report);
  if (source.value === undefined) reading.unread.push(name);
  if (source.empty) {
    reportFile(reading.report, { name, says: `${name} is empty`, found: 'nothing', expected: 'a block of keys' });
  }
  return { value: source.value, written: source, path: [] };
}

function nothingWritten(file: string): Written {
  const mark = { file, line: 1, column: 1, found: 'nothing' };
  return { file, mark: () => mark, line: () => 1, raw: () => undefined, name: pathText, told: () => false };
}
