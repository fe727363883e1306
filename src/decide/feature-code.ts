import type { ServiceMode } from '../domain/service.ts';
import type { ForwardTime, WishChange } from '../domain/wishes.ts';

/** What a star code asks for. `ask`: how is it now? */
export type Feature =
  | { readonly is: 'change'; readonly change: WishChange }
  | { readonly is: 'ask'; readonly when: ForwardTime }
  /** Without an extension: any call of the caller's own site. */
  | { readonly is: 'pick up'; readonly extension?: string }
  /** Transferred to: parks the call. Dialled: fetches it. At this place, or any. */
  | { readonly is: 'park'; readonly place?: number }
  /** Transferred to: waits for a conference of whoever transfers. Dialled: begins it. */
  | { readonly is: 'confer' }
  /** As an agent of the service with this extension. */
  | { readonly is: 'agent'; readonly as: 'in' | 'out' | 'paused'; readonly extension: string }
  /** The service with this extension is switched, or (no mode) asked for. */
  | { readonly is: 'switch'; readonly extension: string; readonly mode?: ServiceMode }
  /** The filter of the caller's own line, or of the boss with this extension. */
  | { readonly is: 'filter'; readonly on: boolean; readonly boss?: string }
  | { readonly is: 'toggle'; readonly flag: 'doNotDisturb' | 'rejectsAnonymous' };

/**
 * Reads a star code. `undefined`: there is no such code. Those of forwarding are 3GPP TS 22.030's (21 always, 61 no
 * answer, 62 unreachable, 67 busy) and France's 69 for busy.
 */
export function readFeatureCode(code: string): Feature | undefined {
  const fixed = fixedCodes.get(code.replace(/#$/, '')) ?? fixedCodes.get(code);
  if (fixed !== undefined) return fixed;
  for (const read of readers) {
    const feature = read(code);
    if (feature !== undefined) return feature;
  }
  return undefined;
}

const on = (change: WishChange): Feature => ({ is: 'change', change });

const fixedCodes: ReadonlyMap<string, Feature> = new Map<string, Feature>([
  ['##002', on({ clear: 'all forwards' })],
  ['*20', on({ clear: 'all forwards' })],
  ['*25', { is: 'toggle', flag: 'doNotDisturb' }],
  ['*26', on({ set: 'doNotDisturb' })],
  ['#26', on({ clear: 'doNotDisturb' })],
  ['*43', on({ clear: 'noCallWaiting' })],
  ['#43', on({ set: 'noCallWaiting' })],
  ['*31', on({ set: 'hidesNumber' })],
  ['#31', on({ clear: 'hidesNumber' })],
  ['*71', { is: 'confer' }],
  ['*77', { is: 'toggle', flag: 'rejectsAnonymous' }],
  ['#63', on({ clear: 'twin' })],
  ['#64', on({ clear: 'twin' })],
  ['*50', on({ set: 'agent', as: 'in' })],
  ['#50', on({ set: 'agent', as: 'out' })],
  ['*51', on({ set: 'agent', as: 'paused' })],
  ['#51', on({ set: 'agent', as: 'in' })],
]);

const times: ReadonlyMap<string, ForwardTime> = new Map([
  ['21', 'always'],
  ['61', 'no answer'],
  ['62', 'unreachable'],
  ['67', 'busy'],
  ['69', 'busy'],
]);

/** TS 22.082 §3.2: 5 to 30 seconds, in steps of five; any number of seconds between is taken as it is. */
const secondsAtLeast = 5;
const secondsAtMost = 60;

function setForward(code: string): Feature | undefined {
  const [, what, to, seconds] = /^\*(21|61|62|67|69)\*(\+?\d{2,15})(?:\*(\d{1,2}))?#?$/.exec(code) ?? [];
  const when = times.get(what ?? '');
  if (when === undefined || to === undefined) return undefined;
  if (seconds === undefined || when !== 'no answer') return on({ set: 'forward', when, to });
  const afterSeconds = Math.min(secondsAtMost, Math.max(secondsAtLeast, Number(seconds)));
  return on({ set: 'forward', when, to, afterSeconds });
}

function clearForward(code: string): Feature | undefined {
  const [, what] = /^#(21|61|62|67|69)#?$/.exec(code) ?? [];
  const when = times.get(what ?? '');
  return when && on({ clear: 'forward', when });
}

function askForward(code: string): Feature | undefined {
  const [, what] = /^\*#(21|61|62|67|69)#?$/.exec(code) ?? [];
  const when = times.get(what ?? '');
  return when && { is: 'ask', when };
}

/** The second phone rings with the first, or after so many seconds; or once the first has not been taken. */
function setTwin(code: string): Feature | undefined {
  const [, what, to, seconds] = /^\*(63|64)\*(\+?\d{2,15})(?:\*(\d{1,2}))?#?$/.exec(code) ?? [];
  if (to === undefined) return undefined;
  if (what === '64') return on({ set: 'twin', to, afterSeconds: 0, inTurn: true });
  return on({ set: 'twin', to, afterSeconds: Math.min(secondsAtMost, Number(seconds ?? 0)) });
}

function pickUp(code: string): Feature | undefined {
  const [, extension] = /^\*8(\d{2,7})?#?$/.exec(code) ?? [];
  if (!/^\*8\d*#?$/.test(code)) return undefined;
  return extension === undefined ? { is: 'pick up' } : { is: 'pick up', extension };
}

function park(code: string): Feature | undefined {
  const [whole, place] = /^\*70([1-9])?#?$/.exec(code) ?? [];
  if (whole === undefined) return undefined;
  return place === undefined ? { is: 'park' } : { is: 'park', place: Number(place) };
}

function block(code: string): Feature | undefined {
  const [, sign, number] = /^([*#])60\*(\+?\d{2,15})#?$/.exec(code) ?? [];
  if (number === undefined) return undefined;
  return on(sign === '*' ? { set: 'block', number } : { clear: 'block', number });
}

const agentCodes: ReadonlyMap<string, 'in' | 'out' | 'paused'> = new Map([
  ['*50', 'in'],
  ['#50', 'out'],
  ['*51', 'paused'],
  ['#51', 'in'],
]);

function agentOf(code: string): Feature | undefined {
  const [, what = '', extension] = /^([*#]5[01])\*(\d{2,7})#?$/.exec(code) ?? [];
  const as = agentCodes.get(what);
  return as && extension !== undefined ? { is: 'agent', as, extension } : undefined;
}

function filter(code: string): Feature | undefined {
  const [whole, sign, boss] = /^([*#])37(?:\*(\d{2,7}))?#?$/.exec(code) ?? [];
  if (whole === undefined) return undefined;
  return { is: 'filter', on: sign === '*', ...(boss !== undefined && { boss }) };
}

const modes: ReadonlyMap<string, ServiceMode> = new Map([
  ['0', 'normal'],
  ['1', 'crisis'],
  ['2', 'closed'],
]);

function switchService(code: string): Feature | undefined {
  const [, sign = '', extension, key = ''] = /^(\*#?|#)34\*(\d{2,7})(?:\*([012]))?#?$/.exec(code) ?? [];
  if (extension === undefined || (sign === '*') !== (key !== '')) return undefined;
  if (sign === '*#') return { is: 'switch', extension };
  const mode = sign === '#' ? 'normal' : modes.get(key);
  return mode && { is: 'switch', extension, mode };
}

const readers = [
  setForward,
  clearForward,
  askForward,
  setTwin,
  block,
  pickUp,
  park,
  agentOf,
  filter,
  switchService,
] as const;
