import { nearest } from '../config/guess.ts';
import { Refused, Unreachable } from '../edges/http/client.ts';
import { type Command, Trouble, UsageError } from './command.ts';
import { commands } from './commands.ts';
import { type Exit, exits } from './exit.ts';
import { commandHelp, helpText } from './help.ts';
import { painter } from './paint.ts';
import { parse } from './parse.ts';
import type { StartExchange, Terminal } from './ports.ts';

/** Runs one command line and gives back the exit code. Never throws: whatever happens becomes a sentence. */
export async function run(args: readonly string[], terminal: Terminal, start: StartExchange): Promise<number> {
  try {
    return exits[await dispatch(args, terminal, start)].code;
  } catch (error) {
    return exits[say(error, terminal)].code;
  }
}

async function dispatch(args: readonly string[], terminal: Terminal, start: StartExchange): Promise<Exit> {
  const [paint, paintErr] = [painter(terminal.inColour.out), painter(terminal.inColour.err)];
  const [first, ...rest] = args;
  if (first === undefined || first === '--help' || first === '-h' || (first === 'help' && rest.length === 0)) {
    if (first === undefined) terminal.err(helpText(commands, paintErr));
    else terminal.out(helpText(commands, paint));
    return first === undefined ? 'usage' : 'ok';
  }
  if (first === 'help') return dispatch([...rest, '--help'], terminal, start);
  const command = commandNamed(first === '--version' || first === '-v' ? 'version' : first);
  if (rest.includes('--help') || rest.includes('-h')) {
    terminal.out(commandHelp(command, paint));
    return 'ok';
  }
  return command.run({ ...parse(rest, command), terminal, paint, paintErr, start });
}

function commandNamed(name: string): Command {
  const found = commands.find((command) => command.name === name);
  if (found !== undefined) return found;
  const names = commands.map((command) => command.name);
  const guess = nearest(name, names);
  const hint = guess === undefined ? `; there are ${names.join(', ')}` : `: did you mean ${guess}?`;
  throw new UsageError(`there is no command "${name}"${hint}`);
}

function say(error: unknown, { err }: Terminal): Exit {
  if (error instanceof UsageError) {
    err(`${error.message}\nbeffroi COMMAND --help tells more.\n`);
    return 'usage';
  }
  if (error instanceof Unreachable) {
    err(`${error.message}\nIs the exchange running? "beffroi start" starts it; --data names its data folder.\n`);
    return 'unreachable';
  }
  if (error instanceof Refused || error instanceof Trouble) {
    err(`${error.message}\n`);
    return error instanceof Trouble ? error.exit : 'no';
  }
  err(`This is a mistake of Beffroi, not yours:\n${error instanceof Error ? error.stack : String(error)}\n`);
  return 'ourFault';
}
