import type { ServiceId } from './ids.ts';

/** When a call of a line is forwarded: at once, or because of how the ring ended (3GPP TS 22.082: CFU, CFB, CFNRy, CFNRc). */
export const forwardTimes = ['always', 'busy', 'no answer', 'unreachable'] as const;
export type ForwardTime = (typeof forwardTimes)[number];

export interface Forward {
  /** As the line would dial it. */
  readonly to: string;
  /** How long the line rings before `no answer` is meant. */
  readonly afterSeconds?: number;
}

/** For which calls a forward is meant: of these callers, at these hours; all that is named must fit. */
export interface OnlyWhen {
  /** E.164 numbers and extensions, their beginnings with a `*` behind, or `anonymous`. */
  readonly from?: readonly string[];
  /** In plain words, such as `lun-ven 18:00-08:00`, by the clock of the line's site. */
  readonly hours?: string;
}

/** A forward that is not meant for every call. */
export interface SelectiveForward extends Forward {
  readonly when: ForwardTime;
  readonly only: OnlyWhen;
}

/** A line may have so many of them. */
export const selectiveAtMost = 20;

/** A forward for people, without the line: `of every call to 4102 after 20 s, only from +33639980001`. */
export function anyForward({
  when,
  to,
  afterSeconds,
  only,
}: Omit<SelectiveForward, 'only'> & { only?: OnlyWhen }): string {
  const after = afterSeconds === undefined ? '' : ` after ${afterSeconds} s`;
  const from = only?.from === undefined ? '' : `, only from ${only.from.join(', ')}`;
  const hours = only?.hours === undefined ? '' : `, only ${only.hours}`;
  return `${when === 'always' ? 'of every call' : `when ${when}`} to ${to}${after}${from}${hours}`;
}

/** A second phone that rings as well: a mobile, after so many seconds, until one of them has taken the call. */
export interface Twin {
  readonly to: string;
  readonly afterSeconds: number;
  /** Not beside the line's own phones, but when those have not taken the call. */
  readonly inTurn?: true;
}

/**
 * What the owner of a line wishes, by star code, API or command line. It stands in the store, never in YAML: a reload
 * loses no wish, and a wish overrules no fact (ADR 0008). What is absent is off.
 */
export interface Wishes {
  readonly forwards?: Readonly<Partial<Record<ForwardTime, Forward>>>;
  /** Looked at before those that are meant for every call, the first that fits. */
  readonly selective?: readonly SelectiveForward[];
  readonly twin?: Twin;
  readonly doNotDisturb?: boolean;
  /** The number is withheld on every call, unless a call asks otherwise (permanent CLIR). */
  readonly hidesNumber?: boolean;
  /** Calls from outside without a number are declined (ACR). */
  readonly rejectsAnonymous?: boolean;
  /** The filter that the configuration gives the line is switched off. */
  readonly filterOff?: boolean;
  /** Numbers whose calls are declined, in E.164 or as extensions. */
  readonly blocked?: readonly string[];
  /** A second call while one goes on is busy (no call waiting). */
  readonly noCallWaiting?: boolean;
  /** As an agent of the services that the line is a member of. */
  readonly agent?: 'out' | 'paused';
  /** As an agent of single services, by their ids; what `agent` says holds for all of them. */
  readonly agentOf?: Readonly<Record<string, 'out' | 'paused'>>;
}

/** One change of a wish. */
export type WishChange =
  | {
      readonly set: 'forward';
      readonly when: ForwardTime;
      readonly to: string;
      readonly afterSeconds?: number;
      readonly only?: OnlyWhen;
    }
  /** With conditions: the one that has the same. */
  | { readonly clear: 'forward'; readonly when: ForwardTime; readonly only?: OnlyWhen }
  | { readonly clear: 'all forwards' }
  | { readonly set: 'twin'; readonly to: string; readonly afterSeconds: number; readonly inTurn?: true }
  | { readonly clear: 'twin' }
  | { readonly set: WishFlag }
  | { readonly clear: WishFlag }
  | { readonly set: 'block'; readonly number: string }
  | { readonly clear: 'block'; readonly number: string }
  /** Without a service: of all of them. */
  | { readonly set: 'agent'; readonly as: 'in' | 'out' | 'paused'; readonly service?: ServiceId };

export const wishFlags = ['doNotDisturb', 'hidesNumber', 'rejectsAnonymous', 'noCallWaiting', 'filterOff'] as const;
export type WishFlag = (typeof wishFlags)[number];

/** A line may block so many numbers. */
export const blockedAtMost = 200;
