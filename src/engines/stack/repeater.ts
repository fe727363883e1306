/** Drives the tables for what the core itself repeats until it is acknowledged: a 2xx to INVITE, a reliable 1xx. */
import type { Table } from '../../protocol/machine.ts';
import { table as answerTable } from '../../protocol/sip/transaction/answer.ts';
import { table as reliableTable } from '../../protocol/sip/transaction/reliable.ts';
import { type Host, Timers } from './transaction-timers.ts';

type AnyTable = Table<string, string, string>;

export class Repeater {
  readonly #table: AnyTable;
  readonly #timers: Timers;
  readonly #count: Host['count'];
  readonly #send: () => void;
  readonly #giveUp: () => void;
  state = 'unacknowledged';

  private constructor(
    host: Pick<Host, 'wheel' | 'timers' | 'count'>,
    table: AnyTable,
    send: () => void,
    giveUp: () => void,
  ) {
    this.#table = table;
    this.#count = host.count;
    this.#send = send;
    this.#giveUp = giveUp;
    // RFC 3261 §13.3.1.4: repeated over reliable transports too, for a later hop may be UDP
    this.#timers = new Timers(host, false, this);
  }

  /** Repeats a 2xx until `ack`; `giveUp` after 64*T1. The first copy is sent by the caller's transaction. */
  static answer(host: Pick<Host, 'wheel' | 'timers' | 'count'>, send: () => void, giveUp: () => void): Repeater {
    return new Repeater(host, answerTable as AnyTable, send, giveUp);
  }

  /** Repeats a reliable provisional until `prack`. */
  static provisional(host: Pick<Host, 'wheel' | 'timers' | 'count'>, send: () => void, giveUp: () => void): Repeater {
    return new Repeater(host, reliableTable as AnyTable, send, giveUp);
  }

  get waiting(): boolean {
    return this.state === 'unacknowledged';
  }

  handle(event: string): void {
    const row = this.#table[this.state]?.[event];
    if (row === undefined) return;
    this.state = row[0];
    for (const effect of row[1]) this.#perform(effect);
  }

  #perform(effect: string): void {
    if (this.#timers.perform(effect)) return;
    if (effect === 'retransmit') this.#count('retransmissions');
    if (effect === 'transmit' || effect === 'retransmit') this.#send();
    else this.#giveUp();
  }
}
