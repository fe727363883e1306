import { readGoal } from '../../domain/service.ts';
import type { TownDraft } from '../draft.ts';
import type { Path } from '../problem.ts';
import { type ServiceChecks, type ServiceDraft, say } from './service-checks.ts';
import { checkRung } from './service-members.ts';

type To = string | readonly string[];

/** Is there somebody, or a mailbox, where the call is sent? */
export function checkGoal(service: ServiceDraft, at: Path, to: To, members: boolean, checks: ServiceChecks): void {
  const { report } = checks;
  const goal = readGoal(to);
  if (goal.is === 'members' && !members) {
    const says = 'the members have rung, or cannot ring: they are no way out';
    say(service, at, { says, expected: 'mailbox, call-back, goodbye, or somebody else' }, report);
  }
  if (goal.is === 'last resort' && goal.resort === 'mailbox' && !hasMailbox(service)) {
    const says = `${service.id} has no mailbox: nobody would hear of the message`;
    const guess = 'mailbox: { notify: ["…"] }';
    say(service, at, { says, expected: 'a block mailbox, in this file', guess }, report);
  }
  if (goal.is !== 'ring') return;
  const texts = typeof to === 'string' ? [to] : to;
  for (const [index, text] of texts.entries()) {
    checkRung(service, typeof to === 'string' ? at : [...at, index], text, checks);
  }
}

/** Every way through the block must come to a last resort: the overflow’s last step is one, or hands over to a service that has one. */
export function checkEnd(service: ServiceDraft, { town, report }: ServiceChecks): void {
  const { overflow } = service.values;
  const last = overflow?.at(-1);
  if (overflow === undefined || last === undefined) return;
  const at = ['overflow', overflow.length - 1, 'to'];
  const goal = readGoal(last.to);
  if (goal.is === 'last resort') return;
  const handedTo = heir(service, town);
  if (handedTo === undefined) {
    const says = `${service.id} has no last resort: when nobody answers there, the caller is lost`;
    const expected = 'a last step to mailbox, call-back, goodbye, or one service that ends so';
    say(service, at, { says, expected, guess: '- { to: mailbox } as the last step' }, report);
    return;
  }
  const round = circle(service, town);
  if (round === undefined) return;
  const says = `the overflow goes round in circles: ${round.join(' → ')}`;
  say(service, at, { says, expected: 'a last step to mailbox, call-back or goodbye in one of them' }, report);
}

function hasMailbox({ values, written }: ServiceDraft): boolean {
  return values.mailbox !== undefined || written.raw(['mailbox']) !== undefined;
}

/** The service that the last step hands over to. */
function heir({ values }: ServiceDraft, town: TownDraft): string | undefined {
  const to = values.overflow?.at(-1)?.to;
  const goal = to === undefined ? undefined : readGoal(to);
  const [only, ...more] = goal?.is === 'ring' ? goal.who : [];
  return only?.is === 'service' && more.length === 0 && town.services.has(only.service) ? only.service : undefined;
}

/** From this service, by last steps, back to it. */
function circle(service: ServiceDraft, town: TownDraft): readonly string[] | undefined {
  const way = [service.id];
  let next = heir(service, town);
  while (next !== undefined && !way.includes(next)) {
    way.push(next);
    const draft = town.services.get(next);
    next = draft && heir(draft, town);
  }
  return next === service.id ? [...way, next] : undefined;
}
