/**
 * Every way we say no, in one place. A refusal is a value, never an exception.
 * `sip`: the status sent (RFC 3261 §21). `q850`: the cause in the Reason header (RFC 3326, ITU-T Q.850).
 * `says`: the reason phrase, and what an announcement would say. docs/refusals.md is checked against this table by a test.
 */
export const refusals = {
  stranger: { sip: 403, q850: 21, says: 'We do not know who is calling' },
  'false-name': { sip: 403, q850: 21, says: 'The phone calls itself by a name that is not its own' },
  malformed: { sip: 484, q850: 28, says: 'That is not a number' },
  unallocated: { sip: 404, q850: 1, says: 'That number does not exist' },
  'no-such-feature': { sip: 404, q850: 1, says: 'That star code does not exist' },
  'feature-done': { sip: 480, q850: 16, says: 'That is done' },
  barred: { sip: 403, q850: 21, says: 'This line may not dial that' },
  busy: { sip: 486, q850: 17, says: 'The line is busy' },
  'no-answer': { sip: 480, q850: 19, says: 'Nobody answered' },
  declined: { sip: 603, q850: 21, says: 'The call was declined' },
  unreachable: { sip: 480, q850: 20, says: 'No phone is registered for that line' },
  'unknown-extension': { sip: 420, q850: 29, says: 'The phone requires something we do not know' },
  'not-sdp': { sip: 415, q850: 79, says: 'The offer is not a session description' },
  'too-large': { sip: 413, q850: 95, says: 'The request is too large' },
  'not-acceptable': { sip: 488, q850: 88, says: 'The phones have no codec in common' },
  moved: { sip: 410, q850: 22, says: 'That number has changed' },
  'far-end-refused': { sip: 480, q850: 31, says: 'The far end refused the call' },
  'trunks-failed': { sip: 500, q850: 38, says: 'No trunk would carry the call' },
  'trunk-full': { sip: 500, q850: 34, says: 'All channels of the trunk are in use' },
  'site-full': { sip: 480, q850: 42, says: 'The site has too many calls' },
  overload: { sip: 503, q850: 42, says: 'Too many calls at once' },
  draining: { sip: 503, q850: 41, says: 'The exchange is being stopped' },
  loop: { sip: 482, q850: 25, says: 'The call goes round in circles' },
  'too-many-hops': { sip: 483, q850: 25, says: 'The call was passed on too often' },
  'our-fault': { sip: 500, q850: 41, says: 'The exchange made a mistake' },
} as const satisfies Record<string, { sip: number; q850: number; says: string }>;

export type Refusal = keyof typeof refusals;
