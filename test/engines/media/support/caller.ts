import { createSocket, type Socket } from 'node:dgram';
import { Header } from '../../../../src/protocol/sip/header-names.ts';
import { parse, type SipMessage } from '../../../../src/protocol/sip/message.ts';
import { Arrivals } from './await-value.ts';

/** The signalling engine, as the media engine sees it: INVITEs of the media library, raw. */
export class Caller {
  readonly messages = new Arrivals<SipMessage>();
  readonly port: number;
  readonly #socket: Socket;
  readonly #to: number;
  #branch = 0;

  private constructor(socket: Socket, to: number) {
    this.#socket = socket;
    this.#to = to;
    this.port = socket.address().port;
    socket.on('message', (packet) => this.#receive(packet.toString('latin1')));
  }

  static async open(to: number): Promise<Caller> {
    const socket = createSocket('udp4');
    await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', () => resolve()));
    return new Caller(socket, to);
  }

  close(): void {
    this.#socket.close();
  }

  /** A new call: the dialog it becomes, or the refusal. */
  async invite(id: string, sdp: string, headers: readonly string[]): Promise<Call> {
    const call = new Call(this, id);
    await call.invite(sdp, headers);
    return call;
  }

  send(method: string, id: string, toTag: string, cseq: number, body: string, headers: readonly string[] = []): void {
    this.#branch += 1;
    const isTyped = headers.some((header) => header.startsWith('Content-Type'));
    const type = body === '' || isTyped ? [] : ['Content-Type: application/sdp'];
    const lines = [
      `${method} sip:drachtio@127.0.0.1:${this.#to} SIP/2.0`,
      `Via: SIP/2.0/UDP 127.0.0.1:${this.port};branch=z9hG4bK${id}${this.#branch};rport`,
      `From: <sip:app@127.0.0.1>;tag=from-${id}`,
      `To: <sip:drachtio@127.0.0.1>${toTag === '' ? '' : `;tag=${toTag}`}`,
      `Call-ID: ${id}`,
      `CSeq: ${cseq} ${method}`,
      `Contact: <sip:app@127.0.0.1:${this.port}>`,
      'Max-Forwards: 70',
      ...headers,
      ...type,
      `Content-Length: ${Buffer.byteLength(body)}`,
    ];
    this.#socket.send(`${lines.join('\r\n')}\r\n\r\n${body}`, this.#to, '127.0.0.1');
  }

  #receive(text: string): void {
    const message = parse(text);
    if (message === undefined) return;
    this.messages.add(message);
    if (message.method !== 'BYE') return;
    const via = message.all(Header.via).map((value) => `Via: ${value}`);
    const copied = [Header.from, Header.to, Header.callId, Header.cseq].map(
      (id, i) => `${['From', 'To', 'Call-ID', 'CSeq'][i]}: ${message.get(id)}`,
    );
    this.#socket.send(
      `${['SIP/2.0 200 OK', ...via, ...copied, 'Content-Length: 0'].join('\r\n')}\r\n\r\n`,
      this.#to,
      '127.0.0.1',
    );
  }
}

/** One dialog with the engine. */
export class Call {
  readonly #caller: Caller;
  readonly #id: string;
  response!: SipMessage;
  #cseq = 0;

  constructor(caller: Caller, id: string) {
    this.#caller = caller;
    this.#id = id;
  }

  get toTag(): string {
    return this.response.to?.params.get('tag') ?? '';
  }

  /** INVITE or re-INVITE; the ACK is left to `ack`, but refusals are acknowledged. */
  async invite(sdp: string, headers: readonly string[] = []): Promise<SipMessage> {
    this.#cseq += 1;
    const cseq = this.#cseq;
    const from = this.#caller.messages.all.length;
    this.#caller.send('INVITE', this.#id, this.response === undefined ? '' : this.toTag, cseq, sdp, headers);
    this.response = await this.#answer('INVITE', cseq, from);
    return this.response;
  }

  ack(sdp = ''): void {
    this.#caller.send('ACK', this.#id, this.toTag, this.#cseq, sdp);
  }

  async request(method: string, body = '', headers: readonly string[] = []): Promise<SipMessage> {
    this.#cseq += 1;
    const from = this.#caller.messages.all.length;
    this.#caller.send(method, this.#id, this.toTag, this.#cseq, body, headers);
    return this.#answer(method, this.#cseq, from);
  }

  bye(): Promise<SipMessage> {
    return this.request('BYE');
  }

  /** When the engine ends the call. */
  byeReceived(): Promise<SipMessage> {
    return this.#caller.messages.next((message) => message.method === 'BYE' && message.callId === this.#id, 'BYE');
  }

  #answer(method: string, cseq: number, from: number): Promise<SipMessage> {
    return this.#caller.messages.next(
      (message) =>
        message.status >= 200 &&
        message.callId === this.#id &&
        message.cseq?.number === cseq &&
        message.cseq.method === method,
      `the answer to ${method}`,
      from,
    );
  }
}
