/** The signalling engine: a drachtio-server of our own. `create(options)` runs it in this process. */
import { parse } from '../../protocol/sip/message.ts';
import { newId } from '../stack/chance.ts';
import { Stack } from '../stack/stack.ts';
import type { Core } from '../stack/transactions.ts';
import { Admission } from './admission.ts';
import { Applications } from './applications.ts';
import { Arriving } from './arriving.ts';
import { Commanding } from './commanding.ts';
import type { Exchange } from './exchange.ts';
import { Figures } from './figures.ts';
import { type Log, SignallingOptions } from './options.ts';
import { sessionDue } from './refreshing.ts';
import { RememberedFlows } from './remembered-flows.ts';
import { Legs } from './tables.ts';

export interface Engine {
  /** Bind everything; rejects with the socket's error (EADDRINUSE …) and leaves nothing bound. */
  start(): Promise<{
    readonly admin: { readonly address: string; readonly port: number };
    readonly sip: readonly string[];
  }>;
  stop(): Promise<void>;
  /** Counters and table sizes. After the last call and 35 s every `table: …` figure is zero. */
  figures(): Readonly<Record<string, number>>;
}

/** @throws {ZodError} when the options are not right */
export function create(options: unknown, log: Log = () => undefined): Engine {
  const checked = SignallingOptions.parse(options);
  const figures = new Figures();
  const exchange = putTogether(checked, log, figures);
  const { stack, apps, remembered } = exchange;
  return {
    async start() {
      await stack.start();
      try {
        const admin = await apps.start(checked.admin, new Commanding(exchange), {
          frameBytes: checked.limits.frameBytes ?? 65_536,
          queueBytes: checked.limits.applicationQueueBytes ?? 64 * 1024 * 1024,
          applications: checked.limits.applications ?? 64,
        });
        return { admin, sip: stack.points.map((point) => `${point.transport}/${point.address}:${point.port}`) };
      } catch (error) {
        await stack.stop();
        throw error;
      }
    },
    async stop() {
      await apps.stop();
      remembered.stop();
      await stack.stop();
    },
    figures: () => figures.read(exchange),
  };
}

function putTogether(options: SignallingOptions, log: Log, figures: Figures): Exchange {
  const { t1, t2, t4, d } = options.timers;
  const timers = present({ t1, t2, t4, d });
  const maxHeaders = options.limits.maxHeaders ?? 100;
  let cseq = Math.floor(Date.now() / 2000) % 2 ** 27;
  const late: { arriving?: Arriving } = {};
  const core: Core = {
    request: (transaction) => late.arriving?.request(transaction),
    cancel: (transaction, invite) => late.arriving?.cancel(transaction, invite),
    ack: (message, flow) => late.arriving?.ack(message, flow),
    admit: (message, flow) => late.arriving?.admit(message, flow) ?? 'drop',
  };
  const limits = present({ ...options.limits, maxHeaders });
  const fault = (error: unknown): void => {
    figures.count('faults');
    log('error', 'fault in the signalling engine', {
      stack: error instanceof Error ? (error.stack ?? '') : String(error),
    });
  };
  const stack = new Stack({ listen: options.listen, timers, limits, count: figures.count, fault }, core);
  const exchange: Exchange = {
    options,
    stack,
    apps: new Applications(),
    legs: new Legs(),
    received: new Map(),
    byTransaction: new Map(),
    sent: new Map(),
    remembered: new RememberedFlows(stack.wheel),
    count: figures.count,
    log,
    fault,
    frameId: newId,
    nextCSeq() {
      cseq = (cseq + 1) % 2 ** 31;
      return cseq;
    },
    read: (text) => parse(text, { maxHeaders }),
    sessionDue: (leg) => sessionDue(exchange, leg),
  };
  late.arriving = new Arriving(exchange, new Admission(options, figures.count));
  return exchange;
}

/** Without the members that are undefined, so that they do not overwrite defaults. */
function present<T extends object>(given: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as never;
}
