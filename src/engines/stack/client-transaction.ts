/** Drives the two client tables: turns their effects into packets and timers. */
import type { Table } from '../../protocol/machine.ts';
import { Header } from '../../protocol/sip/header-names.ts';
import type { SipMessage } from '../../protocol/sip/message.ts';
import { table as plainTable } from '../../protocol/sip/transaction/client.ts';
import { table as inviteTable } from '../../protocol/sip/transaction/invite-client.ts';
import { type RequestHead, writeAck } from '../../protocol/sip/write.ts';
import { type Flow, reliable } from './flow.ts';
import { type Host, Timers } from './transaction-timers.ts';

/** What the owner of a request is told. Called from socket and timer handlers: must not throw. */
export interface ClientUser {
  /** Every response but retransmissions the transaction absorbs; 100 included. */
  onResponse(response: SipMessage, flow: Flow): void;
  /** Timer B or F, or a cancelled INVITE without end: nobody answered. */
  onTimeout(): void;
  onTransportError(): void;
}

type AnyTable = Table<string, string, string>;

export class ClientTransaction {
  readonly head: RequestHead;
  readonly flow: Flow;
  readonly user: ClientUser;
  readonly #text: string;
  readonly #host: Host;
  readonly #table: AnyTable;
  readonly #timers: Timers;
  state = 'initial';
  #response: SipMessage | undefined;
  #ack: string | undefined;
  #probed = false;

  constructor(host: Host, head: RequestHead, text: string, flow: Flow, user: ClientUser) {
    this.#host = host;
    this.head = head;
    this.#text = text;
    this.flow = flow;
    this.user = user;
    this.#table = (head.method === 'INVITE' ? inviteTable : plainTable) as AnyTable;
    this.#timers = new Timers(host, reliable(flow), (event) => this.handle(event));
  }

  get key(): string {
    return this.head.method === 'CANCEL' ? `${this.head.branch}C` : this.head.branch;
  }

  /** True until a final response, a timeout or an error. */
  get pending(): boolean {
    return (
      this.state === 'initial' || this.state === 'calling' || this.state === 'trying' || this.state === 'proceeding'
    );
  }

  receive(response: SipMessage): void {
    this.#response = response;
    const { status } = response;
    if (status < 200) this.handle('1xx');
    else if (this.head.method !== 'INVITE') this.handle('final');
    else this.handle(status < 300 ? '2xx' : '3xx-6xx');
    this.#response = undefined;
  }

  handle(event: string): void {
    const row = this.#table[this.state]?.[event];
    if (row === undefined) return;
    const before = this.state;
    this.state = row[0];
    for (const effect of row[1]) this.#perform(effect);
    if (this.state === 'terminated' && before !== 'terminated') this.#host.clientEnded(this);
    this.#timers.fireZero();
  }

  #perform(effect: string): void {
    if (this.#timers.perform(effect)) return;
    switch (effect) {
      case 'transmit':
        this.#transmit();
        break;
      case 'retransmit':
        this.#host.count('retransmissions');
        this.#transmit();
        this.#probe();
        break;
      case 'send ACK':
        this.#sendAck();
        break;
      case 'pass up':
        if (this.#response !== undefined) this.user.onResponse(this.#response, this.flow);
        break;
      case 'tell user: timeout':
        this.user.onTimeout();
        break;
      case 'tell user: transport failed':
        this.user.onTransportError();
        break;
    }
  }

  #transmit(): void {
    if (!this.flow.send(this.#text)) setImmediate(() => this.handle('transport error'));
  }

  /** First retransmission: nobody answered for T1. Does anybody listen there at all? */
  #probe(): void {
    if (this.#probed || reliable(this.flow)) return;
    this.#probed = true;
    this.#host.probe(this.flow);
  }

  #sendAck(): void {
    const to = this.#response?.get(Header.to);
    if (to !== undefined) this.#ack ??= writeAck(this.head, to);
    if (this.#ack !== undefined) this.flow.send(this.#ack);
  }
}
