import { execFile } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { embedded } from './calls-arrangement.mjs';
import { crowd, register, serve } from './calls-peers.mjs';
import { freePort, isInstalled, stopAll, until } from './lib.mjs';

/**
 * A day in the town, in minutes: the surge when the doors open, a crisis at ten times the volume, the rest of the day. Citizens
 * call the hotline, lines and numbers that do not exist; some give up. What counts is that the ledger knows what became of each.
 */

const { BEFFROI_DIST: dist = 'dist' } = process.env;
const agents = Array.from({ length: 12 }, (_, index) => String(4110 + index));
/** Calls, and how many a second. */
const plans = {
  smoke: [{ calls: 60, rate: 20, says: 'an hour' }],
  full: [
    { calls: 1200, rate: 20, says: 'the doors open' },
    { calls: 800, rate: 10, says: 'the morning' },
    { calls: 2200, rate: 100, says: 'the crisis' },
    { calls: 800, rate: 10, says: 'the afternoon' },
  ],
};
const run = promisify(execFile);

export const title = 'A day in the town';
export const conditions = [
  `SIPp calls as the operator; ${agents.length} agents of one hotline with a queue answer after 0.3 to 1.5 s, or are busy. Of 100 calls 70 go to`,
  'the hotline, 20 to a line, 5 to numbers that do not exist, and 5 callers of the hotline give up after a second.',
].join('\n');

export async function measure({ smoke, folder = mkdtempSync(join(tmpdir(), 'beffroi-bench-')) }) {
  if (!isInstalled('sipp')) return 'Not measured: SIPp is not installed (Debian: sip-tester).';
  const plan = smoke ? plans.smoke : plans.full;
  const calls = plan.reduce((sum, part) => sum + part.calls, 0);
  try {
    const exchange = await embedded(folder, layHotline);
    await agentsAtWork(exchange, folder);
    for (const [index, part] of plan.entries()) await callAll(exchange, part, index, folder);
    const ledger = async () => JSON.parse(await beffroi(exchange, 'ledger', '--json'));
    await until('every call has ended', async () => (await ledger()).goingOn === 0, 180_000);
    const day = await ledger();
    const text = await beffroi(exchange, 'ledger');
    if (day.offered !== calls)
      throw new Error(`${calls} calls were made, the ledger has ${day.offered}: see ${folder}`);
    if (day.lost !== 0) throw new Error(`${day.lost} calls were lost: see ${folder}`);
    await exchange.close();
    rmSync(folder, { recursive: true });
    return `${calls} calls: ${plan.map(({ says, rate }) => `${says} at ${rate}/s`).join(', ')}.\n\n\`\`\`text\n${text}\`\`\``;
  } finally {
    await stopAll();
  }
}

/** A hotline with a queue, and lines for its agents. */
function layHotline(town) {
  mkdirSync(join(town, 'services'), { recursive: true });
  const block = [
    'name: Accueil',
    'site: mairie',
    'numbers: ["+33199005000"]',
    `members: [${agents.map((line) => `"${line}"`).join(', ')}]`,
    'strategy: longest idle',
    'ringSeconds: 10',
    'preAnswer: { mode: early-media, say: hotline.welcome, ring: during }',
    'queue: { callersAtMost: 40, secondsAtMost: 20, announceEverySeconds: 0, pauseSeconds: 1 }',
    'overflow: [{ say: hotline.busy, to: call-back }]',
  ];
  writeFileSync(join(town, 'services', 'accueil.yaml'), `${block.join('\n')}\n`);
  const lines = agents.map(
    (line) =>
      `  - { extension: "${line}", did: "+3319900${line}", name: Agent ${line}, password: { env: PHONE_PASSWORD } }`,
  );
  appendFileSync(join(town, 'sites', 'mairie.yaml'), `${lines.join('\n')}\n`);
}

async function agentsAtWork({ target }, folder) {
  const phone = { address: '127.0.0.4', port: await freePort('127.0.0.4') };
  for (const line of agents) await register(phone, target, 'bench-phone-password', folder, line);
  await serve(phone, target, join(folder, 'agents'), 'agent-uas-answers');
}

async function callAll({ operator, target }, { calls, rate }, index, folder) {
  const [staying, leaving] = [[], []];
  for (let n = 0; n < calls; n += 1) {
    const caller = `+3363998${String(1000 + ((index * 5000 + n) % 9000)).padStart(4, '0')}`;
    const kind = n % 20;
    if (kind === 19) leaving.push(['+33199005000', caller]);
    else if (kind === 18) staying.push(['+33199004999', caller]);
    else staying.push([kind < 14 ? '+33199005000' : `+3319900${agents[n % agents.length]}`, caller]);
  }
  const from = async () => ({ ...operator, port: await freePort(operator.address) });
  const crowds = await Promise.all([
    crowd(await from(), target, {
      rows: staying,
      rate: rate * 0.95,
      plays: 'citizen-uac-calls',
      folder,
      name: `stay-${index}`,
    }),
    crowd(await from(), target, {
      rows: leaving,
      rate: rate * 0.05,
      plays: 'citizen-uac-gives-up',
      folder,
      name: `leave-${index}`,
    }),
  ]);
  await Promise.all(crowds.map(({ ended }) => ended));
}

async function beffroi(exchange, ...words) {
  const options = { env: { ...process.env, NO_COLOR: '1' } };
  return run(process.execPath, [`${dist}/main.js`, ...words, '--data', exchange.data], options).then(
    ({ stdout }) => stdout,
    // The exit code says that calls were lost; the text says how many.
    (error) => error.stdout,
  );
}
