import { execFile, fork } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort, start, stop, stopAll, table, until } from './lib.mjs';

/**
 * Sound: so many legs at once, G.711, 20 ms. Relayed between two legs, an announcement from a file to each, a recording of
 * each; and beside them what Node alone takes for the datagrams. Pacing: how late packets are when many streams are relayed or played, as a
 * few of them see it that a process of its own listens to. What else the machine did is told as the load average of the last minute, before
 * each. BEFFROI_MEDIA_COMMAND names a FreeSWITCH to be measured in the same run: `{sip-port}`, `{event-socket-port}`, `{rtp-from}` and
 * `{rtp-to}` are put in.
 */
export const title = 'Sound';

const { BEFFROI_DIST: dist = 'dist' } = process.env;
const run = promisify(execFile);
const plans = {
  smoke: { legs: 20, warm: 0, seconds: 3, relayed: [], streams: 40, listened: 10 },
  full: {
    legs: Number(process.env.BEFFROI_MEDIA_LEGS ?? 200),
    // Until V8 has compiled what it will compile; the other engine needs none, and gets the same.
    warm: 10,
    seconds: 20,
    // The second is 400 calls, as many as one core shall bear.
    relayed: [Number(process.env.BEFFROI_MEDIA_LEGS ?? 200), 800],
    streams: Number(process.env.BEFFROI_MEDIA_STREAMS ?? 500),
    listened: 20,
  },
};
/** The longest that one leg takes to be called. */
const upSeconds = 0.2;
const scenarios = ['relay', 'announcement', 'recording'];

export async function measure({ smoke, folder = mkdtempSync(join(tmpdir(), 'beffroi-bench-')) }) {
  const plan = smoke ? plans.smoke : plans.full;
  const command = process.env.BEFFROI_MEDIA_COMMAND;
  layAnnouncement(join(folder, 'announcement.wav'));
  try {
    const rows = [];
    const paces = [];
    rows.push(await measureFloor('relay', plan), await measureFloor('recording', plan));
    for (const engine of [ourOwn, ...(command === undefined ? [] : [foreign(command)])]) {
      for (const scenario of scenarios) rows.push(await measureOne(engine, scenario, plan, folder));
      for (const legs of plan.relayed) paces.push(await measurePace(engine, 'relay', legs, plan, folder));
      paces.push(await measurePace(engine, 'announcement', plan.streams, plan, folder));
    }
    rmSync(folder, { recursive: true });
    return [
      `${plan.legs} legs, ${plan.seconds} s of each. Node alone: for a leg, of which a relayed call has two.`,
      report(rows),
      `Pacing: so many legs at once, ${plan.listened} of them listened to by a process of its own, which nobody comes before.`,
      reportPaces(paces),
    ].join('\n\n');
  } finally {
    await stopAll();
  }
}

async function measureOne(engine, scenario, plan, folder) {
  const { name, sipPort, process: engineProcess, pid } = await engine(folder);
  const busy = loadavg()[0];
  const figures = await load(sipPort, scenario, plan.legs, plan.warm, plan.seconds, folder, pid);
  await stop(engineProcess);
  process.stderr.write(`${name}: ${scenario} ${JSON.stringify(figures)}\n`);
  return { name, scenario, busy, ...figures };
}

/** As many datagrams as an announcement or one direction of a relay (both ways), or a recording (one way) has, and nothing done with them. */
async function measureFloor(scenario, { legs, seconds }) {
  const busy = loadavg()[0];
  const sends = scenario === 'relay';
  const child = fork('bench/media-floor.mjs', [legs, seconds, sends].map(String), {
    execArgv: ['--max-semi-space-size=4'],
  });
  const [ports] = await once(child, 'message');
  const peers = await Promise.all(ports.map(() => boundSocket()));
  child.send(peers.map((peer) => peer.address().port));
  const packet = Buffer.alloc(172);
  const from = performance.now();
  let done = 0;
  const talking = setInterval(() => {
    for (; from + done * 20 <= performance.now(); done += 1)
      for (const [i, peer] of peers.entries()) peer.send(packet, ports[i], '127.0.0.1');
  }, 5);
  const [figures] = await once(child, 'message');
  clearInterval(talking);
  for (const peer of peers) peer.close();
  process.stderr.write(`Node alone: ${scenario} ${JSON.stringify(figures)}\n`);
  return { name: 'Node alone', scenario: sends ? 'in and out' : 'in', busy, ...figures };
}

