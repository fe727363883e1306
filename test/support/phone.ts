import { createHash, randomBytes } from 'node:crypto';
import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { connect, type Socket as TcpSocket } from 'node:net';
import WebSocket from 'ws';
import { digestResponse, ha1, parseChallenges, writeCredentials } from '../../src/protocol/sip/digest.ts';

/** A SIP message as it was received: nothing is interpreted but what a script asks for. */
export interface Message {
  readonly start: string;
  readonly method: string | undefined;
  readonly status: number | undefined;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
  /** The first header of that name, in any spelling. */
  get(name: string): string | undefined;
  all(name: string): readonly string[];
}

export interface Where {
  readonly address: string;
  readonly port: number;
}

export interface PhoneOptions {
  readonly server: Where;
  /** Where it sits (UDP); a free port on loopback, unless given. */
  readonly at?: Where;
  readonly transport?: 'udp' | 'tcp' | 'ws';
  readonly user?: string;
  readonly password?: string;
  readonly realm?: string;
  readonly algorithm?: 'MD5' | 'SHA-256';
}

export const sdp = (port: number, more = ''): string =>
  `v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio ${port} RTP/AVP 8 101\r\na=rtpmap:8 PCMA/8000\r\n${more}`;

/** Headers beside the usual ones, or in their place; an empty one is left out. `{tag}` is the dialog's own tag. */
type Extra = Readonly<Record<string, string>>;
const waitMs = 30_000;
const digestNames = { MD5: 'md5', 'SHA-256': 'sha256' } as const;

/**
 * A SIP phone that does what a script says and nothing by itself, but for the ACK to a refusal. It keeps everything it
 * received until somebody waits for it. Repeated messages are dropped and counted.
 */
export class Phone {
  readonly options: PhoneOptions;
  readonly realm: string;
  /** How often something was received that had been received before. */
  repeated = 0;
  /** Everything received, for assertions on the whole. */
  readonly log: Message[] = [];
  readonly #inbox: Message[] = [];
  readonly #waiters = new Set<() => void>();
  readonly #seen = new Set<string>();
  readonly #pipe: Pipe;

