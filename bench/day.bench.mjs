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
 * call the hotline, lines and numbers that do not exist; some give up, leave a message, ask to be called back. What counts is that
 * the ledger knows what became of each.
 */

const { BEFFROI_DIST: dist = 'dist' } = process.env;
const hotline = '+33199005000';
const agents = Array.from({ length: 12 }, (_, index) => String(4110 + index));
/** Calls, and how many a second. In a crisis the hotline is switched to it. */
const plans = {
  smoke: [
    { calls: 50, rate: 8, says: 'an hour' },
    { calls: 50, rate: 40, says: 'its crisis', crisis: true },
  ],
  full: [
    { calls: 1000, rate: 12, says: 'the doors open' },
    { calls: 600, rate: 4, says: 'the morning' },
    { calls: 2800, rate: 40, says: 'the crisis hour', crisis: true },
    { calls: 600, rate: 6, says: 'the afternoon' },
  ],
};
const run = promisify(execFile);
/** Of twenty-five calls: how many are of each kind, whom they call, and who plays them. */
const kinds = [
  { share: 14, plays: 'citizen-uac-calls', to: () => hotline },
  { share: 5, plays: 'citizen-uac-calls', to: (n) => `+3319900${agents[n % agents.length]}` },
  { share: 2, plays: 'citizen-uac-gives-up-waiting', to: () => hotline },
  { share: 2, plays: 'citizen-uac-leaves-a-message', to: () => hotline },
  { share: 1, plays: 'citizen-uac-asks-to-be-called-back', to: () => hotline },
  { share: 1, plays: 'citizen-uac-calls', to: () => '+33199004999' },
];
const parties = kinds.flatMap(({ share, ...kind }) => Array.from({ length: share }, () => kind));

export const title = 'A day in the town';
export const conditions = [
  `SIPp calls as the operator; ${agents.length} agents of one hotline with a queue of forty answer after 0.3 to 1.5 s and talk for 1 to 3 s, or are`,
  'busy. Of 25 calls 19 go to the hotline, 5 to a line, one to a number that does not exist. Of the 19, two give up after two seconds, two press a key and',
  'leave a message, one presses a key to be called back. Who finds the queue full, or waits for 20 s, is to be called back. In the crisis hour the',
  'hotline is switched to its crisis: an announcement, and the caller is released.',
].join('\n');

export async function measure({ smoke, folder = mkdtempSync(join(tmpdir(), 'beffroi-bench-')) }) {
  if (!isInstalled('sipp')) return 'Not measured: SIPp is not installed (Debian: sip-tester).';
  const plan = smoke ? plans.smoke : plans.full;
  const calls = plan.reduce((sum, part) => sum + part.calls, 0);
  try {
    const exchange = await embedded(folder, layHotline);
    await agentsAtWork(exchange, folder);
    writeFileSync(join(folder, 'voice.alaw'), voice());
    const began = performance.now();
    let before = 0;
    for (const part of plan) {
      await beffroi(exchange, 'mode', 'accueil', part.crisis ? 'crisis' : 'normal');
      await callAll(exchange, part, before, folder);
      before += part.calls;
    }
    const ledger = async () => JSON.parse(await beffroi(exchange, 'ledger', '--json'));
    await until('every call has ended', async () => (await ledger()).goingOn === 0, 120_000);
    const minutes = ((performance.now() - began) / 60_000).toFixed(1);
    const text = await beffroi(exchange, 'ledger');
    whole(await ledger(), calls, `${text}\nsee ${folder}`);
    await exchange.close();
    rmSync(folder, { recursive: true });
    const parts = plan.map(({ says, rate, calls }) => `${says}, ${calls} at ${rate}/s`).join('; ');
    return `${calls} calls in ${minutes} minutes: ${parts}.\n\n\`\`\`text\n${text}\`\`\``;
  } finally {
    await stopAll();
  }
}

