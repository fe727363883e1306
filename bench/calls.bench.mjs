import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { direct, embedded, onDrachtio } from './calls-arrangement.mjs';
import { call } from './calls-peers.mjs';
import { cpuSeconds, isInstalled, lostDatagrams, percentile, residentMb, stopAll, table } from './lib.mjs';

/**
 * Complete calls, operator to registered phone: INVITE, 180, 200, ACK, half a second of talk, BYE, through the whole exchange
 * with its ledger and its log. Every arrangement is measured in the same run, one after the other, on the same cores as SIPp.
 */

const plans = {
  smoke: {
    warmUp: { rate: 20, seconds: 1 },
    cpu: [{ rate: 50, seconds: 3 }],
    delay: { rate: 50, seconds: 2 },
    climb: undefined,
  },
  full: {
    warmUp: { rate: 200, seconds: 10 },
    cpu: [
      { rate: 50, seconds: 20 },
      { rate: 200, seconds: 15 },
      { rate: 500, seconds: 12 },
    ],
    delay: { rate: 100, seconds: 20 },
    climb: { from: 300, step: 100, to: 1500, seconds: 10 },
  },
};
/** RFC 7502 asks for no failure at all; one in a thousand is what a noisy machine does by itself. */
const failuresBorne = 0.001;

export const title = 'Calls';
export const conditions = [
  'SIPp calls as the operator, over UDP; the number belongs to a registered phone, which SIPp answers. One call is INVITE, 180, 200, ACK,',
  'half a second of talk and BYE on both legs: 14 messages. Nothing is switched off: ledger in SQLite, a log line for each call, metrics.',
  'Application and engine are processes of their own; SIPp runs on the same cores. CPU seconds are user and kernel time of all their',
  'threads, from `/proc/PID/stat`. SIPp measures delays in steps of 4 ms. The highest rate is the last, in steps of 100 calls/s, at which',
  'at most one call in a thousand failed for ten seconds.',
].join('\n');

/** Measures every arrangement there is. Throws when a call fails in a smoke run, and when figures are wanted and SIPp is missing. */
export async function measure({ smoke, write = false, folder = mkdtempSync(join(tmpdir(), 'beffroi-bench-')) }) {
  if (!isInstalled('sipp')) {
    if (write || process.env.CI === 'true') throw new Error('SIPp is not installed (Debian: sip-tester)');
    return 'Not measured: SIPp is not installed (Debian: sip-tester).';
  }
  const plan = smoke ? plans.smoke : plans.full;
  const command = process.env.BEFFROI_SIGNALLING_COMMAND;
  const arrangements = [direct, embedded, ...(command === undefined ? [] : [onDrachtio(command)])];
  try {
    const results = [];
    for (const arrange of arrangements)
      results.push(await measureOne(arrange, plan, join(folder, String(results.length))));
    const failed = results.reduce((sum, { failures }) => sum + failures, 0);
    if (smoke && failed > 0) throw new Error(`${failed} calls failed: see ${folder}`);
    rmSync(folder, { recursive: true });
    return report(results);
  } finally {
    await stopAll();
  }
}

async function measureOne(arrange, plan, folder) {
  const arrangement = await arrange(folder);
  const { name, operator, target, processes } = arrangement;
  say(`${name}: warming up`);
  const run = (load) => call(operator, target, { ...load, folder });
  const lostBefore = lostDatagrams();
  let failures = (await run(plan.warmUp)).failed;

  const delay = await run(plan.delay);
  failures += delay.failed;
  const cpu = [];
  for (const load of plan.cpu) {
    const before = usage(processes);
    const result = await run(load);
    cpu.push({ rate: load.rate, ...result, used: perThousand(usage(processes), before, result.calls) });
    failures += result.failed;
    say(
      `${name}: ${load.rate} calls/s, ${result.failed} of ${result.calls} failed, ${JSON.stringify(cpu.at(-1).used)} CPU s per 1000`,
    );
  }
  const lostDuring = lostDatagrams() - lostBefore;
  const memory = Object.fromEntries(Object.entries(processes).map(([part, { pid }]) => [part, residentMb(pid)]));
  const highest = plan.climb === undefined ? undefined : await climb(run, plan.climb, name);
  await arrangement.close();
  return { name, cpu, delay, memory, highest, failures, lostDuring };
}

/** Step by step up to the first rate at which more than one call in a thousand fails. */
async function climb(run, { from, step, to, seconds }, name) {
  let highest;
  for (let rate = from; rate <= to; rate += step) {
    const { calls, failed, retransmissions } = await run({ rate, seconds });
    say(`${name}: ${rate} calls/s, ${failed} of ${calls} failed, ${retransmissions} sent again`);
    if (failed > calls * failuresBorne) return highest;
    highest = { rate, failed, calls, retransmissions };
  }
  return highest;
}

function usage(processes) {
  return Object.fromEntries(Object.entries(processes).map(([part, { pid }]) => [part, cpuSeconds(pid)]));
}

function perThousand(after, before, calls) {
  return Object.fromEntries(
    Object.keys(after).map((part) => [part, Number((((after[part] - before[part]) * 1000) / calls).toFixed(2))]),
  );
}

function report(results) {
  const [baseline] = results;
  const head = [
    '',
    'rate',
    'failed',
    'sent again',
    'application, CPU s per 1000',
    'engine, CPU s per 1000',
    'together',
  ];
  const rows = results.slice(1).flatMap(({ name, cpu }) =>
    cpu.map(({ rate, calls, failed, retransmissions, used }) => {
      const together = (used.application + used.engine).toFixed(2);
      return [name, `${rate}/s`, `${failed} of ${calls}`, retransmissions, used.application, used.engine, together];
    }),
  );
  const delayHead = [
    '',
    'INVITE to 180, p50',
    'p99',
    'added, p50',
    'added, p99',
    'memory: application',
    'engine',
    'highest rate',
    'datagrams lost to full buffers',
  ];
  const delays = results.map(({ name, delay, memory, highest, lostDuring }) => {
    const [p50, p99] = [0.5, 0.99].map((part) => percentile(delay.delaysMs, part));
    const [b50, b99] = [0.5, 0.99].map((part) => percentile(baseline.delay.delaysMs, part));
    const mb = (value) => (value === undefined ? '' : `${Math.round(value)} MB`);
    const rate =
      highest === undefined ? 'not climbed' : `${highest.rate}/s (${highest.failed} of ${highest.calls} failed)`;
    return [
      name,
      `${p50} ms`,
      `${p99} ms`,
      `${p50 - b50} ms`,
      `${p99 - b99} ms`,
      mb(memory.application),
      mb(memory.engine),
      rate,
      lostDuring,
    ];
  });
  return [table([head, ...rows]), '', table([delayHead, ...delays])].join('\n');
}

function say(text) {
  process.stderr.write(`${text}\n`);
}
