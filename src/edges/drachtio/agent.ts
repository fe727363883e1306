import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { Roster } from '../../domain/roster.ts';
import { findFrame, writeFrame } from '../../protocol/drachtio/frame.ts';
import { type SipMessage as Parsed, parse } from '../../protocol/sip/message.ts';
import { reasonPhrase } from '../../protocol/sip/reasons.ts';
import { type Answering, byteString, HeardRequest, HeardResponse, type Leader, readable } from './heard.ts';
import type { Ack, Reactions, Sender, SipRequest, SipResponse, Written, WrittenRequest } from './srf.ts';

export interface AgentOptions {
  readonly handle: (req: SipRequest, res: SipResponse) => void;
  /** Is it a dialog of ours? A request in any other belongs to the library. */
  readonly owns: (dialogId: string) => boolean;
  /** A frame that is none of ours. */
  readonly pass: (socket: Socket, frame: string) => void;
  /** Something threw while a frame was handled, or a frame could not be read. */
  readonly alarm: (error: unknown) => void;
}

/** A request of ours, from the engine's word that it went out to its final response. */
interface Asked {
  readonly method: string;
  readonly uri: string;
  readonly on: Reactions;
  readonly socket: Socket;
  /** The dialog it began, once a response has named it. */
  dialogId: string;
}

/** The id of a frame that begins so asks our own engine to be silent when all is well. A drachtio-server answers all the same. */
const quietMark = '!';
const headersAtMost = { maxHeaders: 200 };

/**
 * Reads what the engine says about calls, and says what we want of it, in frames of the admin wire. The connection itself
 * is the library's. Everything is told synchronously, in the order of the frames.
 */
export class Agent implements Sender, Answering {
  readonly #options: AgentOptions;
  readonly #idPrefix = randomBytes(6).toString('base64url');
  #ids = 0;
  #socket: Socket | undefined;
  #isQuiet = false;
  #rest: Buffer = nothing;
  /** What goes out at the end of this turn of the loop, in one write. */
  #outgoing = '';
  /** By the id of the frame: who waits for the engine's answer. */
  readonly #waiting = new Roster<(error: Error | undefined, leader: Leader) => void>();
  /** By transaction: our requests without a final response. */
  readonly #asked = new Roster<Asked>();
  /** By transaction: INVITEs of the far end without a final answer. */
  readonly #invites = new Roster<HeardRequest>();

  constructor(options: AgentOptions) {
    this.#options = options;
  }

