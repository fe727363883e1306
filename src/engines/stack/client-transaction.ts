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

/** For requests whose fate interests nobody. */
export const nobody: ClientUser = {
  onResponse: () => undefined,
  onTimeout: () => undefined,
  onTransportError: () => undefined,
};

type AnyTable = Table<string, string, string>;

export class ClientTransaction {
  readonly method: string;
  readonly key: string;
  readonly flow: Flow;
  state = 'initial';
  /** Let go, like head and text, when only retransmissions are left to absorb. */
  private user: ClientUser;
  private head: RequestHead | undefined;
  private text: string;
  private readonly host: Host;
  private readonly table: AnyTable;
  private readonly timers: Timers;
  private response: SipMessage | undefined = undefined;
  private ack = '';
  private probed = false;

  constructor(host: Host, head: RequestHead, text: string, flow: Flow, user: ClientUser) {
    this.host = host;
    this.method = head.method;
    this.key = clientKey(head.branch, head.method);
    this.head = head;
    this.text = text;
    this.flow = flow;
    this.user = user;
    this.table = (head.method === 'INVITE' ? inviteTable : plainTable) as AnyTable;
    this.timers = new Timers(host, reliable(flow), this);
  }

  receive(response: SipMessage): void {
    this.response = response;
    const { status } = response;
    if (status < 200) this.handle('1xx');
    else if (this.method !== 'INVITE') this.handle('final');
    else this.handle(status < 300 ? '2xx' : '3xx-6xx');
    this.response = undefined;
  }

  handle(event: string): void {
    const row = this.table[this.state]?.[event];
    if (row === undefined) return;
    const before = this.state;
    this.state = row[0];
    for (const effect of row[1]) this.perform(effect);
    if (this.state !== before) this.entered();
    this.timers.fireZero();
  }

  private entered(): void {
    if (this.state === 'accepted' || this.state === 'completed' || this.state === 'terminated') {
      this.text = '';
      this.head = undefined;
    }
    if (this.state === 'completed' || this.state === 'terminated') this.user = nobody;
    if (this.state === 'terminated') this.host.clientEnded(this.key, this.flow);
  }

  private perform(effect: string): void {
    if (this.timers.perform(effect)) return;
    switch (effect) {
      case 'transmit':
        this.transmit();
        break;
      case 'retransmit':
        this.host.count('retransmissions');
        this.transmit();
        this.probe();
        break;
      case 'send ACK':
        this.sendAck();
        break;
      case 'pass up':
        if (this.response !== undefined) this.user.onResponse(this.response, this.flow);
        break;
      case 'tell user: timeout':
        this.user.onTimeout();
        break;
      case 'tell user: transport failed':
        this.user.onTransportError();
        break;
    }
  }

  private transmit(): void {
    const failed = (): void => this.handle('transport error');
    if (!this.flow.send(this.text, failed)) setImmediate(failed);
  }

  /** First retransmission: nobody answered for T1. Does anybody listen there at all? */
  private probe(): void {
    if (this.probed || reliable(this.flow)) return;
    this.probed = true;
    this.host.probe(this.flow);
  }

  private sendAck(): void {
    const to = this.response?.get(Header.to);
    if (to !== undefined && this.head !== undefined) this.ack = writeAck(this.head, to);
    if (this.ack !== '') this.flow.send(this.ack);
  }
}

/** A CANCEL shares its INVITE's branch (RFC 3261 §9.1). */
export function clientKey(branch: string, method: string): string {
  return method === 'CANCEL' ? `${branch}C` : branch;
}
