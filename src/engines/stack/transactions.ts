/** The transaction layer: finds the transaction a message belongs to, or begins one (RFC 3261 §17.1.3, §17.2.3). */

import { Header } from '../../protocol/sip/header-names.ts';
import { cookie, stampVia } from '../../protocol/sip/headers/via.ts';
import { type Limits, parse, type SipMessage } from '../../protocol/sip/message.ts';
import { faultOfRequest, faultOfResponse, type Refusal } from '../../protocol/sip/sanity.ts';
import type { TimerValues } from '../../protocol/sip/transaction/timers.ts';
import { type RequestHead, writeResponse } from '../../protocol/sip/write.ts';
import { ClientTransaction, type ClientUser, clientKey } from './client-transaction.ts';
import type { Counter, Flow } from './flow.ts';
import { ServerMachine, ServerTransaction } from './server-transaction.ts';
import type { TimerWheel } from './timer-wheel.ts';
import type { Host } from './transaction-timers.ts';

/** The core above the transactions (RFC 3261 §5: transaction user). None of these may throw. */
export interface Core {
  /**
   * A sane request that began a transaction; ACK and CANCEL go below.
   * Everything about it is answered through `transaction.respond`.
   */
  request(transaction: ServerTransaction): void;
  /** CANCEL with its own transaction, and the INVITE's when one from the same source still waits for its answer. */
  cancel(transaction: ServerTransaction, invite: ServerTransaction | undefined): void;
  /** ACK that ended no transaction: to a 2xx, or a stray. */
  ack(message: SipMessage, flow: Flow): void;
  /** A look at a new request before anything is spent on it. `'drop'`: not even an answer. */
  admit(message: SipMessage, flow: Flow): 'take' | 'drop' | Refusal;
}

export interface TransactionOptions {
  readonly wheel: TimerWheel;
  readonly timers: TimerValues;
  readonly limits: Limits;
  readonly count: Counter;
  readonly maxTransactions: number;
  probe(flow: Flow): void;
}

export class Transactions implements Host {
  readonly wheel: TimerWheel;
  readonly timers: TimerValues;
  readonly count: Counter;
  readonly #options: TransactionOptions;
  readonly #core: Core;
  readonly #clients = new Map<string, ClientTransaction>();
  readonly #servers = new Map<string, ServerMachine>();
  readonly #merges = new Set<string>();
  /** Clients waiting on a connection, to be told when it ends. */
  readonly #waiting = new Map<Flow, Set<ClientTransaction>>();

  constructor(options: TransactionOptions, core: Core) {
    this.#options = options;
    this.#core = core;
    this.wheel = options.wheel;
    this.timers = options.timers;
    this.count = options.count;
  }

  get size(): { readonly client: number; readonly server: number } {
    return { client: this.#clients.size, server: this.#servers.size };
  }

  probe(flow: Flow): void {
    this.#options.probe(flow);
  }

  /** Send a request in a new client transaction. */
  ask(head: RequestHead, text: string, flow: Flow, user: ClientUser): ClientTransaction {
    const transaction = new ClientTransaction(this, head, text, flow, user);
    this.#clients.set(transaction.key, transaction);
    if (flow.transport !== 'udp') {
      const waiting = this.#waiting.get(flow);
      if (waiting === undefined) this.#waiting.set(flow, new Set([transaction]));
      else waiting.add(transaction);
    }
    this.count(`out: ${head.method}`);
    transaction.handle('send');
    return transaction;
  }

  receive(text: string, flow: Flow): void {
    const message = parse(text, this.#options.limits);
    if (message === undefined) {
      this.count('dropped: not SIP');
      return;
    }
    if (message.method === '') this.#response(message, flow);
    else this.#request(message, flow);
  }

  /** The flow ended: whoever waits on it waits in vain. */
  closed(flow: Flow): void {
    const waiting = this.#waiting.get(flow);
    if (waiting === undefined) return;
    this.#waiting.delete(flow);
    for (const transaction of waiting) transaction.handle('transport error');
  }

  /** Nobody listens on this UDP port. */
  refused(address: string, port: number): void {
    for (const transaction of [...this.#clients.values()]) {
      const { flow } = transaction;
      if (flow.transport === 'udp' && flow.remotePort === port && flow.remoteAddress === address)
        if (transaction.state === 'calling' || transaction.state === 'trying') transaction.handle('transport error');
    }
  }

  /** Answer without keeping state (RFC 3261 §8.2.7): the tag is the same for every copy of the request. */
  refuse(message: SipMessage, flow: Flow, refusal: Refusal): void {
    if (message.method === 'ACK' || message.via === undefined || message.get(Header.via) === undefined) return;
    const extra = (refusal.headers ?? []).map((line) => `${line}\r\n`).join('');
    const topVia = stampVia(message.get(Header.via) ?? '', message.via, flow.remoteAddress, flow.remotePort);
    const { status, reason } = refusal;
    this.count(`out: ${status}`);
    flow.send(writeResponse(message, topVia, { status, reason, toTag: constantTag(message), extra, body: '' }));
  }

  clientEnded(key: string, flow: Flow): void {
    const transaction = this.#clients.get(key);
    this.#clients.delete(key);
    if (flow.transport === 'udp' || transaction === undefined) return;
    const waiting = this.#waiting.get(flow);
    if (waiting?.delete(transaction) && waiting.size === 0) this.#waiting.delete(flow);
  }

  serverEnded(key: string, mergeKey: string | undefined): void {
    this.#servers.delete(key);
    if (mergeKey !== undefined) this.#merges.delete(mergeKey);
  }

  stop(): void {
    this.wheel.stop();
    this.#clients.clear();
    this.#servers.clear();
    this.#merges.clear();
    this.#waiting.clear();
  }

  // --- responses -------------------------------------------------------------------------------------------------

  #response(message: SipMessage, flow: Flow): void {
    this.count('in: responses');
    const fault = faultOfResponse(message);
    const branch = message.via?.branch;
    if (fault !== undefined || branch === undefined) {
      this.count('dropped: malformed response');
      return;
    }
    const method = message.cseq?.method ?? '';
    const transaction = this.#clients.get(clientKey(branch, method));
    // RFC 3261 §17.1.3: the method matters too, for a CANCEL shares the branch; §18.1.2: no match, no answer
    if (transaction === undefined || transaction.method !== method) {
      this.count('dropped: stray response');
      return;
    }
    if (flow.remoteAddress !== transaction.flow.remoteAddress) this.count('responses from another address');
    transaction.receive(message);
  }

  // --- requests --------------------------------------------------------------------------------------------------

  #request(message: SipMessage, flow: Flow): void {
    const key = serverKey(message);
    const known = key === undefined ? undefined : this.#servers.get(key);
    if (known !== undefined && message.fault === undefined) {
      this.#again(known, message, flow);
      return;
    }
    this.count(`in: ${knownName(message.method)}`);
    const admitted = this.#core.admit(message, flow);
    if (admitted === 'drop') return;
    const fault = admitted === 'take' ? faultOfRequest(message) : admitted;
    if (fault !== undefined || key === undefined) {
      this.count(`refused: ${fault?.status ?? 400}`);
      this.refuse(message, flow, fault ?? { status: 400, reason: 'Bad Request' });
      return;
    }
    if (message.method === 'ACK') {
      this.#core.ack(message, flow);
      return;
    }
    if (this.#servers.size >= this.#options.maxTransactions) {
      this.refuse(message, flow, { status: 503, reason: 'Service Unavailable', headers: ['Retry-After: 10'] });
      return;
    }
    this.#begin(key, message, flow);
  }

  #again(known: ServerMachine, message: SipMessage, flow: Flow): void {
    if (message.method !== 'ACK') {
      known.repeated();
      return;
    }
    this.count('in: ACK');
    // after a 2xx the ACK is the dialog's, also from elements that use the INVITE's branch for it (RFC 6026 §7.1)
    if (known.state === 'accepted') this.#core.ack(message, flow);
    else known.handle('ack');
  }

