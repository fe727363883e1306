#!/usr/bin/env node
/**
 * `npm run prompts` makes the recordings of manifest.yaml anew where a text has changed; `-- --check` only says which are
 * not what the manifest says. Needs espeak-ng and sox. The same text gives the same bytes on the same espeak-ng.
 * built.json remembers for each recording what it was made from.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readManifest } from '../../dist/edges/prompts/manifest.js';
import { speechLevel } from '../../dist/protocol/audio/speech-level.js';
import { writeWavHeader } from '../../dist/protocol/audio/wav.js';

const here = dirname(fileURLToPath(import.meta.url));
const ledger = join(here, 'built.json');
const sampleRate = 16_000;

/**
 * Change anything in it, and every recording is made anew. Levels: 26 dB below overload is the nominal level of speech
 * (ITU-T G.191), -20 dBm0 on a line; what a telephone does not carry (below 100 Hz) is taken off before it is measured.
 * `silenceDb` below its loudest sample, sound no longer belongs to a word: it is cut but for a margin.
 */
const recipe = JSON.parse(fs.readFileSync(join(here, 'recipe.json'), 'utf8'));

const manifest = readManifest(join(here, 'manifest.yaml'));
const built = readLedger();
const wanted = ['fr', 'en'].flatMap((language) =>
  [...manifest[language].recordings].map(([id, { say }]) => ({ language, id, say, name: `${language}/${id}.wav` })),
);

process.exitCode = process.argv.includes('--check') ? check() : build();

/** 1 when a recording is missing, superfluous, or not made from what the manifest says now. */
function check() {
  const wrong = wanted.filter((each) => !isBuilt(each)).map(({ name }) => `${name}: run npm run prompts`);
  const spare = superfluous().map((name) => `${name}: nothing in the manifest speaks it`);
  for (const line of [...wrong, ...spare]) process.stdout.write(`${line}\n`);
  process.stdout.write(`${wanted.length} recordings, ${wrong.length} to be made, ${spare.length} to be removed\n`);
  return wrong.length + spare.length === 0 ? 0 : 1;
}

function build() {
  let made = 0;
  for (const name of superfluous()) {
    fs.rmSync(join(here, name));
    delete built[name];
  }
  for (const each of wanted) {
    if (isBuilt(each)) continue;
    const file = join(here, each.name);
    fs.mkdirSync(dirname(file), { recursive: true });
    fs.writeFileSync(
      file,
      wav(each.id === 'pause' ? new Int16Array((sampleRate * recipe.pauseMs) / 1000) : spoken(each)),
    );
    built[each.name] = { from: fingerprint(each), sha256: sha256(fs.readFileSync(file)) };
    made += 1;
  }
  const sorted = Object.fromEntries(wanted.map(({ name }) => [name, built[name]]).sort(([a], [b]) => (a < b ? -1 : 1)));
  fs.writeFileSync(ledger, `${JSON.stringify(sorted, null, 2)}\n`);
  const bytes = wanted.reduce((sum, { name }) => sum + fs.statSync(join(here, name)).size, 0);
  process.stdout.write(`${wanted.length} recordings, ${made} made, ${(bytes / 1e6).toFixed(1)} MB\n`);
  return 0;
}

function isBuilt(each) {
  const file = join(here, each.name);
  const known = built[each.name];
  if (known === undefined || known.from !== fingerprint(each) || !fs.existsSync(file)) return false;
  return known.sha256 === sha256(fs.readFileSync(file));
}

/** What a recording is made from. */
function fingerprint({ language, say }) {
  const { voices, ...rest } = recipe;
  return sha256(JSON.stringify({ ...rest, say, voice: voices[language] })).slice(0, 16);
}

function superfluous() {
  const names = new Set(wanted.map(({ name }) => name));
  return ['fr', 'en'].flatMap((language) => {
    const folder = join(here, language);
    const files = fs.existsSync(folder) ? fs.readdirSync(folder) : [];
    return files.map((file) => `${language}/${file}`).filter((name) => !names.has(name));
  });
}

/** Spoken, cut to the words, and brought to the level that all have. */
function spoken({ language, say, name }) {
  const raw = execFileSync('espeak-ng', [...recipe.voices[language], '--stdout', say], { maxBuffer: 64e6 });
  // Dither would be other noise each time.
  const words = ['-D', '-t', 'wav', '-', '-t', 'raw', '-e', 'signed', '-b', '16', '-', 'gain', '-6', ...recipe.shape];
  const bytes = execFileSync('sox', words, { input: raw, maxBuffer: 64e6, stdio: ['pipe', 'pipe', 'ignore'] });
  const samples = new Int16Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
  const cut = trimmed(samples);
  if (cut.length === 0) throw new Error(`${name}: espeak-ng says nothing for "${say}"`);
  return levelled(cut, name);
}

function trimmed(samples) {
  const peak = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 1);
  const least = Math.max(32, peak * 10 ** (-recipe.silenceDb / 20));
  const first = samples.findIndex((sample) => Math.abs(sample) > least);
  const last = samples.findLastIndex((sample) => Math.abs(sample) > least);
  if (first < 0) return new Int16Array(0);
  const [lead, tail] = [recipe.leadMs, recipe.tailMs].map((ms) => (ms * sampleRate) / 1000);
  const whole = Int16Array.from(
    { length: lead + last - first + 1 + tail },
    (_, index) => samples[first - lead + index] ?? 0,
  );
  const out = withoutLongGaps(whole, least);
  fade(out, lead, tail);
  return out;
}

function withoutLongGaps(samples, least) {
  const most = (recipe.gapMs * sampleRate) / 1000;
  let silent = 0;
  return samples.filter((sample) => {
    silent = Math.abs(sample) >= least ? 0 : silent + 1;
    return silent <= most;
  });
}

/** What was cut must not click. */
function fade(samples, lead, tail) {
  for (let index = 0; index < lead; index += 1) samples[index] *= index / lead;
  for (let index = 0; index < tail; index += 1) samples[samples.length - 1 - index] *= index / tail;
}

/** To the level wanted; where that would bring a peak too high, the peak is bent down and the level tried once more. */
function levelled(samples, name) {
  const limit = 32_768 * 10 ** (recipe.peakDbfs / 20);
  let gain = 10 ** ((recipe.activeDbov - speechLevel(samples, sampleRate).activeDbov) / 20);
  for (let round = 0; round < 20; round += 1) {
    const louder = samples.map((sample) => softened(sample * gain, limit));
    const off = recipe.activeDbov - speechLevel(louder, sampleRate).activeDbov;
    if (Math.abs(off) < 0.05) return louder;
    gain *= 10 ** (off / 20);
  }
  throw new Error(`${name} cannot be brought to the level`);
}

/** Straight up to 70 % of the limit, then ever flatter towards it. */
function softened(sample, limit) {
  const knee = 0.7 * limit;
  const size = Math.abs(sample);
  if (size <= knee) return Math.round(sample);
  return Math.round(Math.sign(sample) * (knee + (limit - knee) * Math.tanh((size - knee) / (limit - knee))));
}

function wav(samples) {
  const bytes = samples.length * 2;
  const header = writeWavHeader({ encoding: 'pcm16', sampleRate, channels: 1 }, bytes);
  return Buffer.concat([header, Buffer.from(samples.buffer, samples.byteOffset, bytes)]);
}

function readLedger() {
  return fs.existsSync(ledger) ? JSON.parse(fs.readFileSync(ledger, 'utf8')) : {};
}

function sha256(data) {
  return createHash('sha256').update(data).digest('hex');
}