async function boundSocket() {
  const socket = createSocket({ type: 'udp4', lookup: (host, _options, done) => done(null, host, 4) });
  // Nobody listens to them any more when it is over.
  socket.on('error', () => undefined);
  socket.on('message', () => undefined);
  await new Promise((done) => socket.bind(0, '127.0.0.1', done));
  return socket;
}

async function measurePace(engine, scenario, legs, plan, folder) {
  const { name, sipPort, process: engineProcess, pid } = await engine(folder);
  const busy = loadavg()[0];
  const whileThey = plan.warm + plan.seconds * 2 + 15;
  const row = { name, scenario: `${scenario}, ${legs} legs`, busy };
  const others = loading(sipPort, scenario, legs - plan.listened, plan.warm, whileThey, folder, pid);
  // An engine may be unable to carry so many: then its row says so, and the others are measured all the same.
  const carried = others.then(
    () => true,
    () => false,
  );
  try {
    await Promise.race([once(others.child.stderr, 'data'), others]);
    const figures = await load(sipPort, scenario, plan.listened, plan.warm, plan.seconds * 2, folder, pid);
    process.stderr.write(`${name}: pacing of ${scenario}, ${legs} legs, ${JSON.stringify(figures)}\n`);
    return (await carried) ? { ...row, ...figures } : row;
  } catch (error) {
    process.stderr.write(`${name}: pacing of ${scenario}, ${legs} legs: ${error.message}\n`);
    return row;
  } finally {
    others.child.kill();
    await carried;
    await stop(engineProcess);
  }
}

async function load(...words) {
  const { stdout } = await loading(...words);
  return JSON.parse(stdout);
}

/** It says something on its standard error when its calls are up and the measurement begins. It is ended when they do not come up. */
function loading(...words) {
  const [, , legs, warm, seconds] = words;
  const timeout = (legs * upSeconds + 30 + warm + seconds) * 1000;
  return run(process.execPath, ['bench/media-load.mjs', ...words.map(String)], { maxBuffer: 1_000_000, timeout });
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
    ['', '', 'load before', 'late p50', 'p99', 'max', 'late by more than 20 ms', 'gaps over 40 ms'],
    ...rows.map(({ name, scenario, busy, ...figures }) => [name, scenario, busy.toFixed(1), ...paceOf(figures)]),
  ]);
}

function paceOf({ latenessMs, lateShare }) {
  if (latenessMs === undefined) return ['the calls did not come up', '', '', '', ''];
  return [
    `${(latenessMs.p50 ?? 0).toFixed(1)} ms`,
    `${(latenessMs.p99 ?? 0).toFixed(1)} ms`,
    `${(latenessMs.max ?? 0).toFixed(0)} ms`,
    `${(latenessMs.over20 * 100).toFixed(3)} %`,
    `${(lateShare * 100).toFixed(3)} %`,
  ];
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
    'load before',
    'CPU s per call-minute',
    'cores',
    'packets received per leg and s',
    'gap p50',
    'p99',
    'max',
    'gaps over 40 ms',
    'kB per call',
  ];
  return table([
    head,
    ...rows.map((row) => [
      row.name,
      row.scenario,
      row.busy.toFixed(1),
      row.cpuPerCallMinute.toFixed(3),
      row.cores.toFixed(2),
      row.receivedPerLegAndSecond.toFixed(1),
      // While it records an engine may be silent.
      ...(row.gapMs === undefined || row.scenario === 'recording' ? ['', '', '', ''] : gapsOf(row)),
      row.kilobytesPerCall === undefined ? '' : Math.round(row.kilobytesPerCall),
    ]),
  ]);
}
