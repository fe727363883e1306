import type { Caller, IncomingCall, Reason } from '../domain/call.ts';
import type { Instant } from '../domain/instant.ts';
import { isHoursMistake, readHours } from '../domain/week-hours.ts';
import { anyForward, type Forward, type ForwardTime, type OnlyWhen, type Wishes } from '../domain/wishes.ts';
import { opennessAt } from './schedule.ts';

/** A call that a wish may be meant for, or not. */
export interface Moment {
  readonly caller: Caller;
  readonly call: Pick<IncomingCall, 'withheld'>;
  readonly at: Instant;
  readonly timeZone: string;
}

export interface Chosen {
  readonly forward: Forward | undefined;
  readonly because: readonly Reason[];
}

/** Of the forwards for one time the first whose conditions fit, or else the one without any. Those that do not fit are told of. */
export function chosenForward(when: ForwardTime, { forwards, selective = [] }: Wishes, moment: Moment): Chosen {
  const because: Reason[] = [];
  for (const one of selective) {
    if (one.when !== when) continue;
    const why = whyNotMeant(one.only, moment);
    if (why === undefined) return { forward: one, because };
    because.push({ room: 'line', says: `the forward ${anyForward(one)} is not meant: ${why}` });
  }
  return { forward: forwards?.[when], because };
}

/** What is wrong with conditions as they were given; `undefined`: nothing. */
export function onlyMistake({ from = [], hours }: OnlyWhen): string | undefined {
  const wrong = from.find((one) => !/^(\+\d{1,15}\*?|\d{2,7}\*?|anonymous)$/.test(one));
  if (wrong !== undefined) {
    return `${wrong} is no caller: a number such as +33639980001, an extension, the beginning of one with * behind it, or anonymous`;
  }
  if (from.length > callersAtMost) return `${callersAtMost} callers are the most`;
  const read = hours === undefined ? undefined : readHours(hours);
  return read !== undefined && isHoursMistake(read) ? `hours: ${read.wrong}` : undefined;
}

const callersAtMost = 50;

/** The number by which a caller is known: E.164, or an extension. */
export function numberOf(caller: Caller): string | undefined {
  if (caller.is === 'line') return caller.line.extension;
  const { number } = caller;
  return number && ('e164' in number ? number.e164 : number.extension);
}

function whyNotMeant({ from, hours }: OnlyWhen, { caller, call, at, timeZone }: Moment): string | undefined {
  const number = call.withheld && caller.is === 'outside' ? undefined : numberOf(caller);
  if (from !== undefined && !from.some((one) => fits(one, number))) return 'it is another caller';
  if (hours === undefined) return undefined;
  const read = readHours(hours);
  if (isHoursMistake(read)) return read.wrong;
  return opennessAt(at, { timeZone, hours: read }).open ? undefined : 'it is another time';
}

function fits(one: string, number: string | undefined): boolean {
  if (number === undefined) return one === 'anonymous';
  return one.endsWith('*') ? number.startsWith(one.slice(0, -1)) : one === number;
}