  private constructor(options: PhoneOptions, pipe: Pipe) {
    this.options = options;
    this.realm = options.realm ?? 'telephonie.beauvoir.example';
    this.#pipe = pipe;
    pipe.receive((text) => this.#received(text));
  }

  static async open(options: PhoneOptions): Promise<Phone> {
    return new Phone(options, await pipes[options.transport ?? 'udp'](options.server, options.at));
  }

  get address(): Where {
    return this.#pipe.local;
  }

  get user(): string {
    return this.options.user ?? 'anonymous';
  }

  get contact(): string {
    const { transport = 'udp' } = this.options;
    return `<sip:${this.user}@${this.#pipe.host}${transport === 'udp' ? '' : `;transport=${transport}`}>`;
  }

  close(): void {
    this.#pipe.close();
  }

  /** The first message not yet taken that fits; waits for it. Rejects with what was there instead. */
  async take(what: string, fits: (message: Message) => boolean, withinMs = waitMs): Promise<Message> {
    const deadline = performance.now() + withinMs;
    for (;;) {
      const at = this.#inbox.findIndex(fits);
      const [found] = at < 0 ? [] : this.#inbox.splice(at, 1);
      if (found !== undefined) return found;
      const left = deadline - performance.now();
      if (left <= 0) {
        const there = this.#inbox.map(({ start }) => start).join(' | ');
        throw new Error(`${this.user} waited for ${what} and had: ${there || 'nothing'}`);
      }
      await this.#news(left);
    }
  }

  /** Was something received that nobody has taken yet? */
  has(fits: (message: Message) => boolean): boolean {
    return this.#inbox.some(fits);
  }

  send(start: string, headers: readonly (readonly [string, string])[], body = ''): void {
    const lines = [start, ...headers.map(([name, value]) => `${name}: ${value}`)];
    if (body !== '' && !headers.some(([name]) => name.toLowerCase() === 'content-type')) {
      lines.push('Content-Type: application/sdp');
    }
    this.#pipe.send(`${lines.join('\r\n')}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  }

  raw(text: string): void {
    this.#pipe.send(text);
  }

  via(branch = newBranch()): string {
    return `SIP/2.0/${this.#pipe.name} ${this.#pipe.host};branch=${branch};rport`;
  }

  /** A request outside a dialog, and its final response. A challenge is answered when the phone has a password. */
  async request(method: string, uri: string, extra: Extra = {}, body = ''): Promise<Message> {
    const callId = newId();
    const ask = async (cseq: number, more: Extra): Promise<Message> => {
      const headers = this.#headers(method, uri, callId, cseq, { ...extra, ...more });
      this.send(`${method} ${uri} SIP/2.0`, headers, body);
      return this.take(
        `a final response to ${method}`,
        isResponse(callId, cseq, (status) => status >= 200),
      );
    };
    const first = await ask(1, {});
    const proof = this.proof(first, method, uri);
    return proof === undefined ? first : ask(2, proof);
  }

  register(seconds = 300, extra: Extra = {}): Promise<Message> {
    return this.request('REGISTER', `sip:${this.realm}`, {
      To: `<sip:${this.user}@${this.realm}>`,
      Contact: this.contact,
      Expires: String(seconds),
      ...extra,
    });
  }

  /** Calls a number. The challenge is answered; everything after that is the script's. */
  async call(number: string, extra: Extra = {}, body: string = sdp(40_000)): Promise<Dialog> {
    const uri = `sip:${number}@${this.realm}`;
    const dialog = Dialog.outgoing(this, uri);
    dialog.invite(extra, body);
    if (this.options.password === undefined) return dialog;
    const asked = await dialog.response((status) => status >= 180);
    const proof = this.proof(asked, 'INVITE', uri);
    if (proof === undefined) this.unread(asked);
    else dialog.invite({ ...extra, ...proof }, body);
    return dialog;
  }

  /** The next call that comes in. */
  async answering(withinMs = waitMs): Promise<Dialog> {
    const invite = await this.take(
      'an INVITE',
      ({ method, get }) => method === 'INVITE' && !tagOf(get('To')),
      withinMs,
    );
    return Dialog.incoming(this, invite);
  }

  unread(message: Message): void {
    this.#inbox.unshift(message);
  }

  /** The header that answers a challenge. */
  proof(asked: Message, method: string, uri: string): Extra | undefined {
    const { password, algorithm = 'MD5' } = this.options;
    const proxy = asked.status === 407;
    if (password === undefined || (!proxy && asked.status !== 401)) return undefined;
    const lines = asked.all(proxy ? 'Proxy-Authenticate' : 'WWW-Authenticate');
    const challenge = lines.flatMap((line) => parseChallenges(line)).find((one) => one.algorithm === algorithm);
    if (challenge === undefined) return undefined;
    const hash = (text: string): string => createHash(digestNames[algorithm]).update(text).digest('hex');
    const { nonce, opaque, realm } = challenge;
    const given = { nonce, uri, algorithm, qop: 'auth' as const, nc: '00000001', cnonce: newId() };
    const response = digestResponse(hash, ha1(hash, this.user, realm, password), method, given);
    const value = writeCredentials({ ...given, username: this.user, realm, response, opaque });
    return { [proxy ? 'Proxy-Authorization' : 'Authorization']: value };
  }

  #headers(method: string, uri: string, callId: string, cseq: number, extra: Extra): [string, string][] {
    const standard: Record<string, string> = {
      Via: this.via(),
      'Max-Forwards': '70',
      From: `<sip:${this.user}@${this.realm}>;tag=${newId()}`,
      To: `<${uri}>`,
      'Call-ID': callId,
      CSeq: `${cseq} ${method}`,
      Contact: this.contact,
      ...extra,
    };
    return Object.entries(standard).filter(([, value]) => value !== '');
  }

  #received(text: string): void {
    const message = parse(text);
    if (message === undefined) return;
    if (this.#seen.has(text)) {
      this.repeated += 1;
      return;
    }
    this.#seen.add(text);
    this.log.push(message);
    this.#inbox.push(message);
    for (const wake of [...this.#waiters]) wake();
  }

  #news(withinMs: number): Promise<void> {
    return new Promise((done) => {
      const wake = (): void => {
        clearTimeout(timer);
        this.#waiters.delete(wake);
        done();
      };
      const timer = setTimeout(wake, withinMs);
      this.#waiters.add(wake);
    });
  }
}

/** One call of a phone, from either end. Every step is the script's. */
export class Dialog {
  readonly phone: Phone;
  readonly callId: string;
  /** The INVITE that came in; undefined for a call of ours. */
  readonly received: Message | undefined;
  readonly localTag = newId();
  remoteTag: string | undefined;
  readonly #local: string;
  readonly #remote: string;
  /** Where requests go: the far end's Contact. */
  target: string;
  #cseq = 0;
  #inviteCSeq = 0;
  #branch = '';

  private constructor(phone: Phone, callId: string, local: string, remote: string, target: string, received?: Message) {
    this.phone = phone;
    this.callId = callId;
    this.#local = local;
    this.#remote = remote;
    this.target = target;
    this.received = received;
    this.remoteTag = received && tagOf(received.get('From'));
  }

