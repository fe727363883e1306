/** What comes from the network (contract: requests from the network): the core above the transaction layer. */

import type { SipMessage } from '../../protocol/sip/message.ts';
import { isKnownMethod, methods } from '../../protocol/sip/methods.ts';
import { faultOfSessionBody, type Refusal } from '../../protocol/sip/sanity.ts';
import { newTag } from '../stack/chance.ts';
import type { Flow } from '../stack/flow.ts';
import type { ServerTransaction } from '../stack/server-transaction.ts';
import type { Core } from '../stack/transactions.ts';
import type { Admission } from './admission.ts';
import type { Application } from './application.ts';
import { arriveWithin, takeAck } from './arriving-within.ts';
import { deliverNotice, deliverRequest } from './deliver.ts';
import { type Exchange, endLeg, endReceived } from './exchange.ts';
import { receive, refuse, respond } from './receiving.ts';
import type { Leg } from './tables.ts';

/** Answered 481 when their To tag matches no dialog; other methods are taken as new requests then. */
const needDialog: ReadonlySet<string> = new Set(['INVITE', 'BYE', 'UPDATE', 'PRACK', 'REFER']);

export class Arriving implements Core {
  readonly #exchange: Exchange;
  readonly #admission: Admission;

  constructor(exchange: Exchange, admission: Admission) {
    this.#exchange = exchange;
    this.#admission = admission;
  }

  admit(message: SipMessage, flow: Flow): 'take' | 'drop' | Refusal {
    return this.#admission.judge(message, flow);
  }

  request(transaction: ServerTransaction): void {
    const { request } = transaction;
    const { toTag } = request;
    if (toTag !== undefined) {
      const leg = this.#exchange.legs.find(request.callId, toTag, request.fromTag);
      if (leg !== undefined) {
        arriveWithin(this.#exchange, leg, transaction);
        return;
      }
      if (needDialog.has(request.method)) {
        refuse(transaction, 481, 'Call/Transaction Does Not Exist');
        return;
      }
    }
    this.#fresh(transaction);
  }

  ack(message: SipMessage, flow: Flow): void {
    takeAck(this.#exchange, message, flow);
  }

  /** RFC 3261 §9.2: 200 to the CANCEL, 487 to what it cancels, unless that is decided already. */
  cancel(transaction: ServerTransaction, invite: ServerTransaction | undefined): void {
    const exchange = this.#exchange;
    if (invite === undefined) {
      refuse(transaction, 481, 'Call/Transaction Does Not Exist');
      return;
    }
    const received = exchange.byTransaction.get(invite);
    const toTag = received?.toTag ?? newTag();
    respond(transaction, 200, 'OK', toTag);
    respond(invite, 487, 'Request Terminated', toTag);
    if (received === undefined) return;
    endReceived(exchange, received);
    const notice = { message: transaction.request, topVia: transaction.topVia, flow: transaction.flow };
    const leg = received.leg ?? legless(received.app);
    deliverNotice(exchange, leg, { ...notice, transactionId: received.id });
    if (received.leg?.dialog.state === 'early') endLeg(exchange, received.leg);
  }

  /** A request outside any dialog. */
  #fresh(transaction: ServerTransaction): void {
    const { request } = transaction;
    const refusal = this.#refusalOf(request);
    if (refusal !== undefined) {
      refuse(transaction, refusal.status, refusal.reason, refusal.headers);
      return;
    }
    const app = this.#exchange.apps.next(request.method);
    if (app === undefined) {
      this.#unwanted(transaction);
      return;
    }
    if (request.method === 'INVITE') respond(transaction, 100, 'Trying', undefined);
    const { unansweredMs } = this.#exchange.options.timers;
    const patience = unansweredMs ?? 128 * this.#exchange.stack.timers.t1;
    deliverRequest(this.#exchange, receive(this.#exchange, transaction, app, undefined, patience), '', true);
  }

  #refusalOf(request: SipMessage): Refusal | undefined {
    if (!isKnownMethod(request.method) || request.method === 'PRACK')
      return { status: 501, reason: 'Not Implemented', headers: [`Allow: ${methods.join(', ')}`] };
    if (request.method === 'BYE' || request.method === 'UPDATE')
      return { status: 481, reason: 'Call/Transaction Does Not Exist' };
    return request.method === 'INVITE' ? faultOfSessionBody(request) : undefined;
  }

  /** No application asked for this method. */
  #unwanted(transaction: ServerTransaction): void {
    if (transaction.request.method === 'REFER') {
      refuse(transaction, 603, 'Decline');
      return;
    }
    this.#exchange.log('warn', 'no application for a request', { method: transaction.request.method });
    refuse(transaction, 503, 'Service Unavailable');
  }
}

/** Enough of a leg to address an application that has no dialog yet. */
function legless(app: Application): Leg {
  return { id: '', app, stamp: -1, told: -1 } as Leg;
}
