import type { Config } from '../domain/config.ts';
import type { Line } from '../domain/line.ts';
import { ownerOfExtension } from './town-numbers.ts';

/** What a phone may be told of: its lamp (RFC 3842), and whether another line is busy (RFC 4235). */
export const eventPackages = ['message-summary', 'dialog'] as const;
export type EventPackage = (typeof eventPackages)[number];

/** What a SUBSCRIBE asks for, once its line has proved itself. */
export interface SubscriptionWish {
  readonly by: Line;
  readonly event: EventPackage;
  /** The user part of the Request-URI. */
  readonly about: string;
  /** As asked; `undefined`: as long as is usual. */
  readonly seconds: number | undefined;
  /** How many subscriptions the line has already, this one not counted. */
  readonly held: number;
}

/** `granted` for so many seconds (0: told once, and no more), about this line; or refused (RFC 6665 §4.2.1). */
export type Subscription =
  | { readonly is: 'granted'; readonly line: Line; readonly seconds: number }
  | { readonly is: 'refused'; readonly sip: number; readonly minExpires?: number };

/** RFC 6665 §4.2.1.1: shorter ones are told so (423). */
const secondsAtLeast = 60;
const secondsAtMost = 3_600;
/** RFC 3842 §3.4 and RFC 4235 §3.4 leave it to us. */
const secondsUsual = 3_600;

export function judgeSubscription(wish: SubscriptionWish, config: Config): Subscription {
  const { by, event, about, held, seconds = secondsUsual } = wish;
  const line = lineNamed(about, by, config);
  if (line === undefined) return { is: 'refused', sip: 404 };
  if (!(event === 'dialog' ? mayWatch(by, line, config) : line.id === by.id)) return { is: 'refused', sip: 403 };
  if (seconds > 0 && seconds < secondsAtLeast) return { is: 'refused', sip: 423, minExpires: secondsAtLeast };
  if (seconds > 0 && held >= config.exchange.watching.atMost) return { is: 'refused', sip: 503 };
  return { is: 'granted', line, seconds: Math.min(seconds, secondsAtMost) };
}

/** May this line see whether that one is busy? */
export function mayWatch(by: Line, other: Line, { exchange }: Config): boolean {
  if (by.id === other.id) return true;
  const { lines } = exchange.watching;
  return lines === 'town' || (lines === 'site' && by.site === other.site);
}

/** An extension, a line's own id, or (as some phones ask for their lamp) nobody in particular: their own line. */
function lineNamed(about: string, by: Line, config: Config): Line | undefined {
  if (about === '' || about === by.id || about === by.extension) return by;
  const owner = ownerOfExtension(about, config);
  if (owner?.is === 'line') return config.lines.get(owner.line);
  return config.lines.get(about as Line['id']);
}
