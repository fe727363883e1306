/** The request methods this software knows (RFC 3261, 3262, 3265/6665, 3311, 3428, 3515, 3903, 6086). */
export const methods = [
  'INVITE',
  'ACK',
  'BYE',
  'CANCEL',
  'OPTIONS',
  'REGISTER',
  'PRACK',
  'SUBSCRIBE',
  'NOTIFY',
  'PUBLISH',
  'INFO',
  'REFER',
  'MESSAGE',
  'UPDATE',
] as const;

export type Method = (typeof methods)[number];

const known: ReadonlySet<string> = new Set(methods);

/** Methods are case-sensitive (RFC 3261 §7.1). */
export function isKnownMethod(method: string): method is Method {
  return known.has(method);
}
