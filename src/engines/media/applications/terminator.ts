import type { Leg } from '../leg.ts';

/** `playback_terminators`: unset is `*`, `none` is no key, `any` is all of them. */
export function isTerminator(leg: Leg, key: string): boolean {
  const keys = leg.variables.get('playback_terminators') ?? '*';
  if (keys === 'none') return false;
  return keys === 'any' || keys.includes(key);
}
