import type { LineCall } from '../../call/ports.ts';
import { type EventPackage, eventPackages, judgeSubscription } from '../../decide/subscription.ts';
import type { Config } from '../../domain/config.ts';
import type { LineId } from '../../domain/ids.ts';
import type { Line } from '../../domain/line.ts';
import type { Waiting } from '../../domain/message.ts';
import { tagOf } from '../../protocol/sip/headers/name-addr.ts';
import { dialogInfo, type Told } from './dialog-info.ts';
import { type DialogOwner, dialogId } from './dialogs.ts';
import { escapeUser } from './headers.ts';
import { messageSummary } from './lamps.ts';
import type { Legs } from './legs.ts';
import type { Prover } from './prove.ts';
import { header, leadingNumber, userOf } from './read.ts';
import type { SipRequest, SipResponse } from './srf.ts';
import { type Headers, respond, sendRequest } from './wire.ts';

export interface SubscriptionsWorld {
  legs(): Legs;
  readonly prover: Prover;
  config(): Config;
  /** How a line is busy now. */
  calls(line: LineId): readonly LineCall[];
  /** What waits for a line. */
  waiting(line: LineId): Promise<Waiting>;
}

/** Subscriptions of phones: their own message lamp (RFC 3842), and the busy lamps of other lines (RFC 4235), by the rules of RFC 6665. */
export interface Subscriptions {
  /** A SUBSCRIBE outside a dialog, of somebody who is known here. */
  serve(req: SipRequest, res: SipResponse): void;
  /** A line rings, talks, or has hung up. */
  busy(line: LineId): void;
  /** Its messages have changed. */
  lamp(line: LineId, waiting: Waiting): void;
  /** The exchange stops: every phone is told, and subscribes anew when it is there again. */
  end(): void;
}

/** Changes that come together are told together (RFC 4235 §3.10). */
const gatherSeconds = 0.1;
const types: Readonly<Record<EventPackage, string>> = {
  'message-summary': 'application/simple-message-summary',
  dialog: 'application/dialog-info+xml',
};
const allowEvents = eventPackages.join(', ');

export function createSubscriptions(world: SubscriptionsWorld): Subscriptions {
  const all = new Set<Subscriber>();
  const about = (event: EventPackage, line: LineId) => [...all].filter((one) => one.isAbout(event, line));
  return {
    serve(req, res) {
      const event = eventOf(req);
      if (event === undefined) {
        respond(res, 489, { headers: { 'Allow-Events': allowEvents } });
        return;
      }
      const by = proved(req, res, world);
      if (by !== undefined) accept(req, res, { event, by, world, all });
    },
    busy: (line) => {
      for (const one of about('dialog', line)) one.changed();
    },
    lamp: (line, waiting) => {
      for (const one of about('message-summary', line)) one.changed(waiting);
    },
    end: () => {
      for (const one of [...all]) one.over('deactivated');
    },
  };
}

function eventOf(req: SipRequest): EventPackage | undefined {
  const named = (header(req, 'event') ?? header(req, 'o'))?.split(';', 1)[0]?.trim().toLowerCase();
  return eventPackages.find((one) => one === named);
}

function proved(req: SipRequest, res: SipResponse, { prover, config }: SubscriptionsWorld): Line | undefined {
  const answer = prover.prove(req, config(), 'authorization');
  if (answer.is === 'proved') return answer.line;
  if (answer.is === 'asked') respond(res, 401, { headers: { 'WWW-Authenticate': answer.challenge } });
  else respond(res, 403, { headers: { 'Retry-After': String(answer.seconds) } });
  return undefined;
}

interface Asked {
  readonly event: EventPackage;
  readonly by: Line;
  readonly world: SubscriptionsWorld;
  readonly all: Set<Subscriber>;
}

function accept(req: SipRequest, res: SipResponse, asked: Asked): void {
  const { event, by, world, all } = asked;
  const [callId, tag] = [header(req, 'call-id'), tagOf(header(req, 'from') ?? '')];
  if (callId === undefined || tag === undefined || header(req, 'contact') === undefined) {
    respond(res, 400);
    return;
  }
  const legs = world.legs();
  const id = dialogId(callId, tag);
  if (tagOf(header(req, 'to') ?? '') !== undefined || legs.dialogs.find(id) !== undefined) {
    respond(res, 481);
    return;
  }
  const held = [...all].filter((one) => one.by === by.id).length;
  const wish = { by, event, about: userOf(req.uri) ?? '', seconds: leadingNumber(header(req, 'expires')), held };
  const judged = judgeSubscription(wish, world.config());
  if (judged.is === 'refused') {
    respond(res, judged.sip, { headers: refusal(judged.sip, judged.minExpires) });
    return;
  }
  respond(res, 200, { headers: { Expires: String(judged.seconds), 'Allow-Events': allowEvents } });
  new Subscriber({ id, by: by.id, event, line: judged.line, socket: req.socket, world, all }).granted(judged.seconds);
}

