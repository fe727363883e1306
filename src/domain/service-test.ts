import { z } from 'zod';

const names = z.array(z.string().min(1).max(120)).max(40).readonly();

/** One call that a service is tried with, without anybody’s phone ringing: who calls, when, who is there, and what must come of it. */
export const ServiceTest = z.strictObject({
  name: z.string().min(1).max(120).optional().describe('what is to be true, in words'),
  from: z.string().min(1).max(40).default('+33639980001').describe('who calls, as `beffroi explain --from` reads it'),
  to: z.string().min(1).max(40).optional().describe('what they dial; the first number of the service unless given'),
  at: z
    .string()
    .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d$/, 'an instant by the clock of the site, such as 2026-09-14T09:00')
    .describe('when, by the clock of the site'),
  mode: z.enum(['normal', 'crisis', 'closed']).default('normal').describe('as the service is switched'),
  away: names.default([]).describe('extensions whose phones are not there; all others are'),
  busy: names.default([]).describe('extensions that talk to somebody else'),
  loggedOut: names.default([]).describe('extensions of agents who have logged out of the service'),
  paused: names.default([]).describe('extensions of agents who are on a break'),
  presses: z
    .string()
    .regex(/^[0-9*#]*$/, 'keys such as "1"')
    .max(10)
    .default('')
    .describe('keys that the caller presses, one at each place where keys lead elsewhere'),
  ringing: z
    .enum(['no answer', 'busy', 'declined', 'unreachable'])
    .default('no answer')
    .describe('how every ring ends'),
  waiting: z.int().min(0).max(500).default(0).describe('callers who wait already'),
  expect: z
    .strictObject({
      says: names.optional().describe('everything that is said before somebody answers, in order, when nobody does'),
      rings: names.optional().describe('who rings first: extensions, numbers; all who ring in the first round'),
      thenRings: names.optional().describe('who rings after them when nobody answers, in order'),
      ends: z
        .string()
        .max(80)
        .optional()
        .describe(
          'how it ends when nobody answers: mailbox, mailbox of ID, call-back, call-back by ID, goodbye, refused',
        ),
      shows: z.string().max(40).optional().describe('the number that the first who rings sees'),
    })
    .describe('at least one of these'),
});
export type ServiceTest = z.infer<typeof ServiceTest>;
