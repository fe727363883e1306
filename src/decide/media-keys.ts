/** What a party has said of itself, as far as it tells how it takes keys. Header values as they came. */
export interface KeysHint {
  readonly description: string | undefined;
  readonly allow: string | undefined;
  readonly accept: string | undefined;
  /** They have told a key by INFO themselves. */
  readonly hasToldOne: boolean;
}

/**
 * Does this party want the keys of the other side by INFO? Telephone-events (RFC 4733) come first, wherever they were agreed. Nearly
 * every phone lists INFO in Allow, so that alone means nothing: it must accept bodies with keys, or have sent one itself. Everybody else hears
 * keys as tones.
 */
export function takesKeysByInfo({ description, allow, accept, hasToldOne }: KeysHint): boolean {
  if (description === undefined || /^a=rtpmap:\d{1,3} telephone-event\//im.test(description)) return false;
  if (hasToldOne) return true;
  return /\bINFO\b/i.test(allow ?? '') && /\bapplication\/dtmf(?:-relay)?\b/i.test(accept ?? '');
}