function refusal(sip: number, minExpires: number | undefined): Headers {
  if (minExpires !== undefined) return { 'Min-Expires': String(minExpires) };
  return sip === 503 ? { 'Retry-After': '300' } : {};
}

interface Subscribed {
  readonly id: string;
  readonly by: LineId;
  readonly event: EventPackage;
  readonly line: Line;
  readonly socket: unknown;
  readonly world: SubscriptionsWorld;
  readonly all: Set<Subscriber>;
}

/** One subscription: its dialog, until it expires, is ended by either, or its phone does not answer a NOTIFY. */
class Subscriber implements DialogOwner {
  readonly #of: Subscribed;
  #endsAt = 0;
  #forget: (() => void) | undefined;
  #gathering: (() => void) | undefined;
  #told: Told | undefined;
  #isOver = false;

  constructor(of: Subscribed) {
    this.#of = of;
    of.all.add(this);
    of.world.legs().dialogs.set(of.id, this);
  }

  get by(): LineId {
    return this.#of.by;
  }

  isAbout(event: EventPackage, line: LineId): boolean {
    return this.#of.event === event && this.#of.line.id === line;
  }

  /** For so many seconds from now; 0: it is told once more, and over. RFC 6665 §4.2.1.2: the state is told at once. */
  granted(seconds: number): void {
    const { world } = this.#of;
    this.#forget?.();
    if (seconds === 0) {
      void this.#tell('timeout');
      return;
    }
    this.#endsAt = world.legs().now() + seconds * 1_000;
    this.#forget = world.legs().after(seconds, () => this.over('timeout'));
    void this.#tell();
  }

  changed(waiting?: Waiting): void {
    if (waiting !== undefined) {
      void this.#tell(undefined, waiting);
      return;
    }
    this.#gathering ??= this.#of.world.legs().after(gatherSeconds, () => {
      this.#gathering = undefined;
      void this.#tell();
    });
  }

  over(reason: 'timeout' | 'deactivated'): void {
    this.#send(undefined, `terminated;reason=${reason}`);
  }

  handle(req: SipRequest, res: SipResponse): void {
    if (req.method !== 'SUBSCRIBE') {
      respond(res, req.method === 'OPTIONS' ? 200 : 405);
      return;
    }
    const { by, event, line, world } = this.#of;
    const config = world.config();
    const [own, other] = [config.lines.get(by), config.lines.get(line.id)];
    const seconds = leadingNumber(header(req, 'expires'));
    const judged = own && other && judgeSubscription({ by: own, event, about: other.id, seconds, held: 0 }, config);
    if (judged?.is !== 'granted') {
      const sip = judged?.sip ?? 404;
      respond(res, sip, { headers: refusal(sip, judged?.minExpires) });
      return;
    }
    respond(res, 200, { headers: { Expires: String(judged.seconds) } });
    this.granted(judged.seconds);
  }

  lost(): void {
    this.#leave();
  }

  async #tell(ending?: 'timeout', known?: Waiting): Promise<void> {
    const { event, line, world } = this.#of;
    const waiting = event === 'dialog' ? undefined : (known ?? (await world.waiting(line.id)));
    const left = Math.max(0, Math.ceil((this.#endsAt - world.legs().now()) / 1_000));
    this.#send(waiting, ending === undefined ? `active;expires=${left}` : `terminated;reason=${ending}`);
  }

  #send(waiting: Waiting | undefined, state: string): void {
    if (this.#isOver) return;
    const { id, event, socket, world } = this.#of;
    const isLast = state.startsWith('terminated');
    const body = isLast && event !== 'dialog' && waiting === undefined ? undefined : this.#body(waiting);
    const headers = { Event: event, 'Subscription-State': state, ...(body && { 'Content-Type': types[event] }) };
    if (isLast) this.#leave();
    const gone = (): void => this.#leave();
    sendRequest(
      world.legs().srf,
      { method: 'NOTIFY', uri: 'sip:placeholder', headers, body, dialog: { id, socket } },
      {
        failed: gone,
        // RFC 6665 §4.1.3: whoever does not know the subscription any more has none.
        response: ({ status }) => {
          if (status === 481 || status === 408) this.#send(undefined, 'terminated;reason=noresource');
        },
      },
    );
  }

  #body(waiting: Waiting | undefined): string {
    const { event, line, world } = this.#of;
    const { realm } = world.config().exchange;
    if (event !== 'dialog') return messageSummary({ extension: line.extension, realm, waiting: waiting ?? nothing });
    const version = (this.#told?.version ?? -1) + 1;
    const calls = world.calls(line.id);
    const text = dialogInfo(`sip:${escapeUser(line.extension)}@${realm}`, version, calls, this.#told);
    this.#told = { version, calls };
    return text;
  }

  #leave(): void {
    this.#isOver = true;
    this.#forget?.();
    this.#gathering?.();
    this.#of.all.delete(this);
    this.#of.world.legs().dialogs.remove(this.#of.id, this);
  }
}

const nothing: Waiting = { unread: 0, read: 0, urgentUnread: 0, urgentRead: 0 };
