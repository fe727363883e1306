/** A bare admin client: what drachtio-srf does on the wire, without drachtio-srf. */
import { randomUUID } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { parse, type SipMessage } from '../../src/protocol/sip/message.ts';
import { Inbox } from './wire-inbox.ts';

export interface Frame {
  readonly text: string;
  readonly fields: readonly string[];
  /** The attached SIP text, or ''. */
  readonly sip: string;
  readonly message: SipMessage | undefined;
}

export class App {
  readonly inbox = new Inbox<Frame>('a frame');
  readonly #socket: Socket;
  #pending = Buffer.alloc(0);
  readonly closed: Promise<void>;

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.closed = new Promise((resolve) => socket.once('close', () => resolve()));
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => this.#received(chunk));
  }

  static async dial(at: { readonly address: string; readonly port: number }): Promise<App> {
    const socket = connect({ host: at.address, port: at.port });
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', () => resolve());
      socket.once('error', reject);
    });
    return new App(socket);
  }

  /** Authenticated and registered for these methods. */
  static async open(
    at: { readonly address: string; readonly port: number; readonly secret: string },
    ...verbs: readonly string[]
  ): Promise<App> {
    const app = await App.dial(at);
    const answer = await app.ask(`authenticate|${at.secret}|`);
    if (answer.fields[3] !== 'OK') throw new Error(`not authenticated: ${answer.text}`);
    for (const verb of verbs) await app.ask(`route|${verb}`);
    return app;
  }

  /** Send a frame; its id. */
  send(text: string): string {
    const id = randomUUID();
    this.raw(frameOf(`${id}|${text}`));
    return id;
  }

  raw(bytes: string | Buffer): void {
    this.#socket.write(bytes);
  }

  /** Send a frame and wait for its answer. */
  async ask(text: string): Promise<Frame> {
    const id = this.send(text);
    return this.inbox.next((frame) => frame.fields[1] === 'response' && frame.fields[2] === id);
  }

  /** The next indication (field 1 `sip`) whose SIP text begins like this. */
  async indication(begins: string): Promise<Frame> {
    return this.inbox.next((frame) => frame.fields[1] === 'sip' && frame.sip.startsWith(begins));
  }

  /** Everything sent before this has been dealt with, everything the engine said before has been heard. */
  async settle(): Promise<void> {
    await this.ask('ping');
    await this.ask('ping');
  }

  close(): void {
    this.#socket.destroy();
  }

  #received(chunk: Buffer): void {
    this.#pending = Buffer.concat([this.#pending, chunk]);
    for (;;) {
      const hash = this.#pending.indexOf('#');
      if (hash < 0) return;
      const end = hash + 1 + Number(this.#pending.toString('latin1', 0, hash));
      if (this.#pending.length < end) return;
      this.inbox.put(read(this.#pending.toString('utf8', hash + 1, end)));
      this.#pending = this.#pending.subarray(end);
    }
  }
}

export function frameOf(text: string): string {
  return `${Buffer.byteLength(text)}#${text}`;
}

function read(text: string): Frame {
  const at = text.indexOf('\r\n');
  const sip = at < 0 ? '' : text.slice(at + 2);
  const fields = (at < 0 ? text : text.slice(0, at)).split('|');
  return { text, fields, sip, message: sip === '' ? undefined : parse(Buffer.from(sip).toString('latin1')) };
}
