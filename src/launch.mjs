#!/usr/bin/env node
/**
 * `npm start`, `npm test` and `npx beffroi` begin here, on a machine that may have nothing but Node: plain JavaScript,
 * no dependency. Installs when the packages are not those of package-lock.json, builds when a source has changed,
 * and hands over to dist/main.js. `--prepare` stops before the last step.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const nodeAtLeast = [20, 19];
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const modules = join(root, 'node_modules');
const dist = join(root, 'dist');
const waitMsAtMost = 10 * 60 * 1000;

/** What went wrong, and what to do: printed without a stack. */
class Trouble extends Error {}

try {
  checkNode();
  if (!isInstalled() || !isBuilt()) alone(prepare);
  if (process.argv[2] !== '--prepare') await import(pathToFileURL(join(dist, 'main.js')).href);
} catch (error) {
  if (!(error instanceof Trouble)) throw error;
  process.stderr.write(`\n${error.message}\n`);
  process.exitCode = 1;
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > nodeAtLeast[0] || (major === nodeAtLeast[0] && minor >= nodeAtLeast[1])) return;
  throw new Trouble(
    `Beffroi needs Node.js ${nodeAtLeast.join('.')} or newer; this is ${process.versions.node} (${process.execPath}).\n` +
      'Install a newer one (https://nodejs.org, or your system’s packages) and try again.',
  );
}

/** Another start may have done it while this one waited for its turn: so everything is asked once more. */
function prepare() {
  if (!isInstalled()) install();
  if (!isBuilt()) build();
}

// Installing

function markerFile() {
  return join(modules, '.beffroi-installed');
}

function lockfileDigest() {
  return digest([fs.readFileSync(join(root, 'package-lock.json'))]);
}

/** By the marker of the last installation; without one, by looking at each package's version. */
function isInstalled() {
  if (readText(markerFile()) === lockfileDigest()) return true;
  if (fs.existsSync(markerFile()) || !hasLockedPackages()) return false;
  fs.writeFileSync(markerFile(), lockfileDigest());
  return true;
}

function hasLockedPackages() {
  const { packages } = JSON.parse(fs.readFileSync(join(root, 'package-lock.json'), 'utf8'));
  if (!fs.existsSync(modules)) return false;
  return Object.entries(packages).every(([path, { version, optional, link }]) => {
    if (path === '' || optional) return true;
    const text = readText(join(root, path, 'package.json'));
    return text !== undefined && (link || JSON.parse(text).version === version);
  });
}

function install() {
  say('Installing the packages of package-lock.json (npm ci) ...');
  const began = Date.now();
  const { command, args } = npm();
  const words = [...args, 'ci', '--include=dev', '--no-audit', '--no-fund'];
  const { status, error } = spawnSync(command, words, { cwd: root, stdio: ['ignore', 2, 2] });
  if (error !== undefined && error.code === 'ENOENT') throw new Trouble('npm is not installed: it comes with Node.js.');
  if (status !== 0) {
    throw new Trouble(
      `The packages could not be installed (npm ci ended with ${status}; its own words are above).\n` +
        'Is the npm registry reachable from here (npm ping), is there room on the disk, may this user write here?\n' +
        'Then start again: nothing else has to be undone.',
    );
  }
  fs.mkdirSync(modules, { recursive: true });
  fs.writeFileSync(markerFile(), lockfileDigest());
  say(`Installed in ${seconds(began)} s.`);
}

/** The npm that started us, or the one on the path. */
function npm() {
  const path = process.env.npm_execpath;
  if (path !== undefined && /npm-cli\.c?js$/.test(path)) return { command: process.execPath, args: [path] };
  return { command: process.platform === 'win32' ? 'npm.cmd' : 'npm', args: [] };
}

// Building

/** What the build was made from: every source by name, size and time. */
function sourcesDigest() {
  const sources = [...filesBelow(join(root, 'src')), join(root, 'tsconfig.json'), join(root, 'package-lock.json')];
  const told = sources.map((file) => {
    const { size, mtimeMs } = fs.statSync(file);
    return `${relative(root, file)} ${size} ${mtimeMs}\n`;
  });
  return digest([process.versions.node, ...told.sort()]);
}

