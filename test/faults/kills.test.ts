import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { MessageReply } from '../../src/edges/http/api.ts';
import { until } from '../support/net.ts';
import type { Caller } from './support/caller.ts';
import { type FaultTown, numberOf, openFaultTown } from './support/fault-town.ts';

/** How often the exchange is killed, and where the figures go: `bench/kills.bench.mjs` kills it 200 times. */
const { BEFFROI_KILLS = '1', BEFFROI_KILLS_REPORT } = process.env;
const kills = Number(BEFFROI_KILLS);
const lines = ['4101', '4102', '4103'];
const callersAtOnce = 6;
const secondsSpokenAtMost = 6;
const bytesPerSecond = 16_000;
const headerBytes = 44;

let town: FaultTown;
beforeEach(async () => {
  town = await openFaultTown();
});
afterEach(() => town.clear());

it(`keeps every message of two seconds, and none twice, though it is killed ${kills} times while callers speak`, {
  timeout: 200_000 + kills * 200_000,
}, async () => {
  const chance = chances(20_261_124);
  const spoken = new Map<string, number>();
  const onDisk = new Set<string>();
  for (let life = 0; life < kills; life += 1) {
    await town.exchange.start();
    await callAndDie(life, chance, spoken);
    for (const [id, seconds] of filesOf(town)) if (seconds >= 2) onDisk.add(id);
  }
  await town.exchange.start();
  const messages = (await Promise.all(lines.map(town.messages))).flat();
  const letters = await lettersOf(messages.length);
  const { rows } = JSON.parse((await town.exchange.get('/api/ledger?since=0&before=8640000000000000')).body);
  const ids = messages.map(({ id }) => id);
  const result = {
    kills,
    messages: messages.length,
    cutShort: onDisk.size,
    lost: [...onDisk].filter((id) => !ids.includes(id)),
    spokenAndLost: [...spoken].filter(([number, seconds]) => seconds >= 2 && !isThere(number, messages)),
    twice: messages.map(({ from }) => from.number).filter((number, at, all) => all.indexOf(number) !== at),
    short: messages.filter(({ seconds }) => seconds < 1).length,
    lettersMissing: ids.length - letters,
    withoutOutcome: rows.filter(({ outcome }: { outcome?: string }) => outcome === undefined).length,
  };
  if (BEFFROI_KILLS_REPORT !== undefined) writeFileSync(BEFFROI_KILLS_REPORT, JSON.stringify(result));
  expect(result).toMatchObject({ lost: [], twice: [], short: 0, lettersMissing: 0, withoutOutcome: 0 });
  expect(new Set(filesOf(town).keys())).toEqual(new Set(ids));
  expect(result.cutShort).toBeGreaterThan(0);
});

/** Everybody speaks, some hang up meanwhile, and the exchange is killed in the middle of it. */
async function callAndDie(life: number, chance: () => number, spoken: Map<string, number>): Promise<void> {
  const began = new Map<Caller, number>();
  const speakings = Array.from({ length: callersAtOnce }, async (_, at) => {
    const number = `${numberOf(life).slice(0, 8)}${String(life * callersAtOnce + at).padStart(4, '0')}`;
    const caller = await town.call(`+3319900${lines[at % lines.length]}`, { from: number });
    await caller.speaksToMailbox();
    began.set(caller, performance.now());
    await pause(chance() * secondsSpokenAtMost * 1_000);
    if (chance() < 0.5) return;
    spoken.set(number, (performance.now() - (began.get(caller) ?? 0)) / 1_000);
    began.delete(caller);
    await caller.hangUp();
  });
  for (const one of speakings) one.catch(() => {});
  const before = filesOf(town).size;
  await until('somebody speaks', () => filesOf(town).size > before);
  // In the first life for certain, so that even few kills prove something.
  if (life === 0) await until('somebody has spoken', () => [...filesOf(town).values()].some((seconds) => seconds >= 2));
  else await pause(chance() * secondsSpokenAtMost * 1_000);
  await town.exchange.kill();
  for (const [caller, at] of began) spoken.set(caller.number, (performance.now() - at) / 1_000);
  for (const [caller] of began) caller.close();
  await Promise.allSettled(speakings);
}

/** Seconds of sound in each file of a message, by the message's name. */
function filesOf({ recordings }: FaultTown): ReadonlyMap<string, number> {
  const folder = join(recordings, 'messages');
  if (!existsSync(folder)) return new Map();
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.wav'));
  return new Map(
    files.map((file) => [
      file.replace(/^.*\/|\.wav$/g, ''),
      Math.max(0, statSync(join(folder, file)).size - headerBytes) / bytesPerSecond,
    ]),
  );
}

/** How many different letters the mail server has got; one that was sent again after a crash bears the same name. */
async function lettersOf(wanted: number): Promise<number> {
  const names = () => new Set(town.mail.letters.map((letter) => /^Message-ID: (.*)$/im.exec(letter)?.[1]));
  await until('every letter is there', () => names().size >= wanted);
  return names().size;
}

function isThere(number: string, messages: readonly MessageReply[]): boolean {
  return messages.some(({ from }) => from.number === number);
}

/** Chance that comes out the same each time (mulberry32). */
function chances(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
