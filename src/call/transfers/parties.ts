import type { CallerLeg, Leg, Parties, Party } from '../ports.ts';

/** Who those are that talk, for as long as somebody holds their ends. */
export function createParties(): Parties {
  const known = new WeakMap<CallerLeg | Leg, Party>();
  return {
    know: (party) => void known.set(party.end, party),
    of: (end) => known.get(end),
  };
}