/** Every call is in the ledger, in exactly one sum, and none is lost. */
function whole(day, calls, says) {
  const { answered, messages, callBacksAsked, told, featuresDone, gaveUp, refused, ourFault } = day;
  const sums = { answered, messages, callBacksAsked, told, gaveUp: gaveUp.calls, refused: refused.calls };
  const sum = Object.values(sums).reduce((all, one) => all + one, featuresDone + ourFault);
  if (day.offered !== calls || sum !== calls) {
    throw new Error(`${calls} calls were made, the ledger has ${day.offered} and knows the end of ${sum}\n${says}`);
  }
  if (day.lost !== 0) throw new Error(`${day.lost} calls were lost\n${says}`);
  for (const [name, count] of Object.entries(sums)) {
    if (count === 0) throw new Error(`no call ended as ${name}: the day is not what it is meant to be\n${says}`);
  }
  // Whoever gave up, left a message or asked has a number, and is to be called back.
  if (day.callBacksOpen === 0) throw new Error(`nobody is to be called back\n${says}`);
}

/** A hotline with a queue and a mailbox, and lines for its agents. */
function layHotline(town) {
  mkdirSync(join(town, 'services'), { recursive: true });
  const block = [
    'name: Accueil',
    'site: mairie',
    `numbers: ["${hotline}"]`,
    `members: [${agents.map((line) => `"${line}"`).join(', ')}]`,
    'strategy: longest idle',
    'ringSeconds: 10',
    'queue: { callersAtMost: 40, secondsAtMost: 20, announceEverySeconds: 0, pauseSeconds: 1, keys: { "1": mailbox, "2": call-back } }',
    'mailbox: { messagesAtMost: 1000 }',
    'overflow: [{ to: call-back }]',
    'crisis: { say: hotline.crisis, to: goodbye }',
  ];
  writeFileSync(join(town, 'services', 'accueil.yaml'), `${block.join('\n')}\n`);
  const lines = agents.map(
    (line) =>
      `  - { extension: "${line}", did: "+3319900${line}", name: Agent ${line}, password: { env: PHONE_PASSWORD } }`,
  );
  appendFileSync(join(town, 'sites', 'mairie.yaml'), `${lines.join('\n')}\n`);
}

/** Something that is no silence: a second of a loud tone, as A-law. */
function voice() {
  return Buffer.from(Array.from({ length: 8_000 }, (_, at) => (at % 16 < 8 ? 0xaa : 0x2a)));
}

async function agentsAtWork({ target }, folder) {
  const phone = { address: '127.0.0.4', port: await freePort('127.0.0.4') };
  for (const line of agents) await register(phone, target, 'bench-phone-password', folder, line);
  await serve(phone, target, join(folder, 'agents'), 'agent-uas-answers');
}

/** `before`: so many have called already; everybody has a number of their own. */
async function callAll({ operator, target }, { calls, rate }, before, folder) {
  const crowds = new Map();
  for (let n = 0; n < calls; n += 1) {
    // Seven is prime to twenty-five: the kinds come mixed.
    const { plays, to } = parties[(n * 7) % parties.length];
    const caller = `+3363998${String(before + n).padStart(4, '0')}`;
    crowds.set(plays, [...(crowds.get(plays) ?? []), [to(n), caller]]);
  }
  const callOf = async ([plays, rows]) => {
    const from = { ...operator, port: await freePort(operator.address) };
    return crowd(from, target, { rows, rate: (rate * rows.length) / calls, plays, folder, name: `${plays}-${before}` });
  };
  const all = [];
  // One by one: two that look for a free port at the same moment may find the same.
  for (const one of crowds) all.push(await callOf(one));
  await Promise.all(all.map(({ ended }) => ended));
}

async function beffroi(exchange, ...words) {
  const options = { env: { ...process.env, NO_COLOR: '1' } };
  return run(process.execPath, [`${dist}/main.js`, ...words, '--data', exchange.data], options).then(
    ({ stdout }) => stdout,
    // The exit code says that calls were lost; the text says how many.
    (error) => error.stdout,
  );
}
