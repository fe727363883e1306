import Libsql from 'libsql';

/**
 * The little of a SQLite library that the store needs, so that another one can take its place.
 * `libsql` is SQLite 3.45 with prebuilt libraries: nothing is compiled on a fresh machine.
 */
export interface Database {
  exec(sql: string): void;
  /** All of the work, or none of it. Every write belongs in one: see `wrap`. */
  transaction(work: () => void): void;
  prepare(sql: string): Statement;
  close(): void;
}

/** How long another process may hold the file before a statement fails. */
const lockedMs = 500;

export type Value = string | number | null;

export interface Statement {
  /** Returns how many rows were changed. */
  run(...values: readonly Value[]): number;
  all(...values: readonly Value[]): readonly Readonly<Record<string, Value>>[];
}

/** Opens or creates the file. WAL, and an fsync for each commit: what was committed outlives a power cut. */
export function openDatabase(file: string): Database {
  const database = wrap(new Libsql(file, { timeout: lockedMs }));
  database.exec('PRAGMA journal_mode = WAL');
  database.exec('PRAGMA synchronous = FULL');
  database.exec('PRAGMA foreign_keys = ON');
  return database;
}

/** Opens an existing file to read. */
export function openToRead(file: string): Database {
  const database = wrap(new Libsql(file, { timeout: lockedMs }));
  database.exec('PRAGMA query_only = ON');
  return database;
}

function wrap(library: Libsql.Database): Database {
  // In libsql 0.5.29 a write that meets a lock is left unfinished, and every later COMMIT fails with "SQL statements
  // in progress". So only BEGIN ever meets a lock, and it is prepared: its next run finishes it.
  const begin = library.prepare('BEGIN IMMEDIATE');
  const commit = library.prepare('COMMIT');
  const rollback = library.prepare('ROLLBACK');
  return {
    exec: (sql) => {
      library.exec(sql);
    },
    transaction: (work) => {
      begin.run();
      try {
        work();
        commit.run();
      } catch (error) {
        // SQLite has rolled back by itself after some errors, a full disk for one.
        if (library.inTransaction) rollback.run();
        throw error;
      }
    },
    prepare: (sql) => {
      const statement = library.prepare(sql);
      return {
        run: (...values) => statement.run(values.map(bindable)).changes,
        all: (...values) => statement.all(values.map(bindable)) as readonly Readonly<Record<string, Value>>[],
      };
    },
    close: () => {
      library.close();
    },
  };
}

/** libsql ends a text at its first NUL: what follows would be lost, and unsearchable. */
function bindable(value: Value): Value {
  return typeof value === 'string' && value.includes('\0') ? value.replaceAll('\0', '\uFFFD') : value;
}

/** Is the disk, the file or a lock to blame? Then the same rows may be written later. Otherwise a row is. */
export function isStorageError(error: unknown): boolean {
  const { code } = error as { readonly code?: unknown };
  return typeof code === 'string' && /^SQLITE_(?!CONSTRAINT|MISMATCH|TOOBIG|RANGE)/.test(code);
}
