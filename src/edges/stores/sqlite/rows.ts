import { lostWhen } from '../../../decide/call-back.ts';
import { lostByTransfer, type TallyRow } from '../../../decide/ledger-day.ts';
import type { Binding } from '../../../domain/binding.ts';
import type { LineId } from '../../../domain/ids.ts';
import type { Instant } from '../../../domain/instant.ts';
import type { CallRecord, Outcome } from '../../../domain/outcome.ts';
import { shortIdAtLeast } from '../../../domain/short-id.ts';
import { callerNames, leftOn } from '../search.ts';
import { type CallQuery, type CallSummary, callsAtMost, cutShortKind, type Note, type OpenCall } from '../store.ts';
import type { Database, Value } from './database.ts';

/** One thing to write. */
export type Job =
  | { readonly do: 'open'; readonly call: OpenCall }
  | { readonly do: 'close'; readonly record: CallRecord }
  | { readonly do: 'settle'; readonly call: string; readonly left: Outcome }
  | { readonly do: 'bind'; readonly line: LineId; readonly bindings: readonly Binding[] }
  /** `value` absent: the note is removed. */
  | { readonly do: 'note'; readonly kind: string; readonly id: string; readonly value?: unknown };

type Row = Readonly<Record<string, Value>>;

/** Everything the store says in SQL, prepared once. */
export function prepareRows(database: Database) {
  const open = database.prepare(
    `INSERT INTO open_call VALUES (?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET service = ifnull(service, excluded.service)`,
  );
  const opened = database.prepare('DELETE FROM open_call WHERE id = ?');
  const close = database.prepare(
    `INSERT INTO call VALUES (${new Array(callColumns.length).fill('?').join(', ')}) ON CONFLICT (id) DO NOTHING`,
  );
  const settle = database.prepare(
    `UPDATE call SET outcome = ?, outcome_json = ?
       WHERE id = ? AND outcome IN ('our fault', 'caller gone', 'told and released')`,
  );
  const unbind = database.prepare('DELETE FROM binding WHERE line = ?');
  const bind = database.prepare('INSERT INTO binding VALUES (?, ?, ?, ?)');
  const note = database.prepare(
    'INSERT INTO note VALUES (?, ?, ?) ON CONFLICT (kind, id) DO UPDATE SET value_json = excluded.value_json',
  );
  const unnote = database.prepare('DELETE FROM note WHERE kind = ? AND id = ?');
  const alive = database.prepare('UPDATE life SET alive_at = ?');

  const apply = (job: Job): void => {
    switch (job.do) {
      case 'open': {
        const { id, startedAt, from, dialled, service, callerNumber, calledNumber, withheld } = job.call;
        const number = callerNumber ?? null;
        open.run(id, startedAt, from, dialled, service ?? null, number, withheld ? 1 : null, calledNumber ?? null);
        return;
      }
      case 'close': {
        opened.run(job.record.id);
        close.run(...callRow(job.record));
        return;
      }
      case 'settle': {
        settle.run(job.left.is, JSON.stringify(job.left), job.call);
        return;
      }
      case 'bind': {
        unbind.run(job.line);
        job.bindings.forEach((binding, place) => {
          bind.run(job.line, place, binding.expiresAt, JSON.stringify(binding));
        });
        return;
      }
      case 'note': {
        const { kind, id, value } = job;
        if (value === undefined) unnote.run(kind, id);
        else note.run(kind, id, JSON.stringify(value));
        return;
      }
    }
  };
  return { apply, alive: (at: Instant) => alive.run(at), ...readers(database), ...purgers(database) };
}

/** What may be asked of the file, by its own thread or by a command beside it. */
export function readers(database: Database) {
  const bindings = database.prepare('SELECT binding_json FROM binding WHERE expires_at > ? ORDER BY line, place');
  const notes = database.prepare('SELECT id, value_json FROM note WHERE kind = ? ORDER BY id');
  const tally = database.prepare(
    `SELECT caller, service, outcome, count(*) AS calls,
       CASE outcome
         WHEN 'caller gone' THEN json_extract(outcome_json, '$.during')
         WHEN 'refused' THEN json_extract(outcome_json, '$.why')
         WHEN 'answered' THEN CASE
           WHEN json_extract(transfers_json, '$[#-1].who') = caller
             AND json_extract(transfers_json, '$[#-1].ended') IN (${[...lostWhen].map((how) => `'${how}'`).join(', ')})
           THEN '${lostByTransfer}'
         END
       END AS how
     FROM call WHERE started_at >= ? AND started_at < ? GROUP BY caller, service, outcome, how
     UNION ALL
     SELECT caller, service, NULL, count(*), NULL FROM open_call WHERE started_at >= ? AND started_at < ?
       GROUP BY caller, service`,
  );
  const call = database.prepare('SELECT * FROM call WHERE id = ?');
  // Ids are hex digits and dashes: `~` comes after all that can follow.
  const beginning = database.prepare(
    `SELECT id FROM (SELECT id FROM call UNION SELECT id FROM open_call) WHERE id >= ? AND id < ? || '~' LIMIT 2`,
  );
  const openCall = database.prepare('SELECT * FROM open_call WHERE id = ?');
  return {
    bindings: (at: Instant) => bindings.all(at).map((row) => JSON.parse(String(row['binding_json'])) as Binding),
    notes: (kind: string): readonly Note[] =>
      notes.all(kind).map((row) => ({ id: String(row['id']), value: JSON.parse(String(row['value_json'])) })),
    find: (id: string): CallRecord | OpenCall | undefined => {
      const begins = id.length < shortIdAtLeast ? [] : beginning.all(id, id).map((row) => String(row['id']));
      const meant = begins.length === 1 ? (begins[0] ?? id) : id;
      const [ended] = call.all(meant);
      if (ended !== undefined) return recordOf(ended);
      const [going] = openCall.all(meant);
      return going === undefined ? undefined : goingCallOf(going);
    },
    tally: (since: Instant, before: Instant): readonly TallyRow[] =>
      tally.all(since, before, since, before).map((row) => ({
        from: String(row['caller']),
        calls: Number(row['calls']),
        ...optional(row, { service: 'service', outcome: 'outcome', how: 'how' }),
      })),
    list: (query: CallQuery): readonly CallSummary[] => listCalls(database, query),
  };
}

