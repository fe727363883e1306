/**
 * The other side of a media engine: so many telephones with real RTP, and the application that commands the engine.
 * Started by media.bench.mjs, one process per measurement; prints one line of JSON.
 *
 *   media-load.mjs <sip port> <scenario> <legs> <seconds to warm up> <seconds> <folder> [<pid of the engine>]
 */
import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import { constants, setPriority } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { cpuSeconds, lostDatagrams, percentile, residentMb, until } from './lib.mjs';

const [sipPort, scenario, legCount, warm, seconds, folder, pid] = process.argv.slice(2);
const enginePid = Number(pid);
const sip = createSocket('udp4');
const answers = new Map();
const waiting = [];
const server = createServer((socket) => waiting.shift()?.(socket));

// Who measures lateness must not be late: the few that only listen go before all other programs, where they may.
if (Number(legCount) <= 20) goFirst();

const legs = [];
await new Promise((done) => sip.bind(0, '127.0.0.1', done));
await new Promise((done) => server.listen(0, '127.0.0.1', done));
sip.on('message', onSip);

// Memory is told by what the second half of the calls adds: what an engine takes once, for the first of them, is not theirs.
const half = Math.ceil(Number(legCount) / 4) * 2;
for (let i = 0; i < half; i += 1) legs.push(await openLeg(i));
await begin(0);
startTalking();
await pause(3000);
const halfMb = residentMb(enginePid);
for (let i = half; i < Number(legCount); i += 1) legs.push(await openLeg(i));
await begin(half);
await pause(3000 + Number(warm) * 1000);

for (const leg of legs) leg.gaps.length = leg.offsets.length = 0;
const [cpuBefore, receivedBefore, lostBefore, sentBefore] = [
  cpuSeconds(enginePid),
  received(),
  lostDatagrams(),
  sent(),
];
process.stderr.write('measuring\n');
const startedAt = performance.now();
await pause(Number(seconds) * 1000);
const elapsed = (performance.now() - startedAt) / 1000;
const cpu = cpuSeconds(enginePid) - cpuBefore;
const late = latenesses();
const gaps = legs.flatMap((leg) => leg.gaps).sort((a, b) => a - b);
const calls = scenario === 'relay' ? legs.length / 2 : legs.length;
process.stdout.write(
  `${JSON.stringify({
    cpuPerCallMinute: (cpu / elapsed / calls) * 60,
    cores: cpu / elapsed,
    receivedPerLegAndSecond: (received() - receivedBefore) / elapsed / legs.length,
    sentPerLegAndSecond: (sent() - sentBefore) / elapsed / legs.length,
    gapMs: { p50: percentile(gaps, 0.5), p99: percentile(gaps, 0.99), max: gaps.at(-1) ?? null },
    lateShare: gaps.filter((gap) => gap > 40).length / Math.max(1, gaps.length),
    lostDatagrams: lostDatagrams() - lostBefore,
    latenessMs: {
      p50: percentile(late, 0.5),
      p99: percentile(late, 0.99),
      max: late.at(-1) ?? null,
      over20: late.filter((ms) => ms > 20).length / Math.max(1, late.length),
    },
    kilobytesPerCall: (((residentMb(enginePid) - halfMb) * 1024) / (legs.length - half)) * (legs.length / calls),
  })}\n`,
);
for (const leg of legs) leg.socket.destroy();
await pause(500);
process.exit(0);

function goFirst() {
  try {
    setPriority(0, constants.priority.PRIORITY_HIGHEST);
  } catch {
    // Then some of what is measured is their own lateness.
  }
}

function received() {
  return legs.reduce((sum, leg) => sum + leg.received, 0);
}

function sent() {
  return legs.reduce((sum, leg) => sum + leg.sent, 0);
}

async function openLeg(index) {
  const rtp = createSocket({
    type: 'udp4',
    recvBufferSize: 262_144,
    lookup: (host, _options, done) => done(null, host, 4),
  });
  await new Promise((done) => rtp.bind(0, '127.0.0.1', done));
  const leg = {
    rtp,
    received: 0,
    sent: 0,
    gaps: [],
    offsets: [],
    shift: 0,
    lastAt: 0,
    packet: rtpPacket(index),
    to: 0,
    sequence: 0,
    timestamp: 0,
  };
  rtp.on('message', (packet) => onRtp(leg, packet));
  const socket = new Promise((done) => waiting.push(done));
  const answer = await invite(index, rtp.address().port);
  leg.to = Number(/m=audio (\d+)/.exec(answer)?.[1]);
  leg.socket = await socket;
  leg.uuid = await connected(leg.socket);
  return leg;
}

function onRtp(leg, packet) {
  const now = performance.now();
  const offset = now - packet.readUInt32BE(4) / 8 + leg.shift;
  // Another time line begins: what was played before has ended, or the 32 bits have turned.
  if (Math.abs(offset - (leg.offsets.at(-1) ?? offset)) > 5000) leg.shift += leg.offsets.at(-1) - offset;
  leg.offsets.push(now - packet.readUInt32BE(4) / 8 + leg.shift);
  leg.received += 1;
  if (leg.lastAt > 0) leg.gaps.push(now - leg.lastAt);
  leg.lastAt = now;
}

