import type { WishBook } from '../call/wishes.ts';
import { decide } from '../decide/decide-call.ts';
import { onlyMistake } from '../decide/only-when.ts';
import type { IncomingCall, Treatment } from '../domain/call.ts';
import type { Config } from '../domain/config.ts';
import type { LineId } from '../domain/ids.ts';
import type { Instant } from '../domain/instant.ts';
import type { OnlyWhen, WishChange, Wishes } from '../domain/wishes.ts';
import { type FactSources, factsFor } from './facts.ts';

export interface Wishing {
  readonly config: Config;
  readonly facts: FactSources;
  readonly wishes: WishBook;
  now(): Instant;
}

interface WishedLine {
  readonly line: string;
  readonly wishes: Wishes;
}

/**
 * Does what a star code asks for, by the decision that the line's own phone would get: no right is gained by asking another way.
 * `only`: for which calls a forward is meant; phones cannot say that. A sentence says why it cannot be.
 */
export async function wishByCode(
  id: string,
  code: string,
  only: OnlyWhen | undefined,
  { config, facts, wishes, now }: Wishing,
): Promise<WishedLine | string> {
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
  const mistake = only && onlyMistake(only);
  if (mistake !== undefined) return mistake;
  if (only !== undefined) return withCondition(line.id, treatment, only, wishes);
  if (treatment.change !== undefined) return { line: id, wishes: await wishes.change(line.id, treatment.change) };
  return isRefused(treatment)
    ? (because.at(-1)?.says ?? 'that may not be wished')
    : { line: id, wishes: wishes.of(line.id) };
}

type Wish = Extract<Treatment, { do: 'wish' }>;

async function withCondition(line: LineId, wish: Wish, only: OnlyWhen, wishes: WishBook): Promise<WishedLine | string> {
  const { change } = wish;
  if (isRefused(wish)) return 'it may not be forwarded there';
  const isForward =
    change !== undefined &&
    (('set' in change && change.set === 'forward') || ('clear' in change && change.clear === 'forward'));
  if (!isForward) return 'only a forward may be meant for some calls and not for others';
  return { line, wishes: await wishes.change(line, { ...change, only } as WishChange) };
}

function isRefused({ say }: Wish): boolean {
  return say.some((one) => 'prompt' in one && one.prompt === 'forward.refused');
}
