import { randomUUID } from 'node:crypto';
import {
  linkSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';

/** The data folder, held by this process alone until `release`. */
export interface DataFolder {
  readonly path: string;
  release(): void;
}

interface Owner {
  readonly pid: number;
  /** Which numbering the pid is of: every container may have a process 1. */
  readonly pids: string;
  /** When that process began, in clock ticks since boot: a pid alone may have been given to another one. */
  readonly began?: string;
  readonly token: string;
}

const breakingMsAtMost = 10_000;
const signEveryMs = 5_000;
const silentMsAtMost = 30_000;

/**
 * Makes the folder when it is missing, readable by its owner only, and locks it with a file that names this process.
 * A lock whose process has ended is stale and taken over.
 * Throws with a sentence for the operator when another exchange uses the folder, or when it cannot be written.
 */
export function lockDataFolder(path: string): DataFolder {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  const file = join(path, 'exchange.lock');
  const began = processBegan(process.pid);
  const owner: Owner = { pid: process.pid, pids: pidNamespace(), token: randomUUID(), ...(began && { began }) };
  if (!create(file, owner)) {
    takeOver(file);
    if (!create(file, owner)) throw new Error(`another exchange has just taken the data folder ${path}`);
  }
  const sign = setInterval(() => giveSign(file), signEveryMs).unref();
  return {
    path,
    release: () => {
      clearInterval(sign);
      if (read(file)?.token === owner.token) unlinkSync(file);
    },
  };
}

/** For those who cannot look up our pid. */
function giveSign(file: string): void {
  const now = new Date();
  try {
    utimesSync(file, now, now);
  } catch {
    // The folder is gone, or full: the store tells of that.
  }
}

/** Only one process at a time may judge a lock stale and remove it: two would remove each other's new lock. */
function takeOver(file: string): void {
  const breaking = `${file}.breaking`;
  if (!create(breaking, { pid: process.pid, pids: pidNamespace(), token: '' })) {
    if (ageMs(breaking) < breakingMsAtMost) throw new Error(`another exchange is starting with the lock ${file}`);
    remove(breaking);
    takeOver(file);
    return;
  }
  try {
    const owner = read(file);
    if (owner !== undefined && owner.pids !== pidNamespace() && ageMs(file) < silentMsAtMost) {
      throw new Error(`an exchange in another container uses this data folder (its lock is ${file})`);
    }
    if (owner !== undefined && owner.pids === pidNamespace() && lives(owner)) {
      throw new Error(
        `process ${owner.pid} uses this data folder (its lock is ${file}): stop it, or name another folder with --data`,
      );
    }
    remove(file);
  } finally {
    remove(breaking);
  }
}

/** Whole at once: nobody ever reads a lock that does not yet say whose it is. False when there is one already. */
function create(file: string, owner: Owner): boolean {
  const draft = `${file}.${randomUUID()}`;
  writeFileSync(draft, JSON.stringify(owner), { mode: 0o600, flag: 'wx' });
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    remove(draft);
  }
}

/** Undefined when the file is gone or does not say whose it is. */
function read(file: string): Owner | undefined {
  try {
    const owner: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return isOwner(owner) ? owner : undefined;
  } catch {
    return undefined;
  }
}

function isOwner(value: unknown): value is Owner {
  return typeof value === 'object' && value !== null && 'pid' in value && Number.isSafeInteger(value.pid);
}

function lives({ pid, began }: Owner): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  const beganNow = processBegan(pid);
  return began === undefined || beganNow === undefined || began === beganNow;
}

/** Where pids cannot be told apart like that, the name of the machine has to do. */
function pidNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return hostname();
  }
}

/** Field 22 of /proc/PID/stat. Undefined where there is no /proc. */
function processBegan(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}

function ageMs(file: string): number {
  try {
    return Date.now() - statSync(file).mtimeMs;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}

function remove(file: string): void {
  try {
    unlinkSync(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