/** By how much each packet came later than the quickest of its stream, by the schedule of their timestamps. */
function latenesses() {
  const late = legs.flatMap(({ offsets }) => {
    const quickest = offsets.reduce((least, offset) => Math.min(least, offset), Number.POSITIVE_INFINITY);
    return offsets.map((offset) => offset - quickest);
  });
  return late.sort((a, b) => a - b);
}

async function invite(index, port) {
  const callId = `bench-${process.pid}-${index}`;
  const sdp = [
    'v=0',
    'o=- 1 1 IN IP4 127.0.0.1',
    's=-',
    'c=IN IP4 127.0.0.1',
    't=0 0',
    `m=audio ${port} RTP/AVP 8 101`,
    'a=rtpmap:101 telephone-event/8000',
    '',
  ].join('\r\n');
  const head = (method, to) => [
    `${method} sip:drachtio@127.0.0.1:${sipPort} SIP/2.0`,
    `Via: SIP/2.0/UDP 127.0.0.1:${sip.address().port};branch=z9hG4bK${method}${callId};rport`,
    `From: <sip:a@127.0.0.1>;tag=${callId}`,
    to,
    `Call-ID: ${callId}`,
    `CSeq: 1 ${method}`,
    `Contact: <sip:a@127.0.0.1:${sip.address().port}>`,
    'Max-Forwards: 70',
    `User-Agent: drachtio-fsmrf:${callId}`,
    `X-esl-outbound: 127.0.0.1:${server.address().port}`,
  ];
  const message = [
    ...head('INVITE', 'To: <sip:drachtio@127.0.0.1>'),
    'Content-Type: application/sdp',
    `Content-Length: ${sdp.length}`,
    '',
    sdp,
  ];
  const send = () => sip.send(message.join('\r\n'), Number(sipPort), '127.0.0.1');
  send();
  const again = setInterval(send, 1000);
  await until(`an answer to call ${index}`, () => answers.has(callId), 60_000).finally(() => clearInterval(again));
  const answer = answers.get(callId);
  const to = /^To:.*$/m.exec(answer)[0].trim();
  sip.send([...head('ACK', to), 'Content-Length: 0', '', ''].join('\r\n'), Number(sipPort), '127.0.0.1');
  return answer;
}

function onSip(packet) {
  const text = packet.toString('latin1');
  if (text.startsWith('SIP/2.0 200') && text.includes('INVITE')) answers.set(/^Call-ID: *(\S+)/im.exec(text)[1], text);
  if (!text.startsWith('BYE')) return;
  const lines = text.split('\r\n').filter((line) => /^(Via|From|To|Call-ID|CSeq):/i.test(line));
  sip.send(['SIP/2.0 200 OK', ...lines, 'Content-Length: 0', '', ''].join('\r\n'), Number(sipPort), '127.0.0.1');
}

async function connected(socket) {
  let text = '';
  socket.on('data', (bytes) => {
    if (text.length < 100_000) text += bytes;
  });
  socket.write('connect\n\n');
  await until('the reply to connect', () => text.includes('Unique-ID') && text.includes('\n\n'), 60_000);
  return /^Unique-ID: (\S+)/m.exec(text)[1];
}

function execute(leg, application, argument) {
  leg.socket.write(
    `sendmsg ${leg.uuid}\ncall-command: execute\nexecute-app-name: ${application}\nexecute-app-arg: ${argument}\n\n`,
  );
}

async function begin(from) {
  for (const [i, leg] of legs.entries()) {
    if (i < from) continue;
    if (scenario === 'relay' && i % 2 === 1) leg.socket.write(`api uuid_bridge ${legs[i - 1].uuid} ${leg.uuid}\n\n`);
    if (scenario === 'announcement') execute(leg, 'playback', `${folder}/announcement.wav`);
    if (scenario === 'recording') execute(leg, 'record', `${folder}/bench-${process.pid}-${i}.wav 600`);
  }
  await pause(1000);
}

/** One timer, absolute schedule: 50 packets a second from every telephone. */
function startTalking() {
  const from = performance.now();
  let done = 0;
  const turn = () => {
    while (from + done * 20 <= performance.now()) {
      for (const leg of legs) talk(leg);
      done += 1;
    }
    setTimeout(turn, Math.max(0, from + done * 20 - performance.now()));
  };
  turn();
}

function talk(leg) {
  const { packet } = leg;
  packet.writeUInt16BE(leg.sequence & 0xffff, 2);
  packet.writeUInt32BE(leg.timestamp >>> 0, 4);
  leg.sequence += 1;
  leg.timestamp += 160;
  leg.sent += 1;
  leg.rtp.send(Buffer.from(packet), 0, packet.length, leg.to, '127.0.0.1');
}

function rtpPacket(index) {
  const packet = Buffer.alloc(172, 0x55);
  packet[0] = 0x80;
  packet[1] = 8;
  packet.writeUInt32BE(0x1000 + index, 8);
  return packet;
}
