import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort, start, stop, stopAll, table, until } from './lib.mjs';

/**
 * Sound: so many legs at once, G.711, 20 ms. Relayed between two legs, an announcement from a file to each, a recording of
 * each. Pacing: how late packets are when many streams are played at once, as a few of them see it that a process of its
 * own listens to. BEFFROI_MEDIA_COMMAND names a FreeSWITCH to be measured in the same run: `{sip-port}`, `{event-socket-port}`, `{rtp-from}` and
 * `{rtp-to}` are put in.
 */
export const title = 'Sound';

const { BEFFROI_DIST: dist = 'dist' } = process.env;
const run = promisify(execFile);
const plans = {
  smoke: { legs: 20, seconds: 3, streams: 40, listened: 10 },
  full: {
    legs: Number(process.env.BEFFROI_MEDIA_LEGS ?? 200),
    seconds: 20,
    streams: Number(process.env.BEFFROI_MEDIA_STREAMS ?? 500),
    listened: 20,
  },
};
const scenarios = ['relay', 'announcement', 'recording'];

export async function measure({ smoke, folder = mkdtempSync(join(tmpdir(), 'beffroi-bench-')) }) {
  const plan = smoke ? plans.smoke : plans.full;
  const command = process.env.BEFFROI_MEDIA_COMMAND;
  layAnnouncement(join(folder, 'announcement.wav'));
  try {
    const rows = [];
    const paces = [];
    for (const engine of [ourOwn, ...(command === undefined ? [] : [foreign(command)])]) {
      for (const scenario of scenarios) rows.push(await measureOne(engine, scenario, plan, folder));
      paces.push(await measurePace(engine, plan, folder));
    }
    rmSync(folder, { recursive: true });
    return [
      `${plan.legs} legs, ${plan.seconds} s of each.`,
      report(rows),
      `Pacing: ${plan.streams} announcements at once, ${plan.listened} of them listened to by a process of its own.`,
      reportPaces(paces),
    ].join('\n\n');
  } finally {
    await stopAll();
  }
}

async function measureOne(engine, scenario, plan, folder) {
  const { name, sipPort, process: engineProcess, pid } = await engine(folder);
  const figures = await load(sipPort, scenario, plan.legs, plan.seconds, folder, pid);
  await stop(engineProcess);
  process.stderr.write(`${name}: ${scenario} ${JSON.stringify(figures)}\n`);
  return { name, scenario, ...figures };
}

async function measurePace(engine, plan, folder) {
  const { name, sipPort, process: engineProcess, pid } = await engine(folder);
  const others = loading(sipPort, 'announcement', plan.streams - plan.listened, plan.seconds * 2 + 15, folder, pid);
  await Promise.race([once(others.child.stderr, 'data'), others]);
  const figures = await load(sipPort, 'announcement', plan.listened, plan.seconds * 2, folder, pid);
  await others;
  await stop(engineProcess);
  process.stderr.write(`${name}: pacing ${JSON.stringify(figures)}\n`);
  return { name, ...figures };
}

async function load(...words) {
  const { stdout } = await loading(...words);
  return JSON.parse(stdout);
}

/** It says something on its standard error when its calls are up and the measurement begins. */
function loading(...words) {
  return run(process.execPath, ['bench/media-load.mjs', ...words.map(String)], { maxBuffer: 1_000_000 });
}

async function ourOwn(folder) {
  const [sipPort, eventSocketPort] = [await freePort('127.0.0.1'), await freePort('127.0.0.1')];
  const words = [
    // As small as the thread of an exchange keeps it.
    '--max-semi-space-size=4',
    `${dist}/engines/media/main.js`,
    ...['--sip-address', '127.0.0.1', '--sip-port', sipPort, '--event-socket-address', '127.0.0.1'],
    ...['--event-socket-port', eventSocketPort, '--advertised', '127.0.0.1', '--loglevel', 'warn'],
    ...['--rtp-range-start', 32_000, '--rtp-range-end', 39_999, '--recordings', folder, '--sounds', folder],
  ].map(String);
  const engine = start(process.execPath, words, { folder, log: 'media.log' });
  await until('the media engine is ready', async () => (await isOpen(eventSocketPort)) && engine.isRunning());
  return { name: 'embedded engine', sipPort, process: engine, pid: engine.pid };
}

