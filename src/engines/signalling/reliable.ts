/** Reliable provisional responses at the answering side (RFC 3262 §3; contract: reliable provisionals). */

import { Header } from '../../protocol/sip/header-names.ts';
import { parseRAck } from '../../protocol/sip/headers/cseq.ts';
import type { SipMessage } from '../../protocol/sip/message.ts';
import { writeResponse } from '../../protocol/sip/write.ts';
import { Repeater } from '../stack/repeater.ts';
import { type Exchange, endLeg, endReceived } from './exchange.ts';
import { lists } from './header-lines.ts';
import type { Received } from './tables.ts';

/** Reliable when the caller demands it, or the application wants it and the caller offers it. */
export function isReliable(invite: SipMessage, applicationWants: boolean): boolean {
  if (lists(invite, Header.require, '100rel')) return true;
  return applicationWants && lists(invite, Header.supported, '100rel');
}

export interface Outgoing {
  readonly status: number;
  /** Number of a reliable provisional; undefined for all else. */
  readonly rseq: number | undefined;
  readonly text: string;
  /** Tell the application, at once. */
  readonly first: () => void;
  /** Put it on the wire. */
  readonly send: () => void;
}

/**
 * Send a response, or keep it until the PRACK for an earlier provisional has come: one reliable provisional at a time
 * (RFC 3262 §3), and no 2xx over an unacknowledged one with an offer in it.
 */
export function holdOrSend(exchange: Exchange, received: Received, outgoing: Outgoing): void {
  outgoing.first();
  const go = (): void => sendNow(exchange, received, outgoing);
  const state = received.reliable;
  const mustWait = outgoing.rseq !== undefined || (outgoing.status >= 200 && outgoing.status < 300);
  if (state?.unacknowledged !== undefined && mustWait) {
    if (state.held.length < 16) state.held.push(go);
    state.decided ||= outgoing.status >= 200;
  } else go();
}

function sendNow(exchange: Exchange, received: Received, { rseq, text, status, send }: Outgoing): void {
  const state = received.reliable;
  if (rseq === undefined || state === undefined) {
    send();
    return;
  }
  exchange.count(`out: ${status}`);
  const repeater = Repeater.provisional(
    exchange.stack.transactions,
    () => received.transaction.respond(status, text),
    () => giveUp(exchange, received),
  );
  state.unacknowledged = { rseq, repeater };
  repeater.handle('send 1xx');
}

/** No PRACK within 64*T1: the INVITE is refused (RFC 3262 §3: SHOULD reject with a 5xx). */
function giveUp(exchange: Exchange, received: Received): void {
  const { transaction, leg } = received;
  const parts = { status: 503, reason: 'Reliable Response Time-Out', toTag: received.toTag, extra: '', body: '' };
  transaction.respond(503, writeResponse(transaction.request, transaction.topVia, parts));
  endReceived(exchange, received);
  if (leg?.dialog.state === 'early') endLeg(exchange, leg);
}

/**
 * A PRACK came. Undefined when it acknowledges nothing that waits; otherwise what to call once the application has
 * been shown it: the next held response goes out then.
 */
export function takePrack(invite: Received | undefined, prack: SipMessage): (() => void) | undefined {
  const state = invite?.reliable;
  const rack = parseRAck(prack.get(Header.rack) ?? '');
  if (invite === undefined || state?.unacknowledged === undefined || rack === undefined) return undefined;
  const { cseq } = invite.transaction.request;
  if (rack.rseq !== state.unacknowledged.rseq || rack.cseq.number !== cseq?.number) return undefined;
  state.unacknowledged.repeater.handle('prack');
  state.unacknowledged = undefined;
  return () => {
    while (state.unacknowledged === undefined) {
      const next = state.held.shift();
      if (next === undefined) return;
      next();
    }
  };
}
