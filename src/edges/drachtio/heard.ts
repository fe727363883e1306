import { Header, headerId, headerNames } from '../../protocol/sip/header-names.ts';
import type { SipMessage as Parsed } from '../../protocol/sip/message.ts';
import type { SipMessage, SipRequest, SipResponse, Written } from './srf.ts';

/** Where a frame said that its message came from: the fields of its leader line, in the order of the wire. */
export type Leader = readonly string[];

/** A message that the engine told us of. Its text is a byte string; what is read of it is text again. */
class Heard implements SipMessage {
  readonly source: 'network' | 'application';
  readonly source_address: string;
  readonly source_port: number;
  readonly protocol: string;
  readonly transactionId: string;
  readonly stackDialogId: string;
  readonly socket: unknown;
  protected readonly sip: Parsed;

  constructor(sip: Parsed, leader: Leader, socket: unknown) {
    this.sip = sip;
    this.source = leader[2] === 'application' ? 'application' : 'network';
    this.protocol = leader[4] ?? '';
    this.source_address = leader[5] ?? '';
    this.source_port = Number(leader[6]) || 5060;
    this.transactionId = leader[8] ?? '';
    this.stackDialogId = leader[9] ?? '';
    this.socket = socket;
  }

  get body(): string {
    return readable(this.sip.body);
  }

  header(name: string): string | undefined {
    const { sip } = this;
    const id = headerId(name, 0, name.length);
    const first = id === 0 ? -1 : sip.ids.indexOf(id);
    if (id === 0) return this.#unregistered(name.toLowerCase());
    if (first < 0) return undefined;
    const again = sip.ids.indexOf(id, first + 1) >= 0;
    return readable(again ? (sip.joined(id) ?? '') : sip.valueAt(first));
  }

  #unregistered(lower: string): string | undefined {
    const { sip } = this;
    let found: string | undefined;
    for (let at = 0; at < sip.ids.length; at += 1) {
      if (sip.ids[at] !== 0 || sip.nameAt(at).toLowerCase() !== lower) continue;
      found = found === undefined ? sip.valueAt(at) : `${found},${sip.valueAt(at)}`;
    }
    return found === undefined ? undefined : readable(found);
  }
}

/** Takes the answer to a request back to the engine. */
export interface Answering {
  answer(req: HeardRequest, status: number, answer: Written, sent?: (error: unknown) => void): void;
}

/** A request of the far end, or the BYE that the engine sends on its own; and the place where it is answered. */
export class HeardRequest extends Heard implements SipRequest, SipResponse {
  /** Our last answer; 0 before the first. */
  status = 0;
  readonly #answering: Answering;
  #cancelled: ((cancel: SipMessage) => void) | undefined;
  #updated: ((req: SipRequest, res: SipResponse) => void) | undefined;

  constructor(sip: Parsed, leader: Leader, socket: unknown, answering: Answering) {
    super(sip, leader, socket);
    this.#answering = answering;
  }

  get method(): string {
    return this.sip.method;
  }

  get uri(): string {
    return readable(this.sip.uri);
  }

  send(status: number, answer: Written, sent?: (error: unknown) => void): void {
    if (this.status >= 200) {
      sent?.(new Error('it was answered already'));
      return;
    }
    this.status = status;
    this.#answering.answer(this, status, answer, sent);
  }

  whenCancelled(listener: (cancel: SipMessage) => void): void {
    this.#cancelled = listener;
  }

  whenUpdated(listener: (req: SipRequest, res: SipResponse) => void): void {
    this.#updated = listener;
  }

  cancelled(cancel: SipMessage): void {
    this.#cancelled?.(cancel);
  }

  /** False when nobody wants to know. */
  updated(update: HeardRequest): boolean {
    this.#updated?.(update, update);
    return this.#updated !== undefined;
  }

  /** Call-ID, CSeq, From and To as they came, for an engine that reads them in the answer. */
  get echo(): string {
    const { sip } = this;
    let lines = '';
    for (const id of [Header.callId, Header.cseq, Header.from, Header.to])
      lines += `${headerNames[id]}: ${sip.get(id) ?? ''}\r\n`;
    return lines;
  }
}

/** A response to a request of ours. */
export class HeardResponse extends Heard implements SipResponse {
  get status(): number {
    return this.sip.status;
  }

  /** Nothing is sent back through a response. */
  send(): void {}
}

/** Bytes as text: UTF-8 where it is not plain ASCII (RFC 3261 §7). */
export function readable(bytes: string): string {
  return beyondAscii.test(bytes) ? Buffer.from(bytes, 'latin1').toString('utf8') : bytes;
}

/** Text as bytes, one character each. */
export function byteString(text: string): string {
  return beyondAscii.test(text) ? Buffer.from(text, 'utf8').toString('latin1') : text;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: it is about everything that is not ASCII
const beyondAscii = /[^\u0000-\u007f]/;
