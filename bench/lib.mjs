import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** What every measurement needs: processes, their CPU time and memory, free ports, percentiles. */

const ticksPerSecond = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));
const started = new Set();

/** Starts a program whose output goes to a file. It is stopped with `stop`, at the latest by `stopAll`. */
export function start(program, words, { folder, log, env = {}, cwd = process.cwd() }) {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, log);
  const output = openSync(file, 'w');
  const child = spawn(program, words, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', output, output] });
  closeSync(output);
  const ended = new Promise((done) => {
    child.once('exit', (code) => done(code ?? 255));
    child.once('error', () => done(255));
  });
  const run = {
    pid: child.pid,
    child,
    ended,
    file,
    isRunning: () => child.exitCode === null && child.signalCode === null,
  };
  started.add(run);
  ended.then(() => started.delete(run));
  return run;
}

/** Asks it to stop, and does not ask again after ten seconds. */
export async function stop(run) {
  if (!run.isRunning()) return;
  run.child.kill('SIGTERM');
  const late = setTimeout(() => run.child.kill('SIGKILL'), 10_000);
  await run.ended;
  clearTimeout(late);
}

export async function stopAll() {
  for (const run of started) run.child.kill('SIGKILL');
  await Promise.all([...started].map((run) => run.ended));
}

/** Can this program be run at all? */
export function isInstalled(program) {
  return spawnSync(program, ['-v'], { stdio: 'ignore' }).error === undefined;
}

/** Seconds of CPU the process has used so far, in user and kernel mode, all threads together. */
export function cpuSeconds(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

/** Resident memory in MB. */
export function residentMb(pid) {
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? 0) / 1024;
}

/** Datagrams the kernel threw away because a socket's buffer was full, since boot. */
export function lostDatagrams() {
  const [names, values] = readFileSync('/proc/net/snmp', 'latin1')
    .split('\n')
    .filter((line) => line.startsWith('Udp: '));
  return Number(values.split(' ')[names.split(' ').indexOf('RcvbufErrors')]);
}

export function percentile(sorted, part) {
  return sorted.length === 0 ? Number.NaN : sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))];
}

export async function until(what, condition, withinMs = 20_000) {
  const deadline = performance.now() + withinMs;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`after ${withinMs} ms still not: ${what}`);
    await pause(20);
  }
}

/** A port nobody holds, over UDP and TCP, below the range of ephemeral ports. */
export async function freePort(address) {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const port = 12_000 + Math.floor(Math.random() * 19_000);
    if (
      (await binds(
        () => createSocket('udp4'),
        (socket, done) => socket.bind({ port, address }, done),
      )) &&
      (await binds(createServer, (server, done) => server.listen(port, address, done)))
    )
      return port;
  }
  throw new Error(`no free port on ${address}`);
}

function binds(create, bind) {
  return new Promise((done) => {
    const socket = create();
    socket.once('error', () => done(false));
    bind(socket, () => socket.close(() => done(true)));
  });
}

/** Copies a folder of templates, with `<name>` written out. */
export function layTemplates(from, to, words) {
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) layTemplates(source, target, words);
    else
      writeFileSync(
        target,
        readFileSync(source, 'utf8').replaceAll(/<([a-z-]+)>/g, (whole, word) => words[word] ?? whole),
      );
  }
}

/** What was measured on: the machine, in a line. */
export function machine() {
  const [cpu] = cpus();
  const kernel = execFileSync('uname', ['-sr'], { encoding: 'utf8' }).trim();
  return `${cpus().length} × ${cpu.model.trim()}, ${Math.round(totalmem() / 1024 ** 3)} GB, ${kernel}, Node ${process.version}`;
}

/** Rows as a Markdown table; the first row is its head. */
export function table(rows) {
  const [head, ...body] = rows.map((row) => `| ${row.join(' | ')} |`);
  return [head, `|${' --- |'.repeat(rows[0].length)}`, ...body].join('\n');
}
