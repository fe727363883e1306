/** Session-Expires and Min-SE (RFC 4028 §4, §5). */
import { parseParams } from './params.ts';

export interface SessionExpires {
  readonly seconds: number;
  readonly refresher: 'uac' | 'uas' | undefined;
}

/** RFC 4028 §4: the absolute minimum. */
export const minimumSeconds = 90;

export function parseSessionExpires(value: string): SessionExpires | undefined {
  const semicolon = value.indexOf(';');
  const seconds = deltaSeconds(semicolon < 0 ? value : value.slice(0, semicolon));
  const params = parseParams(semicolon < 0 ? '' : value.slice(semicolon));
  if (seconds === undefined || params === undefined) return undefined;
  const refresher = params.get('refresher')?.toLowerCase();
  return { seconds, refresher: refresher === 'uac' || refresher === 'uas' ? refresher : undefined };
}

export function writeSessionExpires(value: SessionExpires): string {
  return value.refresher === undefined ? `${value.seconds}` : `${value.seconds};refresher=${value.refresher}`;
}

/** delta-seconds up to 2^32-1 (RFC 3261 §20.19), or undefined. */
export function deltaSeconds(value: string): number | undefined {
  const digits = value.trim();
  if (!/^\d{1,10}$/.test(digits)) return undefined;
  const seconds = Number(digits);
  return seconds > 0xffffffff ? undefined : seconds;
}
