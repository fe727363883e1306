/**
 * What Node alone takes for so many telephones: a socket each that is connected to its peer, datagrams received and counted, one sent every
 * 20 ms, and nothing else. No engine on this platform can need less. Started by media.bench.mjs; tells its ports, is told those of the
 * peers, tells what it took.
 *
 *   media-floor.mjs <legs> <seconds> <sends: true or false>
 */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';

const [legs, seconds, sends] = process.argv.slice(2).map((word) => JSON.parse(word));
const sockets = [];
for (let i = 0; i < legs; i += 1) {
  const socket = createSocket({ type: 'udp4', lookup: (host, _options, done) => done(null, host, 4) });
  await new Promise((done) => socket.bind(0, '127.0.0.1', done));
  sockets.push(socket);
}
process.send(sockets.map((socket) => socket.address().port));
const [ports] = await once(process, 'message');
let received = 0;
for (const [i, socket] of sockets.entries()) {
  socket.on('message', () => {
    received += 1;
  });
  // The peer may end before we do.
  socket.on('error', () => undefined);
  socket.connect(ports[i], '127.0.0.1');
}

const packet = Buffer.alloc(172);
const from = performance.now();
let done = 0;
function turn() {
  while (from + done * 20 <= performance.now()) {
    if (sends) for (const socket of sockets) socket.send(packet);
    done += 1;
  }
  setTimeout(turn, Math.max(0, Math.ceil(from + done * 20 - performance.now())));
}
turn();

// V8 has compiled what it will compile.
await pause(8000);
const [before, receivedBefore, at] = [process.cpuUsage(), received, performance.now()];
await pause(seconds * 1000);
const { user, system } = process.cpuUsage(before);
const elapsed = (performance.now() - at) / 1000;
const cores = (user + system) / 1e6 / elapsed;
process.send({
  cpuPerCallMinute: (cores / legs) * 60,
  cores,
  receivedPerLegAndSecond: (received - receivedBefore) / elapsed / legs,
});
await pause(100);
process.exit(0);
