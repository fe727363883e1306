import type { Parties } from '../ports.ts';

/** Who those are that talk, for as long as somebody holds their ends. */
export function createParties(): Parties {
  return {
    know: (party) => {
      party.end.who = party;
    },
    of: ({ who }) => who,
  };
}
