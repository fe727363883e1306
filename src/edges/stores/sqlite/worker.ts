import { parentPort, workerData } from 'node:worker_threads';
import type { Instant } from '../../../domain/instant.ts';
import type { CallQuery } from '../store.ts';
import { type Database, isStorageError, openDatabase } from './database.ts';
import { type MailRows, prepareMail } from './mail-rows.ts';
import { migrate } from './migrations.ts';
import { closeLeftOpen, type Job, prepareRows } from './rows.ts';

/** What is asked of this thread. Each question is answered once, in order. */
export type Question =
  /** `jobs`: a `Job[]` as JSON: one string crosses threads far cheaper than a tree of objects. */
  | { readonly ask: 'write'; readonly jobs: string; readonly at: Instant }
  | { readonly ask: 'list'; readonly query: CallQuery }
  | { readonly ask: 'find'; readonly call: string }
  | { readonly ask: 'tally'; readonly since: Instant; readonly before: Instant }
  | { readonly ask: 'bindings'; readonly at: Instant }
  | { readonly ask: 'notes'; readonly kind: string }
  | { readonly ask: 'purge'; readonly callsBefore: Instant; readonly bindingsBefore: Instant }
  | { readonly ask: 'mail'; readonly method: keyof MailRows; readonly given: readonly unknown[] }
  | { readonly ask: 'close' };

export type Answer =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly failed: string; readonly code?: string };

export interface WorkerStart {
  readonly file: string;
  /** Set when the thread is started anew beside calls in progress: their rows are not left-overs. */
  readonly again: boolean;
}

/** What is refused for good, by its place in the jobs: the others were written. */
export type Refused = readonly { readonly job: number; readonly why: string }[];

/** The thread that owns the database file, so that an fsync never holds up a call. */
function serve(start: WorkerStart): void {
  if (parentPort === null) throw new Error('to be started as a worker thread');
  const port = parentPort;
  const database = openDatabase(start.file);
  migrate(database);
  const leftOpen = start.again ? 0 : closeLeftOpen(database);
  const rows = { ...prepareRows(database), mail: prepareMail(database) };

  port.on('message', ({ id, question }: { id: number; question: Question }) => {
    try {
      port.postMessage({ id, value: answer(question, database, rows) } satisfies Answer);
    } catch (error) {
      const { message, code } = error as Error & { code?: string };
      port.postMessage({ id, failed: message, ...(code !== undefined && { code }) } satisfies Answer);
    }
    if (question.ask === 'close') port.close();
  });
  port.postMessage({ id: 0, value: leftOpen } satisfies Answer);
}

type Rows = ReturnType<typeof prepareRows> & { readonly mail: MailRows };

function answer(question: Question, database: Database, rows: Rows): unknown {
  switch (question.ask) {
    case 'write':
      return write(JSON.parse(question.jobs), question.at, database, rows);
    case 'list':
      return rows.list(question.query);
    case 'find':
      return rows.find(question.call);
    case 'tally':
      return rows.tally(question.since, question.before);
    case 'bindings':
      return rows.bindings(question.at);
    case 'notes':
      return rows.notes(question.kind);
    case 'purge':
      return purge(question, database, rows);
    case 'mail':
      return mail(question, database, rows.mail);
    case 'close':
      return database.close();
  }
}

/** All in one transaction. When a row is at fault, each in its own, so that one bad row keeps no other from being written. */
function write(jobs: readonly Job[], at: Instant, database: Database, rows: Rows): Refused {
  try {
    database.transaction(() => {
      jobs.forEach(rows.apply);
      rows.alive(at);
    });
    return [];
  } catch (error) {
    if (isStorageError(error)) throw error;
  }
  return jobs.flatMap((job, index) => {
    try {
      database.transaction(() => rows.apply(job));
      return [];
    } catch (error) {
      if (isStorageError(error)) throw error;
      return [{ job: index, why: (error as Error).message }];
    }
  });
}

/** Each question of its own in a transaction: what is answered is on the disk. */
function mail({ method, given }: Question & { ask: 'mail' }, database: Database, rows: MailRows): unknown {
  let value: unknown;
  database.transaction(() => {
    value = (rows[method] as (...given: readonly unknown[]) => unknown)(...given);
  });
  return value;
}

function purge(question: Question & { ask: 'purge' }, database: Database, rows: Rows): number {
  let purged = 0;
  database.transaction(() => {
    rows.purgeBindings(question.bindingsBefore);
    purged = rows.purgeCalls(question.callsBefore);
  });
  return purged;
}

/** The library's own errors do not survive the way to another thread. */
function serveOrSay(start: WorkerStart): void {
  try {
    serve(start);
  } catch (error) {
    throw new Error(`${start.file} cannot be opened: ${error instanceof Error ? error.message : String(error)}`);
  }
}

serveOrSay(workerData);