function purgers(database: Database) {
  const old = database.prepare(
    'DELETE FROM call WHERE rowid IN (SELECT rowid FROM call WHERE started_at < ? ORDER BY started_at LIMIT 1000)',
  );
  const expired = database.prepare('DELETE FROM binding WHERE expires_at < ?');
  return {
    /** Deletes the thousand oldest calls that started before; returns how many there were. */
    purgeCalls: (before: Instant) => old.run(before),
    purgeBindings: (before: Instant) => expired.run(before),
  };
}

/**
 * Closes what a crash had left open, at the last sign of life: `our fault`. Notes those that were for a service or for
 * somebody's number, so that they are called back. Returns how many there were.
 */
export function closeLeftOpen(database: Database): number {
  const { apply } = prepareRows(database);
  const [life] = database.prepare('SELECT alive_at FROM life').all();
  const aliveAt = Number(life?.['alive_at'] ?? 0);
  const open = database.prepare('SELECT * FROM open_call').all().map(goingCallOf);
  const message = database.prepare(
    `SELECT id, mailbox, seconds FROM message WHERE seconds IS NOT NULL
       AND json_extract(facts_json, '$.call') = ? AND json_extract(facts_json, '$.passedOnBy') IS NULL`,
  );
  const left = (call: string): Outcome | undefined => {
    const [row] = message.all(call);
    if (row === undefined) return undefined;
    const seconds = Number(row['seconds']);
    return { is: 'message left', mailbox: String(row['mailbox']), message: String(row['id']), seconds };
  };
  database.transaction(() => {
    for (const call of open) {
      const record = cutShort(call, aliveAt, left(call.id));
      apply({ do: 'close', record });
      const isForSomebody = record.service !== undefined || record.calledNumber !== undefined;
      if (isForSomebody) apply({ do: 'note', kind: cutShortKind, id: record.id, value: record });
    }
  });
  return open.length;
}

/** Who had left a message already has done what they called for. */
function cutShort(call: OpenCall, at: Instant, left: Outcome | undefined): CallRecord {
  return {
    ...call,
    configDigest: '',
    decisions: [],
    legs: [],
    endedAt: Math.max(call.startedAt, at),
    endedBy: 'exchange',
    outcome: left ?? { is: 'our fault', what: 'the exchange was stopped during the call' },
  };
}

const callColumns = [
  'id',
  'started_at',
  'ringing_at',
  'answered_at',
  'ended_at',
  'caller',
  'caller_number',
  'site',
  'dialled',
  'account',
  'trunk',
  'ended_by',
  'outcome',
  'outcome_json',
  'config_digest',
  'decisions_json',
  'legs_json',
  'service',
  'pre_answered_at',
  'called_number',
  'media_json',
  'transfers_json',
  'heard_at',
  'recording',
] as const;

/** In the order of `callColumns`. */
function callRow(record: CallRecord): readonly Value[] {
  return [
    record.id,
    record.startedAt,
    record.ringingAt ?? null,
    record.answeredAt ?? null,
    record.endedAt,
    record.from,
    record.callerNumber ?? null,
    record.site ?? null,
    record.dialled,
    record.account ?? null,
    leftOn(record) ?? null,
    record.endedBy ?? null,
    record.outcome.is,
    JSON.stringify(record.outcome),
    record.configDigest,
    JSON.stringify(record.decisions),
    JSON.stringify(record.legs),
    record.service ?? null,
    record.preAnsweredAt ?? null,
    record.calledNumber ?? null,
    jsonOrNull(record.media),
    jsonOrNull(record.transfers),
    record.heardAt ?? null,
    record.recording ?? null,
  ];
}

function jsonOrNull(value: object | undefined): string | null {
  return value === undefined ? null : JSON.stringify(value);
}

