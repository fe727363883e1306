import type { Database } from './database.ts';

/**
 * Each entry is one step of the schema, numbered by its place from 1. A step that has been released is never
 * changed: a correction is a new step. Times are milliseconds since the epoch.
 */
export const migrations: readonly string[] = [
  `
  CREATE TABLE open_call (
    id TEXT PRIMARY KEY,
    started_at INTEGER NOT NULL,
    caller TEXT NOT NULL,
    dialled TEXT NOT NULL
  ) WITHOUT ROWID;

  CREATE TABLE call (
    id TEXT NOT NULL UNIQUE,
    started_at INTEGER NOT NULL,
    ringing_at INTEGER,
    answered_at INTEGER,
    ended_at INTEGER NOT NULL,
    caller TEXT NOT NULL,
    caller_number TEXT,
    site TEXT,
    dialled TEXT NOT NULL,
    account TEXT,
    trunk TEXT,
    ended_by TEXT,
    outcome TEXT NOT NULL,
    outcome_json TEXT NOT NULL,
    config_digest TEXT NOT NULL,
    decisions_json TEXT NOT NULL,
    legs_json TEXT NOT NULL
  );
  CREATE INDEX call_started ON call (started_at);
  CREATE INDEX call_caller ON call (caller, started_at);
  CREATE INDEX call_caller_number ON call (caller_number, started_at) WHERE caller_number IS NOT NULL;
  CREATE INDEX call_dialled ON call (dialled, started_at);
  CREATE INDEX call_not_answered ON call (outcome, started_at) WHERE outcome <> 'answered';

  CREATE TABLE binding (
    line TEXT NOT NULL,
    place INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    binding_json TEXT NOT NULL,
    PRIMARY KEY (line, place)
  ) WITHOUT ROWID;

  -- One row: when the exchange was last known to be alive.
  CREATE TABLE life (place INTEGER PRIMARY KEY CHECK (place = 1), alive_at INTEGER NOT NULL);
  INSERT INTO life VALUES (1, 0);
  `,
  `
  ALTER TABLE call ADD COLUMN service TEXT;
  ALTER TABLE call ADD COLUMN pre_answered_at INTEGER;
  ALTER TABLE call ADD COLUMN called_number TEXT;
  CREATE INDEX call_service ON call (service, started_at) WHERE service IS NOT NULL;

  CREATE TABLE note (
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    value_json TEXT NOT NULL,
    PRIMARY KEY (kind, id)
  ) WITHOUT ROWID;
  `,
  `
  -- Without seconds it is being left; with them it was.
  CREATE TABLE message (
    id TEXT PRIMARY KEY,
    mailbox TEXT NOT NULL,
    received_at INTEGER NOT NULL,
    seconds REAL,
    urgent INTEGER NOT NULL DEFAULT 0,
    read_at INTEGER,
    deleted_at INTEGER,
    facts_json TEXT NOT NULL
  ) WITHOUT ROWID;
  CREATE INDEX message_mailbox ON message (mailbox, received_at);

  CREATE TABLE mailbox_choice (mailbox TEXT PRIMARY KEY, choices_json TEXT NOT NULL) WITHOUT ROWID;

  -- Without a time it was given up.
  CREATE TABLE letter (
    id TEXT PRIMARY KEY,
    next_at INTEGER,
    tries INTEGER NOT NULL,
    letter_json TEXT NOT NULL,
    gave_up_why TEXT
  ) WITHOUT ROWID;
  CREATE INDEX letter_next ON letter (next_at) WHERE next_at IS NOT NULL;
  `,
  `
  -- How the caller's sound was; that of the legs stands in legs_json.
  ALTER TABLE call ADD COLUMN media_json TEXT;
  `,
  `
  -- Whom to call back, should a crash cut the call short.
  ALTER TABLE open_call ADD COLUMN service TEXT;
  ALTER TABLE open_call ADD COLUMN caller_number TEXT;
  ALTER TABLE open_call ADD COLUMN withheld INTEGER;
  `,
  `
  ALTER TABLE call ADD COLUMN transfers_json TEXT;
  `,
  `
  -- When the caller first heard us.
  ALTER TABLE call ADD COLUMN heard_at INTEGER;
  `,
  `
  -- Lines call back as well as services: who does it is told by what it is.
  ALTER TABLE open_call ADD COLUMN called_number TEXT;
  UPDATE note
    SET value_json = json_remove(
      json_set(value_json, '$.owner', json_object('is', 'service', 'service', json_extract(value_json, '$.service'))),
      '$.service'
    )
    WHERE kind = 'call-back' AND json_type(value_json, '$.service') = 'text';
  `,
  `
  -- What became of the recording of its talk.
  ALTER TABLE call ADD COLUMN recording TEXT;
  `,
];

/** Brings the schema up to date, each step in a transaction. Throws when the file is from a newer Beffroi. */
export function migrate(database: Database): void {
  const row = database.prepare('PRAGMA user_version').all()[0];
  const from = Number(row?.['user_version'] ?? 0);
  if (from > migrations.length) {
    throw new Error(
      `the file has schema ${from}, this Beffroi knows ${migrations.length}: it was written by a newer one`,
    );
  }
  migrations.slice(from).forEach((step, index) => {
    database.transaction(() => database.exec(`${step}; PRAGMA user_version = ${from + index + 1}`));
  });
}
