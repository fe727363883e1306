import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { freePort, start, until } from './lib.mjs';

/** The operator and the phone, both played by SIPp. */

const scenario = (name) => resolve('bench/sipp', `${name}.xml`);
/** No reading of the keyboard, no limit of its own on sockets, and buffers that a burst fits into. */
const common = ['-nostdin', '-skip_rlimit', '-buff_size', '4194304'];

async function sipp(name, plays, { local, remote, folder, more }) {
  const media = await freePort(local.address);
  const words = [
    `${remote.address}:${remote.port}`,
    '-i',
    local.address,
    '-p',
    String(local.port),
    '-sf',
    scenario(plays),
    '-mp',
    String(media),
    ...common,
    ...more,
  ];
  return start('sipp', words, { folder, log: `${name}.txt`, cwd: folder });
}

/** The phone registers a line from the port it is called on. */
export async function register(phone, registrar, password, folder, line = '4101') {
  const run = await sipp('register', 'phone-uac-registers', {
    local: phone,
    remote: registrar,
    folder,
    more: ['-m', '1', '-s', line, '-au', line, '-ap', password],
  });
  if ((await run.ended) !== 0) throw new Error(`the phone could not register: see ${run.file}`);
}

/** The phone answers every call. */
export async function serve(phone, exchange, folder, plays = 'phone-uas-answers') {
  const run = await sipp('phone', plays, { local: phone, remote: exchange, folder, more: [] });
  const bound = `${hex(phone.address)}:${phone.port.toString(16).toUpperCase().padStart(4, '0')}`;
  await until('the phone listens', () => readFileSync('/proc/net/udp', 'latin1').includes(bound));
  return run;
}

/**
 * Calls at a rate for a time.
 * @returns calls made and failed, INVITEs and BYEs sent again, and how long each 180 took in ms, sorted
 */
export async function call(operator, target, { rate, seconds, folder }) {
  const stats = join(folder, 'stats.csv');
  rmSync(stats, { force: true });
  const calls = Math.round(rate * seconds);
  const more = ['-s', '+33199004101', '-r', String(rate), '-m', String(calls), '-l', '20000', '-recv_timeout', '10000'];
  const traces = ['-trace_stat', '-stf', stats, '-fd', '1', '-trace_rtt', '-rtt_freq', '50'];
  const run = await sippIn(folder, 'operator', 'operator-uac-calls', {
    local: operator,
    remote: target,
    more: [...more, ...traces],
  });
  await run.ended;
  const lines = readFileSync(stats, 'latin1').trim().split('\n');
  const last = Object.fromEntries(zip(lines[0].split(';'), lines.at(-1).split(';')));
  const succeeded = Number(last['SuccessfulCall(C)']);
  return {
    calls,
    failed: calls - succeeded,
    retransmissions: Number(last['Retransmissions(C)']),
    delaysMs: delays(folder),
  };
}

/** A crowd: one call for each row of the file (number called, number of the caller), at a rate. Settles when all have ended. */
export async function crowd(operator, target, { rows, rate, plays, folder, name }) {
  const file = join(folder, `${name}-rows.csv`);
  writeFileSync(file, ['SEQUENTIAL', ...rows.map((row) => row.join(';'))].join('\n').concat('\n'));
  const more = ['-inf', file, '-r', String(rate), '-m', String(rows.length), '-l', '20000', '-recv_timeout', '60000'];
  const run = await sipp(name, plays, { local: operator, remote: target, folder, more });
  return { ended: run.ended };
}

/** So many calls, one every 20 ms, each with so many seconds of talk. `failed` is asked for when all have ended. */
export async function talk(operator, target, { calls, seconds, number, folder, name = 'talk' }) {
  const stats = join(folder, `${name}.csv`);
  const pause = ['-d', String(seconds * 1000), '-recv_timeout', String((seconds + 10) * 1000)];
  const more = ['-s', number, '-r', '50', '-m', String(calls), ...pause, '-trace_stat', '-stf', stats, '-fd', '1'];
  const run = await sipp(name, 'operator-uac-talks', { local: operator, remote: target, folder, more });
  return {
    ended: async () => {
      await run.ended;
      const lines = readFileSync(stats, 'latin1').trim().split('\n');
      const last = Object.fromEntries(zip(lines[0].split(';'), lines.at(-1).split(';')));
      return { failed: calls - Number(last['SuccessfulCall(C)']) };
    },
  };
}

/** SIPp writes its response times into the folder it runs in, under a name of its own. */
function sippIn(folder, name, plays, options) {
  for (const file of rttFiles(folder)) rmSync(file);
  return sipp(name, plays, { ...options, folder });
}

function delays(folder) {
  const rows = rttFiles(folder).flatMap((file) => readFileSync(file, 'latin1').trim().split('\n').slice(1));
  return rows
    .map((row) => Number(row.split(';')[1]))
    .filter(Number.isFinite)
    .sort((a, b) => a - b);
}

function rttFiles(folder) {
  return readdirSync(folder)
    .filter((file) => file.endsWith('_rtt.csv'))
    .map((file) => join(folder, file));
}

function zip(names, values) {
  return names.map((name, at) => [name, values[at]]);
}

function hex(address) {
  return address
    .split('.')
    .reverse()
    .map((byte) => Number(byte).toString(16).toUpperCase().padStart(2, '0'))
    .join('');
}
