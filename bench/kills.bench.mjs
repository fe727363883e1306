import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { table } from './lib.mjs';

/** Is a message ever lost or doubled, when the process that takes it is killed (SIGKILL) while callers speak? */

const { BEFFROI_DIST: dist = 'dist' } = process.env;
const deposits = fileURLToPath(new URL('kills-deposits.mjs', import.meta.url));
const plans = { smoke: { kills: 3 }, full: { kills: 200 } };
const aliveMsAtMost = 600;
const headerBytes = 44;
const bytesPerSecond = 16_000;

export const title = 'Messages and kills';
export const conditions = [
  'A process takes messages with the mailboxes, the store and the recorder of the exchange: four callers at once, a second of sound every 8 ms, 1 to',
  '8 s each, and one in ten is given up. It is killed (SIGKILL) after 0 to 600 ms and started again in the same folder. A message that was said to be kept, or',
  'has two seconds on the disk when the kill comes, must be there at the end: once, as long as its file, with one letter.',
].join('\n');

export async function measure({ smoke, folder = mkdtempSync(join(tmpdir(), 'beffroi-bench-')) }) {
  const { kills } = smoke ? plans.smoke : plans.full;
  const owed = new Set();
  for (let life = 1; life <= kills; life += 1) {
    await liveAndDie(folder, life);
    for (const [id, seconds] of filesOf(folder)) if (seconds >= 2) owed.add(id);
  }
  await recover(folder);
  const { messages, letters } = await kept(folder);
  const promised = witnessOf(folder);
  const ids = messages.map(({ id }) => id);
  const known = new Set(ids);
  const files = filesOf(folder);
  const result = {
    lost: [...new Set([...promised, ...owed])].filter((id) => !known.has(id)),
    twice: ids.length - known.size,
    untrue: messages.filter(({ id, seconds }) => files.get(id) !== seconds).length,
    letters: letters.length - ids.length,
    orphans: [...files.keys()].filter((id) => !known.has(id)).length,
  };
  if (
    Object.values(result)
      .flat()
      .some((one) => one !== 0)
  )
    throw new Error(`not every message survived: ${JSON.stringify(result)} in ${folder}`);
  const cut = ids.filter((id) => !promised.includes(id)).length;
  rmSync(folder, { recursive: true });
  return table([
    ['kills', 'messages', 'of them cut short by a kill', 'lost', 'twice', 'letters missing or twice'],
    [kills, ids.length, cut, 0, 0, 0],
  ]);
}

async function liveAndDie(folder, life) {
  const child = spawn(process.execPath, [deposits, folder, String(life)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  const began = await Promise.race([once(child.stdout, 'data'), ended.then(() => undefined)]);
  if (began === undefined) throw new Error(`life ${life} ended by itself: ${child.exitCode}`);
  await pause(Math.random() * aliveMsAtMost);
  child.kill('SIGKILL');
  const [code] = await ended;
  if (code !== null) throw new Error(`life ${life} ended by itself: ${code}`);
}

async function recover(folder) {
  const child = spawn(process.execPath, [deposits, folder, 'last', 'recover'], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`the last life ended with ${code}`);
}

async function kept(folder) {
  const { openStore } = await import(pathToFileURL(resolve(dist, 'edges/stores/open.js')).href);
  const options = { kind: 'sqlite', retentionDays: 365, groupMs: 200, groupRows: 50, queueAtMost: 10_000 };
  const store = await openStore(options, folder, { warn: () => {}, error: () => {} });
  const messages = await store.mail.messages('4101');
  const letters = await store.mail.due(Date.now(), 1_000_000);
  await store.stop();
  return { messages, letters };
}

/** Seconds of sound, by the message's name. */
function filesOf(folder) {
  const place = join(folder, 'recordings/messages/4101');
  if (!existsSync(place)) return new Map();
  return new Map(
    readdirSync(place).map((file) => [
      file.replace('.wav', ''),
      Math.max(0, statSync(join(place, file)).size - headerBytes) / bytesPerSecond,
    ]),
  );
}

function witnessOf(folder) {
  const file = join(folder, 'witness');
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .filter(Boolean)
    .map((line) => line.split(' ')[0]);
}