function recordOf(row: Row): CallRecord {
  return {
    ...openCallOf(row),
    ...optional(row, {
      site: 'site',
      callerNumber: 'caller_number',
      account: 'account',
      endedBy: 'ended_by',
      recording: 'recording',
    }),
    ...optional(row, { service: 'service', calledNumber: 'called_number', preAnsweredAt: 'pre_answered_at' }),
    ...optional(row, { ringingAt: 'ringing_at', answeredAt: 'answered_at', heardAt: 'heard_at' }),
    endedAt: Number(row['ended_at']),
    configDigest: String(row['config_digest']),
    outcome: JSON.parse(String(row['outcome_json'])),
    decisions: JSON.parse(String(row['decisions_json'])),
    legs: JSON.parse(String(row['legs_json'])),
    ...(typeof row['media_json'] === 'string' && { media: JSON.parse(row['media_json']) }),
    ...(typeof row['transfers_json'] === 'string' && { transfers: JSON.parse(row['transfers_json']) }),
  };
}

function openCallOf(row: Row): OpenCall {
  return {
    id: String(row['id']),
    startedAt: Number(row['started_at']),
    from: String(row['caller']),
    dialled: String(row['dialled']),
  };
}

/** A row of `open_call`. */
function goingCallOf(row: Row): OpenCall {
  return {
    ...openCallOf(row),
    ...optional(row, { service: 'service', callerNumber: 'caller_number', calledNumber: 'called_number' }),
    ...(row['withheld'] === 1 && { withheld: true }),
  };
}

function summaryOf(row: Row): CallSummary {
  const going = openCallOf(row);
  if (row['outcome_json'] === null) return going;
  return {
    ...going,
    ...optional(row, { site: 'site', callerNumber: 'caller_number', answeredAt: 'answered_at', endedAt: 'ended_at' }),
    outcome: JSON.parse(String(row['outcome_json'])),
  };
}

/** The columns that are not null, under the names of the record. */
function optional(row: Row, columns: Readonly<Record<string, string>>): object {
  const present = Object.entries(columns).filter(([, column]) => row[column] !== null && row[column] !== undefined);
  return Object.fromEntries(present.map(([name, column]) => [name, row[column]]));
}

/** The newest that fit, of the ended and of those that go on. Every value is bound, none is written into the SQL. */
function listCalls(database: Database, query: CallQuery): readonly CallSummary[] {
  const limit = Math.min(query.limit, callsAtMost);
  const ended = conditions(query, { ended: true });
  const going = conditions(query, { ended: false });
  const summaries = database
    .prepare(
      `SELECT id, started_at, caller, dialled, site, caller_number, answered_at, ended_at, outcome_json
       FROM call WHERE ${ended.sql} ORDER BY started_at DESC LIMIT ${limit}`,
    )
    .all(...ended.values);
  const goingOn = database
    .prepare(
      `SELECT id, started_at, caller, dialled, NULL AS outcome_json
       FROM open_call WHERE ${going.sql} ORDER BY started_at DESC LIMIT ${limit}`,
    )
    .all(...going.values);
  return [...summaries, ...goingOn]
    .map(summaryOf)
    .sort((one, other) => other.startedAt - one.startedAt)
    .slice(0, limit);
}

interface Condition {
  readonly sql: string;
  readonly values: readonly Value[];
}

/** A call that goes on has no number, site, way out or outcome yet. */
function conditions(query: CallQuery, of: { readonly ended: boolean }): Condition {
  const never: Condition = { sql: '1 = 0', values: [] };
  const given = [
    where(query.since, (since) => ({ sql: 'started_at >= ?', values: [since] })),
    where(query.before, (before) => ({ sql: 'started_at < ?', values: [before] })),
    where(query.dialled, (dialled) => ({ sql: 'dialled = ?', values: [dialled] })),
    where(query.from, (from) => (of.ended ? calledFrom(from) : namedCaller(from))),
    where(query.trunk, (trunk) => (of.ended ? overTrunk(trunk) : { sql: 'caller = ?', values: [`trunk ${trunk}`] })),
    where(query.site, (site) => (of.ended ? { sql: 'site = ?', values: [site] } : never)),
    where(query.outcome, (outcome) => (of.ended ? { sql: 'outcome = ?', values: [outcome] } : never)),
  ].filter((condition) => condition !== undefined);
  return {
    sql: ['1 = 1', ...given.map(({ sql }) => sql)].join(' AND '),
    values: given.flatMap(({ values }) => values),
  };
}

function where<T>(value: T | undefined, condition: (value: T) => Condition): Condition | undefined {
  return value === undefined ? undefined : condition(value);
}

function namedCaller(from: string): Condition {
  return { sql: 'caller IN (?, ?, ?)', values: callerNames(from) };
}

function calledFrom(from: string): Condition {
  return { sql: '(caller IN (?, ?, ?) OR caller_number = ?)', values: [...callerNames(from), from] };
}

function overTrunk(trunk: string): Condition {
  return { sql: '(caller = ? OR trunk = ?)', values: [`trunk ${trunk}`, trunk] };
}
