import { z } from 'zod';

/** 1 to 65535. */
const port = '(?:[1-9]\\d{0,3}|[1-5]\\d{4}|6[0-4]\\d{3}|65[0-4]\\d{2}|655[0-2]\\d|6553[0-5])';

/** A host and a port; `such` is an example. */
export const hostPort = (such: string): z.ZodString =>
  z
    .string()
    .regex(new RegExp(`^[A-Za-z0-9.-]{1,253}:${port}$`), `a host and a port from 1 to 65535, such as "${such}"`);

/** Digits and dots, and no IPv4 address all the same: no host bears such a name either (RFC 1123 §2.1). */
export function isBrokenAddress(host: string): boolean {
  if (!/^[\d.]+$/.test(host)) return false;
  const parts = host.split('.');
  return parts.length !== 4 || parts.some((part) => part === '' || part.length > 3 || Number(part) > 255);
}
