/** Frames of applications, carried out (contract: application to server). */
import { createHash, timingSafeEqual } from 'node:crypto';
import { type Command, parseCommand } from '../../protocol/drachtio/command.ts';
import { acknowledgement, administrativeRefusal } from '../../protocol/drachtio/indication.ts';
import type { ListenPoint } from '../stack/flow.ts';
import type { Application, ApplicationUser } from './application.ts';
import { refuse } from './deliver.ts';
import type { Exchange } from './exchange.ts';
import { askCancel, askInside } from './in-dialog-request.ts';
import { askNew } from './new-request.ts';
import { ownerGone } from './owner-gone.ts';
import { reply } from './replying.ts';

/** Clients read a number like the real server's here before they use keep-alives. */
const version = 'v0.9.10-beffroi';

export class Commanding implements ApplicationUser {
  readonly #exchange: Exchange;

  constructor(exchange: Exchange) {
    this.#exchange = exchange;
  }

  large(bytes: number): void {
    this.#exchange.log('warn', 'application frame above 8 kB: a real drachtio-server may stop listening', { bytes });
  }

  gone(app: Application): void {
    this.#exchange.apps.remove(app);
    ownerGone(this.#exchange, app);
  }

  frame(app: Application, text: string): void {
    const command = parseCommand(text);
    if (command.is === 'authenticate') {
      this.#authenticate(app, command.id, command.secret, command.tags);
      return;
    }
    if (!app.authenticated) {
      this.#dismiss(app, command.id, 'not authenticated');
      return;
    }
    try {
      this.#carryOut(app, command);
    } catch (error) {
      this.#exchange.fault(error);
    }
  }

  #carryOut(app: Application, command: Exclude<Command, { is: 'authenticate' }>): void {
    const exchange = this.#exchange;
    switch (command.is) {
      case 'sip':
        this.#sip(app, command);
        return;
      case 'ping':
        app.send(acknowledgement(exchange.frameId(), command.id, '|pong'));
        return;
      case 'route':
        exchange.apps.route(app, command.verb);
        app.send(acknowledgement(exchange.frameId(), command.id));
        return;
      case 'remove_route':
        exchange.apps.unroute(app, command.verb);
        app.send(acknowledgement(exchange.frameId(), command.id));
        return;
      case 'proxy':
        refuse(exchange, app, command.id, 'proxy is not supported by the embedded SIP engine');
        return;
      case 'one field':
        app.send(administrativeRefusal(exchange.frameId(), command.id, 'Invalid message format'));
        return;
      case 'unknown':
        this.#dismiss(app, command.id, 'Unknown message type');
        return;
      default: // incomplete: no answer, the connection stays
        undefined;
        return;
    }
  }

  #authenticate(app: Application, id: string, secret: string, tags: readonly string[]): void {
    if (!same(secret, this.#exchange.options.admin.secret)) {
      this.#dismiss(app, id, 'incorrect secret');
      return;
    }
    app.authenticated = true;
    app.tags.push(...tags.slice(0, 32));
    const { points } = this.#exchange.stack;
    const outside = hostports(points, (point) => `${point.advertisedAddress}:${point.advertisedPort}`);
    const inside = hostports(points, (point) => `${point.address}:${point.port}`);
    app.send(acknowledgement(this.#exchange.frameId(), id, `|${outside}|${version}|${inside}`));
  }

  #dismiss(app: Application, id: string, why: string): void {
    app.send(administrativeRefusal(this.#exchange.frameId(), id, why));
    app.finish();
  }

  #sip(app: Application, command: Extract<Command, { is: 'sip' }>): void {
    const exchange = this.#exchange;
    const message = exchange.read(command.text);
    if (message === undefined) {
      const line = command.text.split('\r\n', 1)[0]?.slice(0, 200) ?? '';
      refuse(exchange, app, command.id, `invalid request-uri: ${line.replaceAll('|', ' ')}`);
      return;
    }
    if (message.method === '') {
      if (command.transactionId === '') {
        app.send(administrativeRefusal(exchange.frameId(), command.id, 'transaction id missing'));
        return;
      }
      reply(exchange, app, command.id, message, command.transactionId);
      return;
    }
    if (message.method === 'CANCEL') {
      askCancel(exchange, app, command.id, message, command.transactionId);
      return;
    }
    if (command.dialogId !== '') {
      askInside(exchange, app, command.id, message, command.dialogId);
      return;
    }
    askNew(exchange, app, command.id, message, command.routeUrl);
  }
}

/** TCP before UDP, as the real server lists them. */
function hostports(points: readonly ListenPoint[], where: (point: ListenPoint) => string): string {
  const sorted = [...points].sort((a, b) => a.transport.localeCompare(b.transport));
  return sorted.map((point) => `${point.transport}/${where(point)}`).join(',');
}

/** Equal, in a time that tells nothing of the secret. */
function same(given: string, secret: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text, 'latin1').digest();
  return timingSafeEqual(digest(given), digest(Buffer.from(secret, 'utf8').toString('latin1')));
}
