import { expect } from 'vitest';
import { louderBy, readWav, type Sound, secondsOf } from './audio.ts';
import { likeness } from './likeness.ts';
import { until } from './net.ts';
import { media } from './scenario-exchange.ts';
import type { Run } from './scenario-run.ts';
import type { Message } from './sipp.ts';

/** What must be true when everybody has hung up, whatever the scenario was about; and what its `expect.yaml` says. */
export async function check(run: Run): Promise<void> {
  await peersDidAsWritten(run);
  await messagesAreAsExpected(run);
  await nobodyTalksAnyMore(run);
  await ledgerSays(run);
  await metricsSay(run);
  await soundArrived(run);
  await sentencesArrived(run);
  await mailboxesHold(run);
  await callBacksAreOwed(run);
  await talksAreRecorded(run);
  await exchangeStopsCleanly(run);
  await logIsFitToBeRead(run);
}

async function peersDidAsWritten({ plays, peers }: Run): Promise<void> {
  for (const { as, registers, stays, idle, exit } of plays) {
    if (registers || stays || idle) continue;
    expect(await peers.get(as)?.ended, `exit code of ${as}`).toBe(exit);
  }
  for (const { as } of plays.filter(({ idle }) => idle)) {
    expect(await received(as, { peers }), `what reached ${as}`).toEqual([]);
  }
}

async function messagesAreAsExpected(run: Run): Promise<void> {
  const { scenario } = run;
  for (const [name, patterns] of Object.entries(scenario.sees)) {
    const texts = await received(name, run);
    for (const pattern of patterns) {
      const fits = texts.some((text) => new RegExp(pattern, 'mi').test(text));
      expect(fits, `${name} received a message like /${pattern}/`).toBe(true);
    }
  }
  for (const [name, patterns] of Object.entries(scenario.never)) {
    const texts = await received(name, run);
    for (const pattern of patterns) {
      const found = texts.filter((text) => new RegExp(pattern, 'mi').test(text));
      expect(found, `${name} received no message like /${pattern}/`).toEqual([]);
    }
  }
  for (const { from, to } of scenario.relayed) {
    const offered = descriptions(await messagesOf(from, run), 'sent')[0];
    expect(offered, `${from} sent an SDP`).toBeDefined();
    expect(descriptions(await messagesOf(to, run), 'received')[0], `the SDP of ${from} reaches ${to} as it was`).toBe(
      offered,
    );
  }
  for (const [name, most] of Object.entries(scenario.messages)) {
    const count = run.reflectors.get(name)?.count() ?? (await messagesOf(name, run)).length;
    expect(count, `messages at ${name}`).toBeLessThanOrEqual(most);
  }
}

/** The ledger is written in groups, a moment after the call has ended. */
async function ledgerSays({ scenario, exchange }: Run): Promise<void> {
  const expected = scenario.ledger;
  if (expected === undefined) return;
  let found: readonly unknown[] = [];
  await until(
    () => `the ledger holds ${expected.length} ended calls, but ${JSON.stringify(found, undefined, 1)}`,
    async () => {
      found = await exchange.ledger();
      return found.length >= expected.length;
    },
    20_000,
  );
  expect(found, `the ledger: ${found.map(inShort)}`).toMatchObject(expected);
}

function inShort(call: unknown): string {
  const { from, dialled, outcome, endedBy, legs, transfers } = call as Record<string, unknown>;
  return `\n${JSON.stringify({ from, dialled, outcome, endedBy, legs, transfers })}`;
}

/** One that was asked to stop may be gone before it is looked at. */
async function nobodyTalksAnyMore({ exchange }: Run): Promise<void> {
  await until(
    'no call is active',
    async () => !exchange.isRunning() || metric('beffroi_calls_active', (await exchange.get('/metrics')).body) === 0,
    20_000,
  );
}

async function metricsSay({ scenario, exchange }: Run): Promise<void> {
  for (const [name, value] of Object.entries(scenario.metrics)) {
    let found: number | undefined;
    await until(
      () => `metric ${name} is ${value}; it is ${found}`,
      async () => {
        found = metric(name, (await exchange.get('/metrics')).body);
        return found === value;
      },
      20_000,
    );
  }
}

async function soundArrived({ scenario, softphones }: Run): Promise<void> {
  for (const heard of scenario.heard) {
    const { who, hears } = heard;
    const ear = softphones.get(who);
    if (ear === undefined) throw new Error(`no softphone ${who}`);
    const from = await ear.phone.hearsFrom();
    await ear.phone.stop();
    const sound = await ear.phone.heard();
    if (typeof hears === 'number') {
      hasTone(hears, sound, heard);
      continue;
    }
    const mouth = softphones.get(hears);
    if (mouth === undefined) throw new Error(`no softphone ${hears}`);
    hasTone(mouth.step.hears, sound, heard, mouth.phone.toneAmplitude);
    const { rtpPorts } = mouth.phone;
    if (!heard.straight || rtpPorts === undefined) continue;
    expect(from?.port, `the media comes straight from ${hears}`).toBeGreaterThanOrEqual(rtpPorts.from);
    expect(from?.port, `the media comes straight from ${hears}`).toBeLessThanOrEqual(rtpPorts.to);
  }
}

