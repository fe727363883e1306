import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { embedded } from './calls-arrangement.mjs';
import { register, serve, talk } from './calls-peers.mjs';
import { freePort, isInstalled, percentile, stopAll, table, until } from './lib.mjs';

/**
 * A new hotline: from the moment its block is saved to the first call that is answered on it, while calls go on that must not
 * notice. The block is written, `beffroi reload` is typed, and the number is called.
 */

const { BEFFROI_DIST: dist = 'dist' } = process.env;
const plans = { smoke: { talking: 10, hotlines: 1 }, full: { talking: 100, hotlines: 10 } };
const run = promisify(execFile);

export const title = 'A new hotline';
export const conditions = [
  'Seconds from the save of the YAML to the 200 of the first call to the new number: the reload by the command line (a process of its own,',
  'started for it) and the call by SIPp (likewise). The calls in progress are counted at the end: a failed one was dropped.',
].join('\n');

export async function measure({ smoke, folder = mkdtempSync(join(tmpdir(), 'beffroi-bench-')) }) {
  if (!isInstalled('sipp')) return 'Not measured: SIPp is not installed (Debian: sip-tester).';
  const plan = smoke ? plans.smoke : plans.full;
  try {
    const exchange = await embedded(folder);
    // The agent of the new hotlines has no part in the other calls: a line that talks is busy.
    const agent = { address: '127.0.0.4', port: await freePort('127.0.0.4') };
    await register(agent, exchange.target, 'bench-phone-password', folder, '4100');
    await serve(agent, exchange.target, join(folder, 'agent'));
    const seconds = 10 + plan.hotlines * 3;
    const others = await talk(exchange.operator, exchange.target, {
      calls: plan.talking,
      seconds,
      number: '+33199004101',
      folder,
    });
    const active = async () => JSON.parse(await beffroi(exchange, 'ledger', '--json')).goingOn;
    await until(`${plan.talking} calls are up`, async () => (await active()) >= plan.talking);
    const rows = [];
    for (let index = 0; index < plan.hotlines; index += 1) rows.push(await newHotline(exchange, index, folder));
    const { failed } = await others.ended();
    if (failed > 0) throw new Error(`${failed} of ${plan.talking} calls in progress were dropped: see ${folder}`);
    await exchange.close();
    rmSync(folder, { recursive: true });
    return report(rows, plan);
  } finally {
    await stopAll();
  }
}

async function newHotline(exchange, index, folder) {
  const number = `+331990050${String(index).padStart(2, '0')}`;
  const block = [
    `name: Hotline ${index}`,
    'site: mairie',
    `numbers: ["${number}"]`,
    'members: ["4100"]',
    'overflow: [{ to: goodbye }]',
    'tests:',
    '  - { name: it rings, at: 2026-09-14T09:00, expect: { rings: ["4100"] } }',
  ];
  mkdirSync(join(exchange.town, 'services'), { recursive: true });
  const saved = performance.now();
  writeFileSync(join(exchange.town, 'services', `hotline-${index}.yaml`), `${block.join('\n')}\n`);
  await beffroi(exchange, 'reload');
  const reloaded = performance.now();
  const operator = { ...exchange.operator, port: await freePort(exchange.operator.address) };
  const first = await talk(operator, exchange.target, {
    calls: 1,
    seconds: 0,
    number,
    folder,
    name: `hotline-${index}`,
  });
  const { failed } = await first.ended();
  const answered = performance.now();
  if (failed > 0) throw new Error(`the first call to ${number} was not answered: see ${folder}`);
  return { reload: (reloaded - saved) / 1000, answered: (answered - saved) / 1000 };
}

async function beffroi(exchange, ...words) {
  const { stdout } = await run(process.execPath, [`${dist}/main.js`, ...words, '--data', exchange.data], {
    env: { ...process.env, NO_COLOR: '1' },
  });
  return stdout;
}

function report(rows, plan) {
  const of = (name) => rows.map((row) => row[name]).sort((a, b) => a - b);
  const figures = (name) => [0.5, 1].map((part) => percentile(of(name), part).toFixed(2));
  return [
    `${plan.hotlines} hotlines, one after the other, beside ${plan.talking} calls; none of those was dropped.`,
    table([
      ['', 'median s', 'worst s'],
      ['saved to reloaded', ...figures('reload')],
      ['saved to answered and hung up', ...figures('answered')],
    ]),
  ].join('\n\n');
}
