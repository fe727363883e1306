/** An engine of ours for one test file, on a short clock. */
import { create, type Engine } from '../../../src/engines/signalling/index.ts';
import { Bench } from '../../contract/wire-bench.ts';

export interface Running {
  readonly engine: Engine;
  readonly bench: Bench;
  readonly log: string[];
  stop(): Promise<void>;
}

export const t1 = 20;

/** The port that UDP was given may be somebody's over TCP, on a busy machine: then another one. */
export async function run(more: object = {}): Promise<Running> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await runOnce(more);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE' || tries === 5) throw error;
    }
  }
}

async function runOnce(more: object): Promise<Running> {
  const at = { address: '127.0.0.1', port: 0 };
  const log: string[] = [];
  const engine = create(
    {
      listen: [
        { transport: 'udp', ...at },
        { transport: 'tcp', ...at },
      ],
      admin: { ...at, secret: 's' },
      timers: { t1, t2: 8 * t1, t4: 10 * t1, d: 64 * t1, graceMs: 50 },
      ...more,
    },
    (level, message, fields) => log.push(`${level} ${message} ${JSON.stringify(fields ?? {})}`),
  );
  const started = await engine.start();
  const port = Number(started.sip[0]?.split(':')[1]);
  const bench = new Bench({
    admin: { ...started.admin, secret: 's' },
    sip: { address: '127.0.0.1', port },
    embedded: true,
    transactionMs: 64 * t1,
    stop: () => engine.stop(),
  });
  return {
    engine,
    bench,
    log,
    async stop() {
      await bench.close();
      await engine.stop();
      const faults = log.filter((line) => line.startsWith('error'));
      if (faults.length > 0) throw new Error(faults.join('\n'));
    },
  };
}