  /** A connection stands: its frames are read here from now on. */
  connected(socket: Socket): void {
    this.forget();
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.removeAllListeners('data');
    socket.on('data', (chunk: Buffer) => this.#read(socket, chunk));
  }

  /** The engine has told its version: ours may be told to be quiet. */
  letIn(version: string | undefined): void {
    this.#isQuiet = version?.endsWith('-beffroi') === true;
  }

  /** Nothing that was under way will be told of any more. */
  forget(): void {
    this.#socket = undefined;
    this.#isQuiet = false;
    this.#rest = nothing;
    this.#outgoing = '';
    for (const table of [this.#waiting, this.#asked, this.#invites]) table.clear();
  }

  send(request: WrittenRequest, on: Reactions): void {
    const { method, uri, dialog } = request;
    const socket = this.#socket;
    if (socket === undefined || socket.destroyed || (dialog !== undefined && dialog.socket !== socket))
      throw new Error('there is no connection to the signalling engine');
    const route = request.proxy === undefined ? '' : `|${request.proxy}`;
    const id = this.#write(`sip||${dialog?.id ?? ''}${route}`, `${method} ${uri} SIP/2.0`, request);
    const asked: Asked = { method, uri, on, socket, dialogId: '' };
    const began = (transactionId: string): void => {
      this.#asked.set(transactionId, asked);
      on.sent?.({ cancel: (headers) => this.#cancel(asked, transactionId, headers) });
    };
    const isQuiet = isQuietId(id);
    this.#waiting.set(id, (error, leader) => {
      if (error !== undefined) {
        this.#asked.delete(id);
        on.failed(error);
      } else if (!isQuiet) began(leader[10] ?? '');
    });
    // Our own engine calls the transaction by the frame's id, and says nothing unless it refuses.
    if (isQuiet) began(id);
  }

  answer(req: HeardRequest, status: number, answer: Written, sent?: (error: unknown) => void): void {
    const isFinal = status >= 200;
    if (isFinal) this.#invites.delete(req.transactionId);
    if (req.source === 'application') return;
    if (req.socket !== this.#socket || this.#socket?.destroyed !== false) {
      sent?.(new Error('there is no connection to the signalling engine'));
      return;
    }
    const line = `SIP/2.0 ${status} ${answer.reason ?? reasonPhrase(status)}`;
    const headers = this.#isQuiet ? answer.headers : readable(req.echo) + answer.headers;
    const id = this.#write(`sip|${req.transactionId}|`, line, { ...answer, headers });
    if (sent === undefined) return;
    // Of all answers our own engine confirms the one that begins a conversation.
    if (!isQuietId(id) || (req.method === 'INVITE' && status >= 200 && status < 300)) this.#waiting.set(id, sent);
    else sent(undefined);
  }

  #cancel({ uri, socket }: Asked, transactionId: string, headers: string): void {
    if (socket === this.#socket) this.#write(`sip|${transactionId}|`, `CANCEL ${uri} SIP/2.0`, { headers });
  }

  /** ACK, or PRACK for a reliable provisional response: for the dialog that the response belongs to. */
  #acknowledge(method: 'ACK' | 'PRACK', { uri, socket }: Asked, dialogId: string, written: Written): void {
    if (socket === this.#socket) this.#write(`sip||${dialogId}`, `${method} ${uri} SIP/2.0`, written);
  }

  /** Returns the frame's id. */
  #write(leader: string, startLine: string, { headers, body }: Written): string {
    this.#ids += 1;
    const id = (this.#isQuiet ? quietMark : '') + this.#idPrefix + this.#ids.toString(36);
    const content = body === undefined ? '' : byteString(body);
    const head = byteString(`${id}|${leader}\r\n${startLine}\r\n${headers}`);
    if (this.#outgoing === '') setImmediate(this.#flush);
    this.#outgoing += writeFrame(`${head}Content-Length: ${content.length}\r\n\r\n${content}`);
    return id;
  }

  readonly #flush = (): void => {
    const bytes = this.#outgoing;
    this.#outgoing = '';
    if (bytes !== '' && this.#socket?.destroyed === false) this.#socket.write(bytes, 'latin1');
  };

  #read(socket: Socket, chunk: Buffer): void {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    let at = 0;
    while (socket === this.#socket && !socket.destroyed) {
      const found = findFrame(bytes, at);
      if (found === 'more') break;
      if (found === 'malformed') {
        this.#options.alarm(new Error('a frame of the signalling engine has no length'));
        socket.destroy();
        return;
      }
      at = found.end;
      try {
        this.#frame(socket, bytes.toString('latin1', found.start, found.end));
      } catch (error) {
        this.#options.alarm(error);
      }
    }
    this.#rest = at === bytes.length ? nothing : bytes.subarray(at);
  }

  #frame(socket: Socket, frame: string): void {
    const end = frame.indexOf('\r\n');
    const leader = (end < 0 ? frame : frame.slice(0, end)).split('|');
    const isOurs =
      leader[1] === 'response' ? this.#answered(leader) : leader[1] === 'sip' && this.#told(socket, leader, frame, end);
    if (!isOurs) this.#options.pass(socket, readable(frame));
  }

  #answered(leader: Leader): boolean {
    const [, , reference = '', word] = leader;
    if (!reference.startsWith(this.#idPrefix, isQuietId(reference) ? 1 : 0)) return false;
    const waiting = this.#waiting.get(reference);
    this.#waiting.delete(reference);
    waiting?.(word === 'OK' ? undefined : new Error(readable(leader[4] ?? 'refused')), leader);
    return true;
  }

  /** A SIP message. True when it was for us. */
  #told(socket: Socket, leader: Leader, frame: string, end: number): boolean {
    const [, , source, , , , , , transactionId = '', dialogId] = leader;
    if (dialogId === undefined || end < 0) return true;
    const asked = this.#asked.get(transactionId);
    const isResponse = frame.startsWith('SIP/2.0 ', end + 2);
    if (isResponse ? asked === undefined : dialogId !== '' && !this.#isForUs(transactionId, dialogId)) return false;
    const sip = parse(frame.slice(end + 2), headersAtMost);
    if (sip === undefined) throw new Error('a message of the signalling engine cannot be read');
    if (sip.method !== '') this.#request(new HeardRequest(sip, leader, socket, this), sip.method);
    else if (source === 'network' && asked !== undefined) this.#response(asked, transactionId, sip, leader);
    return true;
  }

  #isForUs(transactionId: string, dialogId: string): boolean {
    if (this.#invites.has(transactionId) || this.#options.owns(dialogId)) return true;
    for (const asked of this.#asked.values()) if (asked.dialogId === dialogId) return true;
    return false;
  }

  #request(req: HeardRequest, method: string): void {
    if (method === 'CANCEL') {
      const invite = this.#invites.get(req.transactionId);
      this.#invites.delete(req.transactionId);
      invite?.cancelled(req);
      return;
    }
    if (method === 'UPDATE' && this.#updated(req)) return;
    if (method === 'INVITE') this.#invites.set(req.transactionId, req);
    this.#options.handle(req, req);
  }

  /** An UPDATE while an INVITE of the same dialog has no final answer is told to whoever minds that INVITE. */
  #updated(req: HeardRequest): boolean {
    for (const invite of this.#invites.values()) {
      if (invite.header('call-id') !== req.header('call-id')) continue;
      if (!invite.updated(req)) req.send(500, { headers: 'Retry-After: 5\r\n' });
      return true;
    }
    for (const { dialogId, on } of this.#asked.values()) {
      if (dialogId !== req.stackDialogId || on.update === undefined) continue;
      on.update(req, req);
      return true;
    }
    return false;
  }

  #response(asked: Asked, transactionId: string, sip: Parsed, leader: Leader): void {
    const res = new HeardResponse(sip, leader, asked.socket);
    if (sip.status >= 200) {
      this.#asked.delete(transactionId);
      this.#waiting.delete(transactionId);
    }
    asked.dialogId = res.stackDialogId;
    asked.on.response?.(res, this.#ackOf(asked, res));
  }

  #ackOf(asked: Asked, res: HeardResponse): Ack {
    const dialogId = res.stackDialogId;
    if (res.status >= 200)
      return asked.method !== 'INVITE'
        ? unneeded
        : (more) => this.#acknowledge('ACK', asked, dialogId, { headers: '', ...more });
    const rseq = res.header('rseq');
    if (rseq === undefined) return unneeded;
    const headers = `RAck: ${rseq} ${res.header('cseq') ?? ''}\r\n`;
    return () => this.#acknowledge('PRACK', asked, dialogId, { headers });
  }
}

function isQuietId(id: string): boolean {
  return id.startsWith(quietMark);
}

const nothing: Buffer = Buffer.alloc(0);
const unneeded: Ack = () => undefined;
