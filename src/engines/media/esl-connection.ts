import type { Socket } from 'node:net';
import { apiResponse, commandReply, disconnectNotice } from '../../protocol/esl/block.ts';
import { type EslEvent, Subscription } from '../../protocol/esl/event.ts';
import { type EslCommand, EslReader } from '../../protocol/esl/frame.ts';
import { readChannelMessage } from '../../protocol/esl/message.ts';
import type { EventBus, Listener } from './event-bus.ts';
import { hangupCause } from './hangup-cause.ts';
import type { World } from './leg.ts';

export interface ConnectionOptions {
  readonly world: World;
  readonly bus: EventBus;
  readonly queueBytes: number;
  /** Runs one command of `api`; never rejects. */
  api(line: string): Promise<string>;
  onClose(): void;
}

/** A whole reply block, or undefined: this command is none of mine. */
export type CommandHandler = (command: EslCommand, words: readonly string[]) => string | undefined;

/**
 * One event socket, either side: commands are answered in the order they come, one after the other, and never twice.
 * What only one side knows (`auth`, `connect`) is handed in.
 */
export class EslConnection implements Listener {
  readonly #socket: Socket;
  readonly #options: ConnectionOptions;
  readonly #reader = new EslReader();
  readonly #subscription = new Subscription();
  readonly #own: CommandHandler;
  readonly #waiting: EslCommand[] = [];
  #isBusy = false;
  #isClosed = false;

  constructor(socket: Socket, options: ConnectionOptions, own: CommandHandler) {
    this.#socket = socket;
    this.#options = options;
    this.#own = own;
    socket.setNoDelay(true);
    socket.on('data', (bytes) => this.#receive(bytes));
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#closed());
    options.bus.add(this);
  }

  wants(event: EslEvent): boolean {
    return this.#subscription.wants(event);
  }

  deliver(text: string): void {
    this.write(text);
  }

  write(text: string): void {
    if (this.#isClosed) return;
    this.#socket.write(text);
    if (this.#socket.writableLength <= this.#options.queueBytes) return;
    this.#options.world.log('warn', 'an application does not read: cut off');
    this.#socket.destroy();
  }

  /** Says good-bye and closes, when all that was written has gone out. */
  end(uuid?: string): void {
    if (this.#isClosed) return;
    this.#socket.end(disconnectNotice(uuid));
    this.#options.bus.remove(this);
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #closed(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#options.bus.remove(this);
    this.#options.onClose();
  }

  #receive(bytes: Buffer): void {
    const commands = this.#reader.push(bytes);
    if (typeof commands === 'string') {
      this.#options.world.log('warn', 'an event socket broke the rules', { because: commands });
      this.#socket.destroy();
      return;
    }
    for (const command of commands) if (command.line !== '') this.#waiting.push(command);
    if (!this.#isBusy) void this.#work();
  }

  async #work(): Promise<void> {
    this.#isBusy = true;
    for (let command = this.#waiting.shift(); command !== undefined; command = this.#waiting.shift()) {
      const reply = this.#answer(command);
      // Most are answered at once; only those that touch the disk make the next wait.
      const text = typeof reply === 'string' ? reply : await reply;
      if (this.#isClosed) return;
      this.write(text);
      if (/^(exit|\.\.\.)$/.test(command.line)) this.end();
    }
    this.#isBusy = false;
  }

  #answer(command: EslCommand): string | Promise<string> {
    const words = command.line.split(/ +/);
    const own = this.#own(command, words);
    if (own !== undefined) return own;
    switch (words[0]) {
      case 'api':
        return this.#api(command.line.slice(4).trim());
      case 'event':
        return this.#subscribe(words);
      case 'filter':
        return this.#filter(words);
      case 'sendmsg':
        return this.#sendMessage(command, words[1]);
      case 'noevents':
        return commandReply('+OK no longer listening for events');
      case 'exit':
        return commandReply('+OK bye');
      default:
        return commandReply('-ERR command not found');
    }
  }

  async #api(line: string): Promise<string> {
    return apiResponse(await this.#options.api(line));
  }

  #subscribe(words: readonly string[]): string {
    const [, format = '', ...names] = words;
    if (format.toLowerCase() !== 'json') return commandReply('-ERR command not found');
    const known = this.#subscription.add(names);
    return commandReply(known === 0 ? '-ERR no keywords supplied' : '+OK event listener enabled json');
  }

  #filter([, header = '', ...rest]: readonly string[]): string {
    if (header === 'delete') {
      const [name = '', ...value] = rest;
      this.#subscription.removeFilter(name, value.length === 0 ? undefined : value.join(' '));
      return commandReply(`+OK filter deleted. [${name}][${value.join(' ')}]`);
    }
    const value = rest.join(' ');
    if (header === '' || value === '') return commandReply('-ERR invalid syntax');
    if (!this.#subscription.addFilter(header, value)) return commandReply('-ERR too many filters');
    return commandReply(`+OK filter added. [${header}]=[${value}]`);
  }

  #sendMessage(command: EslCommand, uuid: string | undefined): string {
    const { world } = this.#options;
    const leg = world.leg(uuid ?? '');
    if (leg === undefined) return commandReply(`-ERR invalid session id [${uuid ?? ''}]`);
    const message = readChannelMessage(command, () => world.newId());
    if (message.is === 'unknown') return commandReply('-ERR invalid call-command');
    // The reply goes first: an application may complete at once.
    queueMicrotask(() => {
      if (message.is === 'hangup') leg.hangup(hangupCause(message.cause), 'command');
      else leg.execute(message.execute);
    });
    return commandReply('+OK');
  }
}