  #begin(key: string, message: SipMessage, flow: Flow): void {
    const mergeKey = mergeKeyOf(message);
    // RFC 3261 §8.2.2.2: the same request came by another path while the first is being handled
    if (mergeKey !== undefined && this.#merges.has(mergeKey)) {
      this.count('refused: 482');
      this.refuse(message, flow, { status: 482, reason: 'Loop Detected' });
      return;
    }
    if (mergeKey !== undefined) this.#merges.add(mergeKey);
    const machine = new ServerMachine(this, key, mergeKey, message.method, flow);
    this.#servers.set(key, machine);
    const transaction = new ServerTransaction(machine, message);
    if (message.method === 'CANCEL') this.#cancel(key, transaction);
    else this.#core.request(transaction);
  }

  /** The INVITE a CANCEL speaks of: same branch, and from where the INVITE came (a stranger cancels nothing). */
  #cancel(key: string, cancel: ServerTransaction): void {
    const found = this.#servers.get(`${key.slice(0, -1)}I`);
    const invite = found?.flow.remoteAddress === cancel.flow.remoteAddress ? found : undefined;
    if (invite !== undefined && invite.open === undefined && invite.state !== 'accepted') {
      // RFC 3261 §9.2: refused already, a CANCEL has no effect but its own 200
      this.refuse(cancel.request, cancel.flow, { status: 200, reason: 'OK' });
      cancel.abandon();
    } else this.#core.cancel(cancel, invite?.open);
  }
}

/**
 * RFC 3261 §17.2.3: branch, sent-by and method, ACK counting as INVITE. A branch without the magic cookie, or with
 * nothing behind it, is matched as RFC 2543 did. Undefined when the parts are not there.
 */
function serverKey(message: SipMessage): string | undefined {
  const { via } = message;
  if (via === undefined) return undefined;
  const { method } = message;
  const kind = method === 'INVITE' || method === 'ACK' ? 'I' : method === 'CANCEL' ? 'C' : method;
  const port = via.port === undefined ? '' : `:${via.port}`;
  if (via.branch?.startsWith(cookie) && via.branch.length > cookie.length)
    return `${via.branch}|${via.host}${port}|${kind}`;
  const fromTag = message.from?.params.get('tag') ?? '';
  return `${message.callId}|${fromTag}|${message.cseq?.number ?? ''}|${message.uri}|${via.host}${port}|${kind}`;
}

function mergeKeyOf(message: SipMessage): string | undefined {
  if (message.method === 'CANCEL') return undefined;
  const { toTag, fromTag } = message;
  if (toTag !== undefined) return undefined;
  return fromTag === undefined ? undefined : `${message.callId}|${fromTag}|${message.get(Header.cseq) ?? ''}`;
}

const countable: ReadonlySet<string> = new Set(
  'INVITE ACK BYE CANCEL OPTIONS REGISTER PRACK SUBSCRIBE NOTIFY PUBLISH INFO REFER MESSAGE UPDATE'.split(' '),
);

function knownName(method: string): string {
  return countable.has(method) ? method : 'other methods';
}

/** A tag made of the branch: RFC 3261 §8.2.7 wants it the same for each copy, not secret. */
function constantTag(message: SipMessage): string {
  const text = `${message.via?.branch ?? ''}${message.callId}`;
  let sum = 2166136261;
  for (let i = 0; i < text.length; i += 1) sum = Math.imul(sum ^ text.charCodeAt(i), 16777619) >>> 0;
  return `s${sum.toString(36)}`;
}
