import type { NotReached, Reason, Ring, Target, Treatment } from '../domain/call.ts';
import type { LineFilter } from '../domain/filter.ts';
import { mailboxOfLine, toMailbox } from './mailbox-treatment.ts';
import { numberOf } from './only-when.ts';
import { refuseWith, type Treated } from './treated.ts';
import type { Wishing } from './wishing.ts';

/** A secretary's phone that is registered and says nothing does not keep the caller waiting. */
const signOfLifeSeconds = 3;

/**
 * Boss and secretary: calls to the line ring the secretary first, and the line itself (as its owner wishes) when nobody there takes
 * them. The secretary's own calls come through, transferred ones too, and those of the numbers that the filter lets pass.
 */
export function filtered(own: Treated, wishing: Wishing): Treated {
  const { line, wishes, config } = wishing;
  const { filter } = line;
  if (filter === undefined) return own;
  const says = (text: string): Reason => ({ room: 'line', says: text, config: line.config });
  if (wishes.filterOff === true) return { ...own, because: [...own.because, says(`the filter of ${line.id} is off`)] };
  const passes = whyItPasses(filter, wishing);
  if (passes !== undefined) return { ...own, because: [...own.because, says(passes)] };
  const targets = secretariesOf(filter, wishing);
  if (targets.length === 0) {
    return { ...own, because: [...own.because, says(`no secretary of ${line.id} can be rung`)] };
  }
  const mailbox = mailboxOfLine(line, config);
  const declined: Treatment =
    mailbox === undefined ? refuseWith('declined').treatment : toMailbox(mailbox.id, 'declined');
  const ring: Ring = {
    do: 'ring',
    targets,
    how: 'together',
    seconds: filter.seconds,
    silentSeconds: signOfLifeSeconds,
    // Whoever declines for the boss has decided for them.
    when: { declined } satisfies Partial<Record<NotReached, Treatment>>,
    otherwise: own.treatment,
  };
  return { treatment: ring, because: [says(`${line.id} is filtered: its secretary is rung first`), ...own.because] };
}

function whyItPasses({ secretary, pass }: LineFilter, { caller, call, account, config }: Wishing): string | undefined {
  const dials = account?.line === undefined ? undefined : config.lines.get(account.line)?.extension;
  if (dials !== undefined && secretary.includes(dials)) return `${dials} is the secretary, whose calls come through`;
  const isHidden = caller.is === 'outside' && call.withheld;
  const number = isHidden ? undefined : numberOf(caller);
  return number !== undefined && pass.includes(number as never) ? 'the filter lets this number pass' : undefined;
}

/** As the line itself would dial them. Whoever forwards every call is rung where it leads. */
function secretariesOf({ secretary }: LineFilter, { dial }: Wishing): readonly Target[] {
  return secretary.flatMap((extension) => {
    const { treatment, destination } = dial(extension);
    return treatment.do === 'ring' && destination.is === 'line' ? treatment.targets : [];
  });
}
