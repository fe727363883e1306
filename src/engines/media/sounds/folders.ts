import { mkdir, realpath } from 'node:fs/promises';
import { dirname, isAbsolute, join, resolve, sep } from 'node:path';

export interface Folders {
  /** Where relative names are looked for, in turn. */
  readonly sounds: readonly string[];
  readonly recordings: string | undefined;
  readonly alsoReadable: readonly string[];
  readonly alsoWritable: readonly string[];
}

const MAX_NAME = 1024;

/** The file a name stands for, when it lies in a folder from which may be played. Symbolic links are followed before they are judged. */
export async function readableFile(name: string, folders: Folders, prefix?: string): Promise<string | undefined> {
  if (!isSane(name)) return undefined;
  const roots = [...folders.sounds, ...folders.alsoReadable, ...writableRoots(folders)];
  const places = isAbsolute(name) ? [name] : [...(prefix ? [prefix] : []), ...roots].map((root) => join(root, name));
  for (const place of places) {
    const real = await realpath(place).catch(() => undefined);
    if (real !== undefined && (await isWithin(real, roots))) return real;
  }
  return undefined;
}

/**
 * Where a recording of that name goes: below a folder for recordings, which is made when it is missing, and ending in
 * `.wav`. Undefined when the name leads elsewhere, by `..`, by a link, or at once.
 */
export async function writableFile(name: string, folders: Folders): Promise<string | undefined> {
  if (!isSane(name) || !name.toLowerCase().endsWith('.wav')) return undefined;
  const roots = writableRoots(folders);
  const [first] = roots;
  if (first === undefined) return undefined;
  const place = resolve(first, name);
  if (!roots.some((root) => isBelow(place, resolve(root)))) return undefined;
  await mkdir(dirname(place), { recursive: true }).catch(() => undefined);
  const folder = await realpath(dirname(place)).catch(() => undefined);
  return folder !== undefined && (await isWithin(join(folder, 'x'), roots)) ? place : undefined;
}

function writableRoots({ recordings, alsoWritable }: Folders): readonly string[] {
  return recordings === undefined ? alsoWritable : [recordings, ...alsoWritable];
}

async function isWithin(real: string, roots: readonly string[]): Promise<boolean> {
  for (const root of roots) {
    const realRoot = await realpath(root).catch(() => undefined);
    if (realRoot !== undefined && isBelow(real, realRoot)) return true;
  }
  return false;
}

function isBelow(path: string, root: string): boolean {
  return path.startsWith(root.endsWith(sep) ? root : root + sep);
}

function isSane(name: string): boolean {
  return name.length > 0 && name.length <= MAX_NAME && !/\p{Cc}/u.test(name);
}
