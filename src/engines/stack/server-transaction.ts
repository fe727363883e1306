/** Drives the two server tables. */
import type { Table } from '../../protocol/machine.ts';
import { Header } from '../../protocol/sip/header-names.ts';
import { stampVia } from '../../protocol/sip/headers/via.ts';
import type { SipMessage } from '../../protocol/sip/message.ts';
import { table as inviteTable } from '../../protocol/sip/transaction/invite-server.ts';
import { table as plainTable } from '../../protocol/sip/transaction/server.ts';
import { type Flow, reliable } from './flow.ts';
import { type Host, Timers } from './transaction-timers.ts';

/** What the answering side is told. Called from socket and timer handlers: must not throw. */
export interface ServerUser {
  /** ACK for a 2xx that matched this transaction by branch (RFC 6026 §7.1), in practice seldom. */
  onAck?(ack: SipMessage, flow: Flow): void;
  /** A final response above 2xx was never acknowledged. */
  onNoAck?(): void;
  onTransportError?(): void;
}

type AnyTable = Table<string, string, string>;

export class ServerTransaction {
  readonly key: string;
  readonly request: SipMessage;
  readonly flow: Flow;
  /** First Via value with `received` and `rport` filled in. */
  readonly topVia: string;
  /** Set when a request without To tag must be told from a copy that came another way (RFC 3261 §8.2.2.2). */
  readonly mergeKey: string | undefined;
  user: ServerUser = {};
  readonly #host: Host;
  readonly #table: AnyTable;
  readonly #timers: Timers;
  state: string;
  #response = '';
  #ack: { readonly message: SipMessage; readonly flow: Flow } | undefined;

  constructor(host: Host, key: string, mergeKey: string | undefined, request: SipMessage, flow: Flow) {
    this.#host = host;
    this.key = key;
    this.mergeKey = mergeKey;
    this.request = request;
    this.flow = flow;
    this.topVia = stampVia(request.get(Header.via) ?? '', flow.remoteAddress, flow.remotePort);
    const invite = request.method === 'INVITE';
    this.#table = (invite ? inviteTable : plainTable) as AnyTable;
    this.state = invite ? 'proceeding' : 'trying';
    this.#timers = new Timers(host, reliable(flow), (event) => this.handle(event));
  }

  /** May a final response still be sent? */
  get open(): boolean {
    return this.state === 'trying' || this.state === 'proceeding';
  }

  /** Send a response. False when its transport is gone; the state moves on all the same (RFC 6026 §8.8). */
  respond(status: number, text: string): boolean {
    this.#response = text;
    if (!this.flow.alive) {
      this.handle(this.#sendEvent(status));
      return false;
    }
    this.handle(this.#sendEvent(status));
    return true;
  }

  /** The request came again: the table decides what to repeat. */
  repeated(): void {
    this.#host.count('retransmissions received');
    this.handle('request');
  }

  acknowledged(message: SipMessage, flow: Flow): void {
    this.#ack = { message, flow };
    this.handle('ack');
    this.#ack = undefined;
  }

  /** End without a word: what is left when an application never answered. */
  abandon(): void {
    this.#timers.stop();
    this.state = 'terminated';
    this.#host.serverEnded(this);
  }

  handle(event: string): void {
    const row = this.#table[this.state]?.[event];
    if (row === undefined) return;
    const before = this.state;
    this.state = row[0];
    for (const effect of row[1]) this.#perform(effect);
    if (this.state === 'terminated' && before !== 'terminated') this.#host.serverEnded(this);
    this.#timers.fireZero();
  }

  #sendEvent(status: number): string {
    if (status < 200) return 'send 1xx';
    if (this.request.method !== 'INVITE') return 'send final';
    return status < 300 ? 'send 2xx' : 'send 3xx-6xx';
  }

  #perform(effect: string): void {
    if (this.#timers.perform(effect)) return;
    switch (effect) {
      case 'retransmit':
        this.#host.count('retransmissions');
        this.#transmit();
        break;
      case 'transmit':
        this.#transmit();
        break;
      case 'pass ACK up':
        if (this.#ack !== undefined) this.user.onAck?.(this.#ack.message, this.#ack.flow);
        break;
      case 'tell user: no ACK':
        this.user.onNoAck?.();
        break;
      case 'tell user: transport failed':
        this.user.onTransportError?.();
        break;
    }
  }

  #transmit(): void {
    if (this.#response === '' || this.flow.send(this.#response)) return;
    setImmediate(() => this.handle('transport error'));
  }
}
