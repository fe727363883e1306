import { closeSync, constants, fstatSync, lstatSync, openSync, readSync, realpathSync } from 'node:fs';
import { join, sep } from 'node:path';

/** A file of the configuration, read whole. */
export interface SourceFile {
  /** Relative to the folder, with slashes: `sites/mairie.yaml`. */
  readonly name: string;
  readonly text: string;
  readonly bytes: Uint8Array;
}

/** Why a file was not read: what was found, what was expected, and a sentence. */
export interface Unreadable {
  readonly name: string;
  readonly says: string;
  readonly found: string;
  readonly expected: string;
}

export const yamlBytesAtMost = 1_048_576;
export const csvBytesAtMost = 5_242_880;

/**
 * Reads a file below `root` (a real path). Never follows a link out of it, never waits for a pipe or a device,
 * never reads more than `bytesAtMost`. Does not throw.
 */
export function readSource(root: string, name: string, bytesAtMost: number): SourceFile | Unreadable {
  try {
    const path = realpathSync(join(root, name));
    if (!path.startsWith(root + sep)) {
      return unreadable(name, 'is a link out of the folder', `a link to ${path}`, 'a file inside the folder');
    }
    if (!lstatSync(path).isFile()) return unreadable(name, 'is no regular file', 'something else', 'a regular file');
    const bytes = readAtMost(path, bytesAtMost);
    if (bytes === undefined) {
      return unreadable(name, 'is too big', `more than ${bytesAtMost} bytes`, `at most ${bytesAtMost} bytes`);
    }
    return decode(name, bytes);
  } catch (error) {
    const { code = 'a fault' } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return unreadable(name, 'is missing', 'nothing', 'a file of that name');
    return unreadable(name, 'cannot be read', code, 'a file the exchange may read');
  }
}

export function isUnreadable(read: SourceFile | Unreadable): read is Unreadable {
  return 'says' in read;
}

/** O_NOFOLLOW: the path was real a moment ago and must still be. O_NONBLOCK: a pipe put in its place does not hold us up. */
function readAtMost(path: string, bytesAtMost: number): Uint8Array | undefined {
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const status = fstatSync(descriptor);
    if (!status.isFile() || status.size > bytesAtMost) return undefined;
    const bytes = new Uint8Array(status.size + 1);
    let length = 0;
    for (let read = 1; read > 0 && length < bytes.length; length += read) {
      read = readSync(descriptor, bytes, length, bytes.length - length, null);
    }
    return length > bytesAtMost ? undefined : bytes.subarray(0, length);
  } finally {
    closeSync(descriptor);
  }
}

function decode(name: string, bytes: Uint8Array): SourceFile | Unreadable {
  try {
    return { name, bytes, text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch {
    const where = `a byte that is not UTF-8 in line ${lineOfFault(bytes)}`;
    const expected = name.endsWith('.csv') ? 'UTF-8 (in a spreadsheet: save as "CSV UTF-8")' : 'UTF-8';
    return unreadable(name, 'is not UTF-8', where, expected);
  }
}

/** Line feeds stand for themselves in UTF-8, so each line can be tried alone. */
function lineOfFault(bytes: Uint8Array): number {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let line = 1;
  for (let from = 0; from < bytes.length; line += 1) {
    const feed = bytes.indexOf(10, from);
    const to = feed < 0 ? bytes.length : feed + 1;
    try {
      decoder.decode(bytes.subarray(from, to));
    } catch {
      return line;
    }
    from = to;
  }
  return line;
}

function unreadable(name: string, says: string, found: string, expected: string): Unreadable {
  return { name, says: `${name} ${says}`, found, expected };
}
