/**
 * Runs the wire contract: always against our engine, and against a real drachtio-server on loopback when
 * BEFFROI_WIRE=adminAddress:adminPort:secret:sipAddress:sipPort[:webSocketPort] names one.
 */
import { create } from '../../src/engines/signalling/index.ts';
import { wireContract } from './wire.ts';
import type { UnderTest } from './wire-bench.ts';

/** T1 of ours: 64*T1 is then 1.3 s instead of 32 s. */
const t1 = 20;

wireContract('the embedded signalling engine', async (): Promise<UnderTest> => {
  const at = { address: '127.0.0.1', port: 0 };
  const faults: string[] = [];
  const options = {
    listen: [
      { transport: 'udp', ...at },
      { transport: 'tcp', ...at },
      { transport: 'ws', ...at },
    ],
    admin: { ...at, secret: 'loopback only' },
    timers: { t1, t2: 8 * t1, t4: 10 * t1, d: 64 * t1, graceMs: 100, sessionSecondMs: 20 },
  };
  const engine = create(options, (level, message, fields) => {
    if (level === 'error') faults.push(`${message} ${JSON.stringify(fields ?? {})}`);
  });
  const started = await engine.start();
  const portOf = (index: number): number => Number(started.sip[index]?.split(':')[1]);
  return {
    admin: { ...started.admin, secret: 'loopback only' },
    sip: { address: '127.0.0.1', port: portOf(0) },
    web: { address: '127.0.0.1', port: portOf(2) },
    embedded: true,
    transactionMs: 64 * t1,
    async stop() {
      await engine.stop();
      if (faults.length > 0) throw new Error(faults.join('\n'));
    },
  };
});

const { BEFFROI_WIRE } = process.env;
if (BEFFROI_WIRE !== undefined) {
  const [address = '', port = '', secret = '', sipAddress = '', sipPort = '5060', webPort] = BEFFROI_WIRE.split(':');
  wireContract(`a real server at ${address}:${port}`, async () => ({
    admin: { address, port: Number(port), secret },
    sip: { address: sipAddress, port: Number(sipPort) },
    web: webPort === undefined ? undefined : { address: sipAddress, port: Number(webPort) },
    embedded: false,
    transactionMs: 32_000,
    stop: async () => undefined,
  }));
}
