import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { percentDecode } from '../../../../src/protocol/esl/encode.ts';
import { Arrivals } from './await-value.ts';

/** A block of an event socket, headers decoded; JSON events as their fields. */
export interface Block {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export type Event = Readonly<Record<string, string>>;

/** One event socket of a test, either way round. */
export class EventSocket {
  readonly replies = new Arrivals<Block>();
  readonly events = new Arrivals<Event>();
  readonly others = new Arrivals<Block>();
  readonly closed: Promise<void>;
  readonly socket: Socket;
  #held = Buffer.alloc(0);
  #asked = 0;
  #executed = 0;

  constructor(socket: Socket) {
    this.socket = socket;
    socket.setNoDelay(true);
    socket.on('data', (bytes) => this.#receive(bytes));
    socket.on('error', () => undefined);
    this.closed = new Promise((resolve) => socket.on('close', () => resolve()));
  }

  /** Sends one command, waits for its reply. */
  async ask(text: string): Promise<Block> {
    const at = this.#asked;
    this.#asked += 1;
    this.socket.write(`${text}\n\n`);
    await this.replies.next(() => this.replies.all.length > at, `the reply to ${text}`);
    return this.replies.all[at] as Block;
  }

  async api(command: string): Promise<string> {
    return (await this.ask(`api ${command}`)).body;
  }

  /** Starts an application; the completion can be waited for. */
  execute(
    uuid: string,
    application: string,
    argument = '',
    more = '',
  ): { readonly id: string; readonly completion: Promise<Event> } {
    this.#executed += 1;
    const id = `${uuid}-${this.#executed}`;
    void this.ask(
      `sendmsg ${uuid}\ncall-command: execute\nexecute-app-name: ${application}\nexecute-app-arg: ${argument}\nEvent-UUID: ${id}${more}`,
    );
    const completion = this.event(
      (event) => event['Application-UUID'] === id && event['Event-Name'] === 'CHANNEL_EXECUTE_COMPLETE',
      `the completion of ${application}`,
    );
    // Some tests look at the completion later, or never.
    completion.catch(() => undefined);
    return { id, completion };
  }

  event(fits: (event: Event) => boolean, what: string, from = 0): Promise<Event> {
    return this.events.next(fits, what, from);
  }

  named(name: string, from = 0): Promise<Event> {
    return this.event((event) => event['Event-Name'] === name, name, from);
  }

  #receive(bytes: Buffer): void {
    this.#held = Buffer.concat([this.#held, bytes]);
    for (;;) {
      const end = this.#held.indexOf('\n\n');
      if (end === -1) return;
      const headers = headersOf(this.#held.toString('utf8', 0, end));
      const length = Number(headers['Content-Length'] ?? 0);
      if (this.#held.length < end + 2 + length) return;
      const body = this.#held.toString('utf8', end + 2, end + 2 + length);
      this.#held = this.#held.subarray(end + 2 + length);
      this.#sort({ headers, body });
    }
  }

  #sort(block: Block): void {
    const type = block.headers['Content-Type'];
    if (type === 'command/reply' || type === 'api/response') this.replies.add(block);
    else if (type === 'text/event-json') this.events.add(JSON.parse(block.body) as Event);
    else this.others.add(block);
  }
}

function headersOf(text: string): Readonly<Record<string, string>> {
  const pairs = text.split('\n').map((line) => {
    const colon = line.indexOf(': ');
    return [line.slice(0, colon), percentDecode(line.slice(colon + 2))] as const;
  });
  return Object.fromEntries(pairs);
}

/** Connects to the engine as an application does. */
export async function connectTo(port: number, password = 'secret'): Promise<EventSocket> {
  const socket = connect(port, '127.0.0.1');
  const connection = new EventSocket(socket);
  await connection.others.count(1, 'auth/request');
  await connection.ask(`auth ${password}`);
  return connection;
}

/** Waits for the engine to call back. */
export class CallBackListener {
  readonly connections = new Arrivals<EventSocket>();
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    server.on('connection', (socket) => this.connections.add(new EventSocket(socket)));
  }

  static async open(): Promise<CallBackListener> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
    return new CallBackListener(server);
  }

  get address(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    for (const { socket } of this.connections.all) socket.destroy();
    this.#server.close();
  }
}
