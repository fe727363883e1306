import type { Facts, IncomingCall } from '../../src/domain/call.ts';
import type { LineId } from '../../src/domain/ids.ts';

/** Monday 14 September 2026, 09:00 in Beauvoir. */
export const MONDAY_MORNING = 1_789_369_200_000;

/** A call as a trunk or a phone would bring it; only what matters needs saying. */
export function incoming(said: Partial<IncomingCall> & Pick<IncomingCall, 'dialled'>): IncomingCall {
  return {
    id: 'call-1',
    receivedAt: MONDAY_MORNING,
    source: { address: '203.0.113.9', port: 5060, transport: 'udp' },
    claims: { from: 'anonymous' },
    withheld: false,
    diversions: [],
    maxForwards: 70,
    ...said,
  };
}

/** A call that a line's own phone placed, with its password proved. */
export function fromLine(line: string, dialled: string, more: Partial<IncomingCall> = {}): IncomingCall {
  return incoming({ dialled, claims: { from: line, proved: line as LineId }, ...more });
}

/** A quiet exchange: nothing in use, everything alive, no luck in the draw. */
export function quiet(more: Partial<Facts> = {}): Facts {
  return {
    at: MONDAY_MORNING,
    hops: 0,
    chance: 0,
    calls: 0,
    contacts: new Map(),
    trunks: new Map(),
    siteCalls: new Map(),
    ...more,
  };
}
