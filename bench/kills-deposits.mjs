import { appendFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * Takes messages as the call path and the media engine do, several at once, with a second of sound every few milliseconds, until it is
 * killed. Started by kills.bench.mjs, again and again in the same folder; `witness` has the name of each message that was said to be kept.
 */

const { BEFFROI_DIST: dist = 'dist' } = process.env;
const [folder, life, wanted] = process.argv.slice(2);
const built = (file) => import(pathToFileURL(resolve(dist, file)).href);
const { openStore } = await built('edges/stores/open.js');
const { openRecordings } = await built('edges/stores/recordings.js');
const { WavRecorder } = await built('engines/media/sounds/wav-recorder.js');
const { writableFile } = await built('engines/media/sounds/folders.js');
const { createMailboxes } = await built('mailbox/mailboxes.js');

const options = { kind: 'sqlite', retentionDays: 365, groupMs: 200, groupRows: 50, queueAtMost: 10_000 };
const root = `${folder}/recordings`;
const store = await openStore(options, folder, { warn: () => {}, error: () => {} });
const recordings = openRecordings(root);
const mailbox = { id: '4101', messagesAtMost: 1_000_000, notify: ['a@town.example'], missedCalls: false };
let count = 0;
const room = createMailboxes({
  now: Date.now,
  store: store.mail,
  recordings,
  newId: () => {
    count += 1;
    return `life-${life}-${count}`;
  },
  pins: {},
  mailbox: () => mailbox,
  mailboxes: () => [mailbox],
  writesLetters: () => true,
  changed: () => {},
  posted: () => {},
  alarm: (error) => {
    throw error;
  },
});
await room.recover();
process.stdout.write('recovered\n');

const format = { encoding: 'pcm16', sampleRate: 8_000, channels: 1 };
const frame = new Int16Array(160).fill(1_000);
const pause = (ms) => new Promise((over) => setTimeout(over, ms));

/** One caller: how long they speak, and whether they change their mind, is chance. */
async function speak() {
  const deposit = await room.begin(mailbox, { number: '+33639980001' }, 'call');
  const path = await writableFile(deposit.file, { sounds: [], recordings: root, alsoReadable: [], alsoWritable: [] });
  const recorder = await WavRecorder.open(path, { format, isAppended: false, freeFloorBytes: 0 });
  if (typeof recorder === 'string') throw new Error(recorder);
  for (let seconds = 1 + Math.floor(Math.random() * 8); seconds > 0; seconds -= 1) {
    for (let frames = 0; frames < 50; frames += 1) recorder.write(frame);
    await pause(8);
  }
  await recorder.close();
  if (Math.random() < 0.1) return deposit.drop();
  const seconds = await deposit.keep({ seconds: 0, urgent: false });
  if (seconds !== undefined) appendFileSync(`${folder}/witness`, `${deposit.message} ${seconds}\n`);
}

if (wanted === 'recover') {
  await store.stop();
} else {
  const callers = Array.from({ length: 4 }, async () => {
    for (;;) await speak();
  });
  await Promise.all(callers);
}
