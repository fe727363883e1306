import { Dialog } from '../../protocol/sip/dialog.ts';
import { Header } from '../../protocol/sip/header-names.ts';
import type { SipMessage } from '../../protocol/sip/message.ts';
import { type RequestParts, recordRouteLines, writeRequest, writeResponse } from '../../protocol/sip/write.ts';
import { newBranch, newTag } from '../stack/chance.ts';
import { Repeater } from '../stack/repeater.ts';
import type { ServerTransaction } from '../stack/server-transaction.ts';
import type { Transactions } from '../stack/transactions.ts';
import { type HangupCause, reasonHeader } from './hangup-cause.ts';
import type { Leg, SipHalf } from './leg.ts';
import type { SipSession } from './sip-session.ts';

const ALLOW = 'Allow: INVITE, ACK, BYE, CANCEL, OPTIONS, INFO\r\n';

/** The SIP side of one leg: the dialog, the 2xx until it is acknowledged, the BYE. */
export class SipLeg implements SipHalf {
  readonly dialog: Dialog;
  readonly leg: Leg;
  readonly session: SipSession;
  readonly #invite: ServerTransaction;
  readonly #transactions: Transactions;
  /** Called once, when the ACK to the first 2xx has come. */
  readonly #onFirstAck: () => void;
  #answering: Repeater | undefined;
  #answeringCSeq = 0;
  #isAcknowledged = false;
  #isOver = false;

  constructor(
    leg: Leg,
    session: SipSession,
    invite: ServerTransaction,
    transactions: Transactions,
    onFirstAck: () => void,
  ) {
    this.leg = leg;
    this.session = session;
    this.#invite = invite;
    this.#transactions = transactions;
    this.#onFirstAck = onFirstAck;
    this.dialog = Dialog.answering(invite.request, newTag(), 1);
  }

  get key(): string {
    return legKey(this.dialog.callId, this.dialog.localTag);
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Is our last 2xx still on its way? A new offer must wait for its ACK. */
  get awaitsAck(): boolean {
    return this.#answering?.waiting === true;
  }

  /** Sends a 2xx with a description, again and again until it is acknowledged (RFC 3261 §13.3.1.4). */
  accept(transaction: ServerTransaction, sdp: string): void {
    const { request } = transaction;
    this.dialog.state = 'confirmed';
    this.dialog.refreshTarget(request);
    const text = writeResponse(request, transaction.topVia, {
      status: 200,
      reason: 'OK',
      toTag: this.dialog.localTag,
      extra: `${recordRouteLines(request)}Contact: ${this.#contact()}\r\n${ALLOW}Content-Type: application/sdp\r\n`,
      body: sdp,
    });
    this.#answeringCSeq = request.cseq?.number ?? 0;
    this.#answering = Repeater.answer(
      this.#transactions,
      () => transaction.respond(200, text),
      () => this.leg.hangup('RECOVERY_ON_TIMER_EXPIRE', 'engine'),
    );
    this.#answering.handle('send 2xx');
  }

  /** An ACK of this dialog. */
  acknowledge(ack: SipMessage): void {
    if (ack.cseq?.number !== this.#answeringCSeq || this.#answering?.waiting !== true) return;
    this.#answering.handle('ack');
    const problem = this.session.awaitsAnswer ? this.session.takeAnswer(ack.body) : undefined;
    if (problem !== undefined) {
      this.leg.world.log('info', 'no media', { leg: this.leg.uuid, because: problem });
      this.leg.hangup('NORMAL_TEMPORARY_FAILURE', 'engine');
      return;
    }
    if (this.#isAcknowledged) return;
    this.#isAcknowledged = true;
    this.#onFirstAck();
  }

  /** The peer has said BYE: nothing more is sent. */
  over(): void {
    this.#isOver = true;
    this.#answering?.handle('dialog ended');
  }

  end(cause: HangupCause): void {
    if (this.#isOver) return;
    this.over();
    if (this.dialog.state === 'confirmed') this.#sendBye(cause);
    else this.#refuse();
  }

  #sendBye(cause: HangupCause): void {
    const { dialog } = this;
    const { flow } = this.#invite;
    const { uri, routes } = dialog.target();
    const branch = newBranch();
    const { advertisedAddress, advertisedPort, transport } = flow.point;
    const parts: RequestParts = {
      method: 'BYE',
      uri,
      routes,
      via: `SIP/2.0/${transport.toUpperCase()} ${advertisedAddress}:${advertisedPort};branch=${branch};rport`,
      branch,
      from: dialog.local,
      to: dialog.remote,
      callId: dialog.callId,
      cseq: dialog.localSeq,
      maxForwards: '70',
      contact: undefined,
      contentType: undefined,
      extra: reasonHeader(cause),
      body: '',
    };
    const nothing = () => undefined;
    this.#transactions.ask(parts, writeRequest(parts), flow, {
      onResponse: nothing,
      onTimeout: nothing,
      onTransportError: nothing,
    });
  }

  /** The INVITE was cancelled, or could not be served, before it was answered. */
  #refuse(): void {
    if (!this.#invite.open) return;
    const { request, topVia } = this.#invite;
    const parts = { status: 487, reason: 'Request Terminated', toTag: this.dialog.localTag, extra: '', body: '' };
    this.#invite.respond(487, writeResponse(request, topVia, parts));
  }

  #contact(): string {
    const { advertisedAddress, advertisedPort } = this.#invite.flow.point;
    return `<sip:mod_sofia@${advertisedAddress}:${advertisedPort}>`;
  }
}

export function legKey(callId: string, localTag: string): string {
  return `${callId} ${localTag}`;
}

/** The tag with which a request names our end of a dialog. */
export function toTagOf(request: SipMessage): string | undefined {
  return request.to?.params.get('tag');
}

/** The value of a header by its name, without case; for those that are not in the registry. */
export function headerNamed(request: SipMessage, name: string): string | undefined {
  const wanted = name.toLowerCase();
  const at = request.ids.findIndex(
    (id, i) => id === Header.unknown && request.nameAt(i).trim().toLowerCase() === wanted,
  );
  return at === -1 ? undefined : request.valueAt(at);
}