  static outgoing(phone: Phone, uri: string): Dialog {
    return new Dialog(phone, newId(), `<sip:${phone.user}@${phone.realm}>`, `<${uri}>`, uri);
  }

  static incoming(phone: Phone, invite: Message): Dialog {
    const target = /<([^>]+)>/.exec(invite.get('Contact') ?? '')?.[1] ?? '';
    const remote = (invite.get('From') ?? '').replace(/;tag=.*$/, '');
    return new Dialog(phone, invite.get('Call-ID') ?? '', invite.get('To') ?? '', remote, target, invite);
  }

  /** Sends the INVITE, or sends it again with more headers; or a re-INVITE, once there is a dialog. */
  invite(extra: Extra = {}, body: string = sdp(40_000)): void {
    this.#branch = newBranch();
    this.#inviteCSeq = this.send('INVITE', extra, body, this.#branch);
  }

  send(method: string, extra: Extra = {}, body = '', branch = newBranch()): number {
    this.#cseq += 1;
    this.#write(method, this.#cseq, extra, body, branch);
    return this.#cseq;
  }

  /** The next response to our INVITE that fits. A refusal is acknowledged. */
  async response(fits: number | ((status: number) => boolean)): Promise<Message> {
    const wanted = typeof fits === 'number' ? (status: number) => status === fits : fits;
    const found = await this.phone.take(`a response (${fits})`, isResponse(this.callId, this.#inviteCSeq, wanted));
    if ((found.status ?? 0) < 300) this.learn(found);
    if ((found.status ?? 0) >= 300)
      this.#write('ACK', this.#inviteCSeq, { To: found.get('To') ?? '' }, '', this.#branch);
    return found;
  }

  /** The final response to a request inside the dialog. */
  async answer(method: string, cseq = this.#cseq): Promise<Message> {
    return this.phone.take(
      `the answer to ${method}`,
      isResponse(this.callId, cseq, (status) => status >= 200),
    );
  }

  ack(body = ''): void {
    this.#write('ACK', this.#inviteCSeq, {}, body, newBranch());
  }

  /** RFC 3261 §9.1: the same branch and the same number as the INVITE. */
  cancel(extra: Extra = {}): void {
    const own = { To: this.#remote, ...extra };
    this.#write('CANCEL', this.#inviteCSeq, own, '', this.#branch);
  }

  async bye(extra: Extra = {}): Promise<Message> {
    const cseq = this.send('BYE', extra);
    return this.answer('BYE', cseq);
  }

  /** Answers a request of this dialog: the INVITE, unless another is given. */
  reply(status: number, extra: Extra = {}, body = '', to: Message | undefined = this.received): void {
    if (to === undefined) throw new Error('nothing to reply to');
    const tag = tagOf(to.get('To')) === undefined ? `;tag=${this.localTag}` : '';
    const headers: [string, string][] = to.headers
      .filter(([name]) => /^(via|record-route)$/i.test(name))
      .map(([n, v]) => [n, v]);
    headers.push(['From', to.get('From') ?? ''], ['To', `${to.get('To') ?? ''}${tag}`]);
    headers.push(['Call-ID', this.callId], ['CSeq', to.get('CSeq') ?? ''], ['Contact', this.phone.contact]);
    this.phone.send(`SIP/2.0 ${status} ${status < 300 ? 'OK' : 'No'}`, [...headers, ...Object.entries(extra)], body);
  }

  /** The next request of this method in the dialog. */
  async request(method: string): Promise<Message> {
    return this.phone.take(method, (message) => message.method === method && message.get('Call-ID') === this.callId);
  }

  /** Waits for the far end to hang up, and agrees. */
  async hungUp(): Promise<Message> {
    const bye = await this.request('BYE');
    this.reply(200, {}, '', bye);
    return bye;
  }

  /** A response that made the dialog. */
  learn(response: Message): void {
    this.remoteTag = tagOf(response.get('To')) ?? this.remoteTag;
    this.target = /<([^>]+)>/.exec(response.get('Contact') ?? '')?.[1] ?? this.target;
  }

  #write(method: string, cseq: number, extra: Extra, body: string, branch: string): void {
    const remoteTag = this.remoteTag === undefined ? '' : `;tag=${this.remoteTag}`;
    const uri = method === 'CANCEL' ? /<([^>]+)>/.exec(this.#remote)?.[1] : this.target;
    const headers: Record<string, string> = {
      Via: this.phone.via(branch),
      'Max-Forwards': '70',
      From: `${this.#local};tag=${this.localTag}`,
      To: `${this.#remote}${remoteTag}`,
      'Call-ID': this.callId,
      CSeq: `${cseq} ${method}`,
      Contact: this.phone.contact,
      ...extra,
    };
    const tagged = Object.entries(headers).map(([name, value]): [string, string] => [
      name,
      value.replace('{tag}', this.localTag),
    ]);
    this.phone.send(`${method} ${uri} SIP/2.0`, tagged, body);
  }
}

function isResponse(callId: string, cseq: number, fits: (status: number) => boolean): (message: Message) => boolean {
  return ({ status, get }) =>
    status !== undefined && get('Call-ID') === callId && get('CSeq')?.startsWith(`${cseq} `) === true && fits(status);
}

export function tagOf(value: string | undefined): string | undefined {
  return /;tag=([^;>\s]+)/.exec(value ?? '')?.[1];
}

function newId(): string {
  return randomBytes(6).toString('hex');
}

function newBranch(): string {
  return `z9hG4bK${newId()}`;
}

function parse(text: string): Message | undefined {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const [start = '', ...lines] = text.slice(0, end).split('\r\n');
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).trim(), line.slice(colon + 1).trim()];
  });
  const status = /^SIP\/2\.0 (\d{3})/.exec(start)?.[1];
  const all = (name: string): string[] =>
    headers.filter(([one]) => one.toLowerCase() === name.toLowerCase()).map(([, value]) => value);
  return {
    start,
    method: status === undefined ? start.split(' ')[0] : undefined,
    status: status === undefined ? undefined : Number(status),
    headers,
    body: text.slice(end + 4),
    all,
    get: (name) => all(name)[0],
  };
}

