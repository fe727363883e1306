/** Requests from the network that an application has to answer: entered in the books, answered by us when it does not. */
import { writeResponse } from '../../protocol/sip/write.ts';
import { newId, newTag } from '../stack/chance.ts';
import type { ServerTransaction } from '../stack/server-transaction.ts';
import { Timer } from '../stack/timer-wheel.ts';
import type { Application } from './application.ts';
import { type Exchange, endLeg, endReceived } from './exchange.ts';
import type { Leg, Received } from './tables.ts';

/** Enter a request and start the clock of whoever must answer it. */
export function receive(
  exchange: Exchange,
  transaction: ServerTransaction,
  app: Application,
  leg: Leg | undefined,
  patienceMs: number,
): Received {
  const received: Received = {
    id: newId(),
    transaction,
    app,
    leg,
    answerDialogId: '',
    toTag: undefined,
    patience: new Timer(() => unanswered(exchange, received)),
    reliable: undefined,
  };
  exchange.received.set(received.id, received);
  exchange.byTransaction.set(transaction, received);
  exchange.stack.wheel.arm(received.patience, patienceMs);
  return received;
}

/** The application said nothing: the peer is told so (contract: 500, INVITE 480), and the log. */
function unanswered(exchange: Exchange, received: Received): void {
  const { method } = received.transaction.request;
  exchange.log('warn', 'application did not answer', { method });
  exchange.count('unanswered by the application');
  if (method === 'INVITE') giveAnswer(exchange, received, 480, 'Temporarily Unavailable');
  else giveAnswer(exchange, received, 500, 'Server Internal Error');
}

/** The engine answers for the application, with a final response that is no 2xx. */
export function giveAnswer(exchange: Exchange, received: Received, status: number, reason: string): void {
  endReceived(exchange, received);
  respond(received.transaction, status, reason, received.toTag ?? newTag());
  if (received.leg?.dialog.state === 'early') endLeg(exchange, received.leg);
}

export function respond(
  transaction: ServerTransaction,
  status: number,
  reason: string,
  toTag: string | undefined,
  extra = '',
): void {
  const parts = { status, reason, toTag, extra, body: '' };
  transaction.respond(status, writeResponse(transaction.request, transaction.topVia, parts));
}

export function refuse(
  transaction: ServerTransaction,
  status: number,
  reason: string,
  headers: readonly string[] = [],
): void {
  respond(transaction, status, reason, newTag(), headers.map((line) => `${line}\r\n`).join(''));
}
