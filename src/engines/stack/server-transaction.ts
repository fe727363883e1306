/**
 * Drives the two server tables. What must linger after the answer (the state, the last response, a timer) is apart from
 * what the answering side works with, so that the request does not stay in memory for half a minute.
 */
import type { Table } from '../../protocol/machine.ts';
import { Header } from '../../protocol/sip/header-names.ts';
import { stampVia } from '../../protocol/sip/headers/via.ts';
import type { SipMessage } from '../../protocol/sip/message.ts';
import { table as inviteTable } from '../../protocol/sip/transaction/invite-server.ts';
import { table as plainTable } from '../../protocol/sip/transaction/server.ts';
import { type Flow, reliable } from './flow.ts';
import { type Host, Timers } from './transaction-timers.ts';

/** What the answering side may want to be told. Called from socket and timer handlers: must not throw. */
export interface ServerUser {
  /** A final response above 2xx was never acknowledged. */
  onNoAck?(): void;
  onTransportError?(): void;
}

type AnyTable = Table<string, string, string>;

/** The machine itself: what a retransmitted request or an ACK finds. */
export class ServerMachine {
  readonly key: string;
  readonly mergeKey: string | undefined;
  readonly flow: Flow;
  /** What is answered through; undefined once it is. */
  open: ServerTransaction | undefined = undefined;
  user: ServerUser | undefined = undefined;
  state: string;
  private readonly host: Host;
  private readonly table: AnyTable;
  private readonly timers: Timers;
  private readonly invite: boolean;
  private response = '';

  constructor(host: Host, key: string, mergeKey: string | undefined, method: string, flow: Flow) {
    this.host = host;
    this.key = key;
    this.mergeKey = mergeKey;
    this.flow = flow;
    this.invite = method === 'INVITE';
    this.table = (this.invite ? inviteTable : plainTable) as AnyTable;
    this.state = this.invite ? 'proceeding' : 'trying';
    this.timers = new Timers(host, reliable(flow), this);
  }

  /** The request came again: the table decides what to repeat. */
  repeated(): void {
    this.host.count('retransmissions received');
    this.handle('request');
  }

  respond(status: number, text: string): void {
    this.response = text;
    if (status >= 200) this.open = undefined;
    this.handle(this.sendEvent(status));
  }

  /** End without a word. */
  abandon(): void {
    this.timers.stop();
    this.state = 'terminated';
    this.open = undefined;
    this.host.serverEnded(this.key, this.mergeKey);
  }

  handle(event: string): void {
    const row = this.table[this.state]?.[event];
    if (row === undefined) return;
    const before = this.state;
    this.state = row[0];
    for (const effect of row[1]) this.perform(effect);
    if (this.state === 'terminated' && before !== 'terminated') this.host.serverEnded(this.key, this.mergeKey);
    this.timers.fireZero();
  }

  private sendEvent(status: number): string {
    if (status < 200) return 'send 1xx';
    if (!this.invite) return 'send final';
    return status < 300 ? 'send 2xx' : 'send 3xx-6xx';
  }

  /** `pass ACK up` is done by the transaction layer, which has the ACK. */
  private perform(effect: string): void {
    if (this.timers.perform(effect)) return;
    switch (effect) {
      case 'retransmit':
        this.host.count('retransmissions');
        this.transmit();
        break;
      case 'transmit':
        this.transmit();
        break;
      case 'tell user: no ACK':
        this.user?.onNoAck?.();
        break;
      case 'tell user: transport failed':
        this.user?.onTransportError?.();
        break;
    }
  }

  private transmit(): void {
    if (this.response === '' || this.flow.send(this.response)) return;
    setImmediate(() => this.handle('transport error'));
  }
}

/** A request from the network, to be answered. */
export class ServerTransaction {
  readonly request: SipMessage;
  readonly flow: Flow;
  /** First Via value with `received` and `rport` filled in. */
  readonly topVia: string;
  private readonly machine: ServerMachine;

  constructor(machine: ServerMachine, request: SipMessage) {
    this.machine = machine;
    this.request = request;
    this.flow = machine.flow;
    this.topVia = stampVia(
      request.get(Header.via) ?? '',
      request.via,
      machine.flow.remoteAddress,
      machine.flow.remotePort,
    );
    machine.open = this;
  }

  get state(): string {
    return this.machine.state;
  }

  /** May a final response still be sent? */
  get open(): boolean {
    return this.machine.state === 'trying' || this.machine.state === 'proceeding';
  }

  set user(user: ServerUser) {
    this.machine.user = user;
  }

  /** Send a response. False when its transport is gone; the state moves on all the same (RFC 6026 §8.8). */
  respond(status: number, text: string): boolean {
    const { alive } = this.flow;
    this.machine.respond(status, text);
    return alive;
  }

  /** End without a word: what is left when an application never answered. */
  abandon(): void {
    this.machine.abandon();
  }
}