interface Pipe {
  readonly name: 'UDP' | 'TCP' | 'WS';
  readonly local: Where;
  /** What it calls itself in Via and Contact. */
  readonly host: string;
  send(text: string): void;
  receive(handle: (text: string) => void): void;
  close(): void;
}

const pipes = { udp: openUdp, tcp: openTcp, ws: openWeb };

async function openUdp(server: Where, { address, port }: Where = { address: '127.0.0.1', port: 0 }): Promise<Pipe> {
  const socket: UdpSocket = createSocket('udp4');
  await new Promise<void>((done) => socket.bind(port, address, done));
  let isOpen = true;
  return {
    name: 'UDP',
    local: socket.address(),
    host: `${socket.address().address}:${socket.address().port}`,
    send: (text) => {
      if (isOpen) socket.send(text, server.port, server.address);
    },
    receive: (handle) => socket.on('message', (data) => handle(data.toString('utf8'))),
    close: () => {
      if (isOpen) socket.close();
      isOpen = false;
    },
  };
}

async function openTcp(server: Where): Promise<Pipe> {
  const socket: TcpSocket = connect(server.port, server.address);
  await new Promise<void>((done, failed) => {
    socket.once('connect', done);
    socket.once('error', failed);
  });
  socket.on('error', () => socket.destroy());
  socket.setNoDelay(true);
  return {
    name: 'TCP',
    local: { address: socket.localAddress ?? '127.0.0.1', port: socket.localPort ?? 0 },
    host: `${socket.localAddress}:${socket.localPort}`,
    send: (text) => socket.write(text),
    receive: (handle) => socket.on('data', framed(handle)),
    close: () => socket.destroy(),
  };
}

/** As a page of a browser does it: it does not know its own address (RFC 7118 §5.4). */
async function openWeb(server: Where): Promise<Pipe> {
  const socket = new WebSocket(`ws://${server.address}:${server.port}`, ['sip']);
  await new Promise((done, failed) => socket.once('open', done).once('error', failed));
  socket.on('error', () => socket.terminate());
  return {
    name: 'WS',
    local: { address: '127.0.0.1', port: 0 },
    host: `${newId()}.invalid`,
    send: (text) => socket.send(text),
    receive: (handle) => socket.on('message', (data) => handle(String(data))),
    close: () => socket.terminate(),
  };
}

/** Cuts the stream into messages by their Content-Length (RFC 3261 §18.3). */
function framed(handle: (text: string) => void): (data: Buffer) => void {
  let held = Buffer.alloc(0);
  return (data) => {
    held = Buffer.concat([held, data]);
    for (;;) {
      while (held.subarray(0, 2).toString() === '\r\n') held = held.subarray(2);
      const end = held.indexOf('\r\n\r\n');
      if (end < 0) return;
      const length = Number(/^(?:content-length|l)\s*:\s*(\d+)/im.exec(held.toString('latin1', 0, end))?.[1] ?? 0);
      if (held.length < end + 4 + length) return;
      handle(held.toString('utf8', 0, end + 4 + length));
      held = held.subarray(end + 4 + length);
    }
  };
}
