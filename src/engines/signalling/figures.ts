/** Counters for the metrics page, and the sizes of every table. */
import type { Counter } from '../stack/flow.ts';
import type { Exchange } from './exchange.ts';

export class Figures {
  readonly #counters = new Map<string, number>();

  readonly count: Counter = (name, by = 1) => {
    this.#counters.set(name, (this.#counters.get(name) ?? 0) + by);
  };

  /** `table: …` are what is held now; `in: …`, `out: …`, `dropped: …` and the rest only grow. */
  read(exchange: Exchange): Record<string, number> {
    const { stack } = exchange;
    const { client, server } = stack.transactions.size;
    return {
      'table: client transactions': client,
      'table: server transactions': server,
      'table: dialogs': exchange.legs.size,
      'table: requests to applications': exchange.received.size,
      'table: requests of applications': exchange.sent.size,
      'tcp connections': stack.connections,
      'remembered flows': exchange.remembered.size,
      applications: exchange.apps.size,
      'timers armed': stack.wheel.armed,
      ...Object.fromEntries(this.#counters),
    };
  }
}
