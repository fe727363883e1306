import { missingSecrets } from '../config/every-secret.ts';
import { hasProblems, type LoadedTown, loadConfig } from '../config/load.ts';
import { openSecrets, type Secrets } from '../config/secrets.ts';
import { removeRuntime, writeRuntime } from '../edges/http/runtime.ts';
import { type DataFolder, lockDataFolder } from '../edges/stores/data-folder.ts';
import { banner } from './banner.ts';
import { closedDoors, type Door } from './busy-ports.ts';
import { problemsSaid } from './check.ts';
import { type Command, configOption, dataOption, type Given, Trouble } from './command.ts';
import type { Exit } from './exit.ts';
import { findingsOf, findingsText } from './findings.ts';
import { wholeNumber } from './parse.ts';
import { configFolder, dataFolder } from './place.ts';
import { untilStopped } from './until-stopped.ts';
import { beffroiVersion } from './version.ts';

export const startCommand: Command = {
  name: 'start',
  summary: 'runs the exchange until it is told to stop',
  words: [],
  about:
    'Ctrl-C (SIGINT) or SIGTERM: takes no new calls, waits until the calls in progress have ended, and stops.\n' +
    'A second one ends at once. SIGHUP: reads the configuration anew, like "beffroi reload".',
  options: {
    config: configOption,
    data: dataOption,
    'drain-seconds': { value: 'N', about: 'how long calls may go on after Ctrl-C (default: 60)' },
  },
  examples: [
    ['beffroi start', 'the town of config/, remembering in data/'],
    ['beffroi start --config /etc/beffroi --data /var/lib/beffroi', 'folders of one’s own'],
    ['beffroi start --drain-seconds 900', 'calls have a quarter of an hour to end'],
  ],
  run: async (given) => {
    const drainSeconds = wholeNumber(given.values.get('drain-seconds') ?? '60', 'drain-seconds', 0, 86_400);
    const configDir = configFolder(given);
    const town = loadConfig(configDir);
    if (hasProblems(town)) throw new Trouble(problemsSaid(town.problems, given));
    const { errors, warnings } = findingsOf(town.config);
    given.terminal.err(findingsText([...errors, ...warnings], given.paintErr));
    if (errors.length > 0) throw new Trouble('Nothing was started: "beffroi check" tells the same.');
    const data = lock(dataFolder(given));
    try {
      return await runExchange(given, town, configDir, data, drainSeconds);
    } finally {
      data.release();
    }
  },
};

function lock(path: string): DataFolder {
  try {
    return lockDataFolder(path);
  } catch (error) {
    throw new Trouble(error instanceof Error ? error.message : String(error));
  }
}

async function runExchange(
  { terminal, paintErr, start }: Given,
  town: LoadedTown,
  configDir: string,
  data: DataFolder,
  drainSeconds: number,
): Promise<Exit> {
  const closed = await closedDoors(doorsOf(town));
  if (closed.length > 0) throw new Trouble(`${closed.join('\n')}\nNothing was started.`);
  const version = beffroiVersion();
  const dataDir = data.path;
  const secrets = everySecret(town, dataDir, terminal.env);
  const running = await start({ configDir, dataDir, town, secrets, version });
  const now = terminal.now();
  const { token } = town.options.http;
  writeRuntime(dataDir, { pid: process.pid, url: running.url, startedAt: now, version, token });
  terminal.err(banner({ town, running, version, configDir, dataDir, now }, paintErr));
  try {
    return await untilStopped(running, terminal, drainSeconds);
  } finally {
    removeRuntime(dataDir);
  }
}

/** Makes what is missing. Throws with a sentence for each secret that the configuration names and that is not there. */
function everySecret(town: LoadedTown, dataDir: string, env: Given['terminal']['env']): Secrets {
  const secrets = openSecretsOrSay(dataDir, env);
  const missing = missingSecrets(town, secrets).map(({ whose, says }) => `${whose}: ${says}`);
  if (missing.length > 0) throw new Trouble(`Secrets are missing:\n${missing.slice(0, 50).join('\n')}`);
  return secrets;
}

function openSecretsOrSay(dataDir: string, env: Given['terminal']['env']): Secrets {
  try {
    return openSecrets(dataDir, env);
  } catch (error) {
    throw new Trouble(error instanceof Error ? error.message : String(error));
  }
}

/** Every address of this machine that the exchange is about to listen on. */
function doorsOf({ options }: LoadedTown): readonly Door[] {
  const { sip, engine, http } = options;
  const embedded = engine.signalling.is === 'embedded' ? sip.listen : [];
  return [
    ...embedded.map(({ address, port, transport }) => ({
      address,
      port,
      transport: transport === 'udp' ? ('udp' as const) : ('tcp' as const),
      purpose: transport === 'ws' || transport === 'wss' ? 'SIP over WebSocket' : 'SIP',
    })),
    { address: http.host, port: http.port, transport: 'tcp', purpose: 'API' },
  ];
}
