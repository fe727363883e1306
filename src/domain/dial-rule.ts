import { z } from 'zod';
import { type Pattern, parsePattern } from './pattern.ts';

/** The text of a pattern, checked; `domain/pattern.ts` says what may stand in it. */
export const PatternText = z.string().superRefine((text, context) => {
  const pattern = parsePattern(text);
  if (typeof pattern === 'string') context.addIssue({ code: 'custom', message: `a dial-plan pattern: ${pattern}` });
});

/**
 * One rule of a dial plan: numbers of this look lead there.
 * The most specific pattern that fits wins; two rules that cannot be told apart are a configuration error.
 *
 *   extension     a town-wide number: a line, a service, or a block on the IPBX
 *   short-number  a number of this site only
 *   outside       the public network, by the national numbering plan (`strip` takes the outside prefix off)
 *   feature       a star code
 *   refuse        nobody may dial this here
 */
export const DialRule = z.strictObject({
  match: PatternText.describe('digits, x (any digit), [2-5], * # +, and a last "." for one or more further digits'),
  to: z.enum(['extension', 'short-number', 'outside', 'feature', 'refuse']),
  strip: z
    .int()
    .min(0)
    .max(16)
    .default(0)
    .describe('how many leading characters are taken off before the number is looked up'),
  prepend: z
    .string()
    .regex(/^[+\d*#]{0,16}$/, 'digits to put in front')
    .default('')
    .describe('put in front after stripping'),
  note: z.string().max(200).optional().describe('for whoever reads the plan next'),
});
export type DialRule = z.infer<typeof DialRule>;

/** A rule ready for use: its pattern read, and where in the configuration it stands. */
export interface CompiledRule {
  readonly rule: DialRule;
  readonly pattern: Pattern;
  /** Such as `sites.mairie.dialPlan.rules[1]` or `exchange.dialPlans.town[0]`. */
  readonly config: string;
}