function foreign(command) {
  return async (folder) => {
    const [sipPort, eventSocketPort] = [await freePort('127.0.0.1'), await freePort('127.0.0.1')];
    const values = {
      'sip-port': sipPort,
      'event-socket-port': eventSocketPort,
      'rtp-from': 32_000,
      'rtp-to': 39_998,
      folder,
    };
    const text = Object.entries(values).reduce(
      (line, [name, value]) => line.replaceAll(`{${name}}`, String(value)),
      command,
    );
    const engine = start('/bin/sh', ['-c', `exec ${text}`], { folder, log: 'foreign.log' });
    await until('the other engine is ready', () => isOpen(eventSocketPort), 60_000);
    return { name: 'FreeSWITCH', sipPort, process: engine, pid: engine.pid };
  };
}

async function isOpen(port) {
  const { connect } = await import('node:net');
  return new Promise((done) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('error', () => done(false));
    socket.once('connect', () => {
      socket.destroy();
      done(true);
    });
  });
}

/** Ten minutes of a soft tone, so that it never ends meanwhile. */
function layAnnouncement(path) {
  const samples = 8000 * 600;
  const file = Buffer.alloc(44 + samples * 2);
  file.write('RIFF');
  file.writeUInt32LE(file.length - 8, 4);
  file.write('WAVEfmt ', 8);
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(1, 20);
  file.writeUInt16LE(1, 22);
  file.writeUInt32LE(8000, 24);
  file.writeUInt32LE(16_000, 28);
  file.writeUInt16LE(2, 32);
  file.writeUInt16LE(16, 34);
  file.write('data', 36);
  file.writeUInt32LE(samples * 2, 40);
  for (let i = 0; i < samples; i += 1)
    file.writeInt16LE(Math.round(6000 * Math.sin((i * 2 * Math.PI * 440) / 8000)), 44 + i * 2);
  writeFileSync(path, file);
}

function reportPaces(rows) {
  return table([
    ['', 'late p50', 'p99', 'max', 'gaps over 40 ms'],
    ...rows.map(({ name, latenessMs, lateShare }) => [
      name,
      `${(latenessMs.p50 ?? 0).toFixed(1)} ms`,
      `${(latenessMs.p99 ?? 0).toFixed(1)} ms`,
      `${(latenessMs.max ?? 0).toFixed(0)} ms`,
      `${(lateShare * 100).toFixed(2)} %`,
    ]),
  ]);
}

function gapsOf({ gapMs, lateShare }) {
  return [
    `${(gapMs.p50 ?? 0).toFixed(1)} ms`,
    `${(gapMs.p99 ?? 0).toFixed(1)} ms`,
    `${(gapMs.max ?? 0).toFixed(0)} ms`,
    `${(lateShare * 100).toFixed(2)} %`,
  ];
}

function report(rows) {
  const head = [
    '',
    '',
    'CPU s per call-minute',
    'cores',
    'packets received per leg and s',
    'gap p50',
    'p99',
    'max',
    'late by more than 20 ms',
    'kB per call',
  ];
  return table([
    head,
    ...rows.map((row) => [
      row.name,
      row.scenario,
      row.cpuPerCallMinute.toFixed(3),
      row.cores.toFixed(2),
      row.receivedPerLegAndSecond.toFixed(1),
      // While it records an engine may be silent.
      ...(row.scenario === 'recording' ? ['', '', '', ''] : gapsOf(row)),
      Math.round(row.kilobytesPerCall),
    ]),
  ]);
}
