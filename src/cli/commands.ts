import { callBacksCommand } from './call-backs.ts';
import { callsCommand } from './calls.ts';
import { checkCommand } from './check.ts';
import type { Command } from './command.ts';
import { explainCommand } from './explain.ts';
import { ledgerCommand } from './ledger.ts';
import { mailboxCommand } from './mailbox.ts';
import { meetingsCommand } from './meetings.ts';
import { modeCommand } from './mode.ts';
import { passwordCommand } from './password.ts';
import { promptsCommand } from './prompts.ts';
import { recordingsCommand } from './recordings.ts';
import { registrationsCommand } from './registrations.ts';
import { reloadCommand } from './reload.ts';
import { schemaCommand } from './schema.ts';
import { startCommand } from './start.ts';
import { testCommand } from './test-services.ts';
import { trunksCommand } from './trunks.ts';
import { versionCommand } from './version.ts';
import { wishesCommand } from './wishes.ts';

/** Every command, in the order of the help. */
export const commands: readonly Command[] = [
  startCommand,
  checkCommand,
  testCommand,
  explainCommand,
  reloadCommand,
  callsCommand,
  ledgerCommand,
  callBacksCommand,
  registrationsCommand,
  trunksCommand,
  mailboxCommand,
  modeCommand,
  meetingsCommand,
  recordingsCommand,
  wishesCommand,
  passwordCommand,
  promptsCommand,
  schemaCommand,
  versionCommand,
];
