import type { WishBook } from './call/wishes.ts';
import { decide } from './decide/decide-call.ts';
import type { IncomingCall } from './domain/call.ts';
import type { Config } from './domain/config.ts';
import type { LineId } from './domain/ids.ts';
import type { Instant } from './domain/instant.ts';
import type { Wishes } from './domain/wishes.ts';
import { type FactSources, factsFor } from './facts.ts';

export interface Wishing {
  readonly config: Config;
  readonly facts: FactSources;
  readonly wishes: WishBook;
  now(): Instant;
}

/**
 * Does what a star code asks for, by the decision that the line's own phone would get: no right is gained by asking another way.
 * A sentence says why that cannot be.
 */
export async function wishByCode(
  id: string,
  code: string,
  { config, facts, wishes, now }: Wishing,
): Promise<{ readonly line: string; readonly wishes: Wishes } | string> {
  const line = config.lines.get(id as LineId);
  if (line === undefined) return `there is no line ${id}`;
  const call: IncomingCall = {
    id: 'wish',
    receivedAt: now(),
    source: { address: '127.0.0.1', port: 0, transport: 'tcp' },
    dialled: code,
    claims: { from: line.id, proved: line.id },
    withheld: false,
    diversions: [],
    maxForwards: 70,
  };
  const { treatment, because } = decide(call, config, (about) => factsFor(about, call, config, facts));
  if (treatment.do !== 'wish') return `${code} is no star code for wishes`;
  if (treatment.change !== undefined) return { line: id, wishes: await wishes.change(line.id, treatment.change) };
  const refused = treatment.say.some((say) => 'prompt' in say && say.prompt === 'forward.refused');
  return refused ? (because.at(-1)?.says ?? 'that may not be wished') : { line: id, wishes: wishes.of(line.id) };
}
