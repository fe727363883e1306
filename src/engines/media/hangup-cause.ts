/** FreeSWITCH's names of Q.850 causes that occur here. */
const CAUSES: ReadonlyMap<string, number> = new Map([
  ['NORMAL_CLEARING', 16],
  ['USER_BUSY', 17],
  ['NO_ANSWER', 19],
  ['CALL_REJECTED', 21],
  ['DESTINATION_OUT_OF_ORDER', 27],
  ['NORMAL_UNSPECIFIED', 31],
  ['NORMAL_TEMPORARY_FAILURE', 41],
  ['RECOVERY_ON_TIMER_EXPIRE', 102],
  ['MEDIA_TIMEOUT', 604],
  ['MANAGER_REQUEST', 503],
]);

export type HangupCause = string;

/** A cause by name or number; what is unknown is a normal end. */
export function hangupCause(text: string): HangupCause {
  const name = text.trim().toUpperCase();
  if (CAUSES.has(name)) return name;
  return [...CAUSES].find(([, code]) => String(code) === name)?.[0] ?? 'NORMAL_CLEARING';
}

/** The Reason header of a BYE (RFC 3326). FreeSWITCH's own codes above 127 are no Q.850 causes: 16 is said for them. */
export function reasonHeader(cause: HangupCause): string {
  const code = CAUSES.get(cause) ?? 16;
  return `Reason: Q.850;cause=${code > 127 ? 16 : code};text="${cause}"\r\n`;
}