function isBuilt() {
  return readText(join(dist, '.built')) === sourcesDigest();
}

/** Into a folder beside it, that takes the place of dist/ once it is whole. */
function build() {
  say('Building ...');
  const began = Date.now();
  const sources = sourcesDigest();
  const cache = join(modules, '.cache', 'beffroi');
  const [fresh, old] = [join(cache, `dist-${process.pid}`), join(cache, `old-${process.pid}`)];
  fs.mkdirSync(cache, { recursive: true });
  try {
    compile(fresh);
    copyAssets(fresh);
    fs.writeFileSync(join(fresh, '.built'), sources);
    if (fs.existsSync(dist)) fs.renameSync(dist, old);
    fs.renameSync(fresh, dist);
  } finally {
    for (const folder of [fresh, old]) fs.rmSync(folder, { recursive: true, force: true });
  }
  say(`Built in ${seconds(began)} s.`);
}

function compile(outDir) {
  const compiler = join(modules, 'typescript', 'bin', 'tsc');
  const words = [compiler, '-p', join(root, 'tsconfig.json'), '--outDir', outDir, '--noEmitOnError'];
  const { status } = spawnSync(process.execPath, words, { cwd: root, stdio: ['ignore', 2, 2] });
  if (status === 0) return;
  throw new Trouble(
    'The sources do not compile (the compiler’s own words are above).\n' +
      'Mend them, or go back to a version that did: git status shows what was changed here.',
  );
}

/** What the program reads beside its code. */
function copyAssets(outDir) {
  for (const file of filesBelow(join(root, 'src'))) {
    if (/\.(ts|mjs)$|tsconfig[^/\\]*\.json$/.test(file)) continue;
    const copy = join(outDir, relative(join(root, 'src'), file));
    fs.mkdirSync(dirname(copy), { recursive: true });
    fs.copyFileSync(file, copy);
  }
}

function filesBelow(folder) {
  return fs.readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = folder + sep + entry.name;
    return entry.isDirectory() ? filesBelow(path) : [path];
  });
}

// One at a time

/** Two first starts at once must not install or build into each other. The lock is outside of what npm deletes. */
function alone(work) {
  const user = process.getuid === undefined ? '' : process.getuid();
  const file = join(tmpdir(), `beffroi-${user}-${digest([root]).slice(0, 16)}.lock`);
  const until = Date.now() + waitMsAtMost;
  let told = false;
  while (!lock(file)) {
    if (Date.now() > until) throw new Trouble(`Another start has been busy for ten minutes; its lock is ${file}.`);
    if (!told) say(`Waiting for another start that installs or builds (its lock is ${file}) ...`);
    told = true;
    sleep(200);
  }
  try {
    work();
  } finally {
    fs.rmSync(file, { force: true });
  }
}

/** Whole at once: a lock that can be read says whose it is. */
function lock(file) {
  const draft = `${file}.${process.pid}`;
  fs.writeFileSync(draft, String(process.pid), { mode: 0o600 });
  try {
    fs.linkSync(draft, file);
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    removeStale(file);
    return false;
  } finally {
    fs.rmSync(draft, { force: true });
  }
}

/** Moved away before it is judged once more, so that of two that find it stale one only removes it. */
function removeStale(file) {
  const owner = Number(readText(file));
  if (owner > 0 && isAlive(owner)) return;
  const taken = `${file}.stale-${process.pid}`;
  try {
    fs.renameSync(file, taken);
  } catch (error) {
    if (error.code === 'ENOENT') return;
    throw error;
  }
  const moved = Number(readText(taken));
  if (moved > 0 && isAlive(moved) && !fs.existsSync(file)) fs.renameSync(taken, file);
  fs.rmSync(taken, { force: true });
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code !== 'ESRCH';
  }
}

// Small things

function digest(parts) {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}

function readText(file) {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

function seconds(since) {
  return ((Date.now() - since) / 1000).toFixed(1);
}

function sleep(ms) {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

function say(text) {
  process.stderr.write(`${text}\n`);
}
