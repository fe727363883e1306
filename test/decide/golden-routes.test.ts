import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { type Explanation, explainCall, type Next } from '../../src/decide/explain.ts';
import type { Facts } from '../../src/domain/call.ts';
import { MONDAY_MORNING } from '../support/calls.ts';
import { beauvoir } from '../support/town.ts';

/**
 * A file is a situation in the town of test/support/town.ts, a line of three dashes, and the decision. Its name says what is true.
 * `UPDATE_GOLDEN=1` writes the decisions anew; they are then read in review.
 */
const folder = join(import.meta.dirname, '../golden/routes');

const Situation = z.strictObject({
  from: z.string(),
  to: z.string(),
  site: z.string().optional(),
  withheld: z.boolean().optional(),
  maxForwards: z.int().optional(),
  diversions: z
    .array(
      z.strictObject({
        by: z.string(),
        reason: z.enum(['unconditional', 'user-busy', 'no-answer', 'unknown']),
        counter: z.int(),
      }),
    )
    .optional(),
  hops: z.int().optional(),
  chance: z.number().optional(),
  calls: z.int().optional(),
  contacts: z.record(z.string(), z.int()).optional(),
  trunks: z
    .record(z.string(), z.strictObject({ channelsInUse: z.int().default(0), alive: z.array(z.boolean()).default([]) }))
    .optional(),
  siteCalls: z.record(z.string(), z.int()).optional(),
});

describe('golden routes', () => {
  const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.yaml')) : [];

  it('are many', () => {
    expect(files.length).toBeGreaterThanOrEqual(60);
  });

  for (const name of files) {
    it(name.replace('.yaml', '').replaceAll('-', ' '), () => {
      const path = join(folder, name);
      const [situation = '', decided] = readFileSync(path, 'utf8').split('---\n');
      const decision = decisionOn(situation);
      if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(path, `${situation}---\n${decision}`);
      else expect(decision).toBe(decided);
    });
  }
});

function decisionOn(text: string): string {
  const { from, to, site, withheld, maxForwards, diversions, ...facts } = Situation.parse(parse(text));
  const question = {
    from,
    to,
    at: MONDAY_MORNING,
    facts: factsFrom(facts),
    ...(site !== undefined && { site }),
    ...(withheld !== undefined && { withheld }),
    ...(maxForwards !== undefined && { maxForwards }),
    ...(diversions !== undefined && { diversions }),
  };
  return stringify(readable(explainCall(question, beauvoir)), { lineWidth: 0 });
}

function factsFrom({ contacts, trunks, siteCalls, ...numbers }: Partial<z.infer<typeof Situation>>): Partial<Facts> {
  return {
    ...numbers,
    contacts: new Map(Object.entries(contacts ?? {})),
    trunks: new Map(Object.entries(trunks ?? {})),
    siteCalls: new Map(Object.entries(siteCalls ?? {})),
  } as unknown as Partial<Facts>;
}

/** What a reviewer wants to see of a decision, in the order they want it. */
function readable({ caller, account, destination, because, leaves, next }: Explanation): object {
  return {
    caller,
    account: account?.is ?? 'none',
    destination,
    because: because.map(({ room, says, config }) => `${room}: ${says}${config === undefined ? '' : ` (${config})`}`),
    ...(leaves.length > 0 && { leaves }),
    next: readableNext(next),
  };
}

const inOrder = ['answered', 'busy', 'no answer', 'unreachable', 'declined', 'failed', 'caller gone'];

function readableNext(next: Next): object | string {
  if (next.do === 'refuse') return `refuse ${next.why}: ${next.sip}, cause ${next.q850}`;
  if (next.do !== 'ring') return next.do;
  const { how, seconds, targets, endings } = next;
  const each = Object.entries(endings).flatMap(([names, then]) =>
    names.split(', ').map((name) => [name, then] as const),
  );
  const after = each
    .toSorted(([one], [other]) => inOrder.indexOf(one) - inOrder.indexOf(other))
    .map(([name, then]): [string, object | string] => [name, readableNext(then)]);
  return {
    [`ring ${how}`]: targets.map(({ target, shows }) => `${target} is shown ${shows}`),
    seconds,
    ...Object.fromEntries(after),
  };
}