function hasTone(hertz: number, sound: Sound, { who, hears, seconds, decibels }: Heard, amplitude = 0): void {
  expect(secondsOf(hertz, sound), `seconds of ${hears}’s tone at ${who}`).toBeGreaterThanOrEqual(seconds);
  if (decibels === undefined) return;
  const louder = louderBy(hertz, sound, amplitude);
  expect(Math.abs(louder), `${hears}’s tone at ${who} is louder by ${louder.toFixed(2)} dB`).toBeLessThan(decibels);
}

type Heard = Run['scenario']['heard'][number];

async function sentencesArrived({ scenario, softphones }: Run): Promise<void> {
  for (const { who, prompt, correlation, decibels, gapMs } of scenario.told) {
    const ear = softphones.get(who);
    if (ear === undefined) throw new Error(`no softphone ${who}`);
    await ear.phone.stop();
    const like = likeness(await ear.phone.heard(), await readWav(`src/prompts/${prompt}.wav`));
    const says = `${prompt} at ${who}: ${JSON.stringify(like)}`;
    expect(like.correlation, says).toBeGreaterThanOrEqual(correlation);
    expect(Math.abs(like.decibels), says).toBeLessThan(decibels);
    expect(like.longestGapMs, says).toBeLessThan(gapMs);
  }
}

async function mailboxesHold({ scenario, exchange }: Run): Promise<void> {
  if (scenario.mailboxes === undefined) return;
  const { mailboxes } = JSON.parse((await exchange.get('/api/mailboxes')).body) as { mailboxes: { id: string }[] };
  const meant = scenario.mailboxes.map(({ id }) => mailboxes.find((mailbox) => mailbox.id === id));
  expect(meant, 'the mailboxes').toMatchObject(scenario.mailboxes);
}

async function callBacksAreOwed({ scenario, exchange }: Run): Promise<void> {
  if (scenario.callBacks === undefined) return;
  const { body } = await exchange.get('/api/call-backs?closed=true');
  const { callBacks } = JSON.parse(body) as { callBacks: unknown[] };
  expect(callBacks, `the call-backs: ${JSON.stringify(callBacks)}`).toMatchObject(scenario.callBacks);
}

/** A recording is whole a moment after its call: what was said must reach the disk. */
async function talksAreRecorded({ scenario, exchange }: Run): Promise<void> {
  const expected = scenario.recordings;
  if (expected === undefined) return;
  let found: readonly { seconds?: number }[] = [];
  await until(
    () => `${expected.length} talks are recorded, but ${JSON.stringify(found)}`,
    async () => {
      found = JSON.parse((await exchange.get('/api/recordings')).body).recordings;
      return found.length === expected.length && found.every(({ seconds }) => seconds !== undefined);
    },
    20_000,
  );
  expect(found, 'the recordings').toMatchObject(expected);
}

async function exchangeStopsCleanly({ exchange }: Run): Promise<void> {
  if (exchange.isRunning()) exchange.askToStop();
  expect(await exchange.ended(), 'exit code of the exchange').toBe(0);
}

/** Every line is JSON, no number of anybody stands in it, and nothing is complained about that was not expected. */
async function logIsFitToBeRead({ scenario, exchange }: Run): Promise<void> {
  const lines = (await exchange.log()).split('\n').filter((line) => line.startsWith('{'));
  const entries = lines.map((line) => JSON.parse(line) as { level?: number | string; msg?: string });
  expect(
    lines.filter((line) => PUBLIC_NUMBER.test(line)),
    'log lines with a public number',
  ).toEqual([]);
  // A server that is shared by all scenarios may be slow to answer at the start; it is tried again.
  const mayComplain = [
    ...scenario.log.mayComplain,
    ...(media === 'freeswitch' ? ['the media server is not there'] : []),
  ];
  const complaints = entries.filter(
    ({ level, msg }) => isComplaint(level) && !mayComplain.some((text) => msg?.includes(text)),
  );
  expect(complaints, 'errors in the log').toEqual([]);
  for (const text of scenario.log.mustSay) {
    expect(
      lines.some((line) => new RegExp(text).test(line)),
      `the log says /${text}/`,
    ).toBe(true);
  }
}

/** A French public number in any of its spellings, not part of a longer word such as a call’s id. */
const PUBLIC_NUMBER = /(?<![\w.-])(?:\+33|0033|33|0)[1-9]\d{8}(?!\w)/;

function isComplaint(level: number | string | undefined): boolean {
  return typeof level === 'number' ? level >= 50 : level === 'error' || level === 'fatal';
}

/** The value of `name` or `name{label="value"}` in the text of Prometheus; several series of a bare name are added up. */
function metric(name: string, text: string): number | undefined {
  const values = text
    .split('\n')
    .filter((line) => line.startsWith(`${name} `) || (!name.includes('{') && line.startsWith(`${name}{`)))
    .map((line) => Number(line.slice(line.lastIndexOf(' ') + 1)));
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0);
}

async function messagesOf(name: string, { peers }: Pick<Run, 'peers'>): Promise<readonly Message[]> {
  const peer = peers.get(name);
  if (peer === undefined) throw new Error(`there is no peer ${name}`);
  return peer.messages();
}

async function received(name: string, run: Pick<Run, 'peers'>): Promise<readonly string[]> {
  return (await messagesOf(name, run)).filter(({ way }) => way === 'received').map(({ text }) => text);
}

function descriptions(messages: readonly Message[], way: Message['way']): readonly string[] {
  return messages
    .filter((message) => message.way === way)
    .map(({ text }) => text.slice(text.indexOf('\n\n') + 2).trim())
    .filter((body) => body.startsWith('v=0'));
}
