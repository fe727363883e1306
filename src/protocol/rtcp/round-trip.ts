import type { ReportBlock } from './packet.ts';

/** NTP time (seconds since 1900 and 1/2^32 s) of a Unix time in ms. */
export function ntpTime(unixMs: number): { readonly seconds: number; readonly fraction: number } {
  const seconds = Math.floor(unixMs / 1000);
  const fraction = Math.floor(((unixMs - seconds * 1000) / 1000) * 2 ** 32);
  return { seconds: (seconds + 2208988800) >>> 0, fraction: fraction >>> 0 };
}

/**
 * RFC 3550 §6.4.1: A - LSR - DLSR. Undefined when the peer has had no report of ours, or the answer makes no sense
 * (negative, or beyond a minute).
 */
export function roundTripMs(block: ReportBlock, unixMs: number): number | undefined {
  if (block.lastSr === 0) return undefined;
  const now = ntpTime(unixMs);
  const middle = (((now.seconds & 0xffff) << 16) | (now.fraction >>> 16)) >>> 0;
  const units = (middle - block.lastSr - block.delaySinceLastSr) | 0;
  const ms = (units * 1000) / 65536;
  return ms < 0 || ms > 60_000 ? undefined : ms;
}
