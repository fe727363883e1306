import type { CompiledRule, DialRule } from '../../domain/dial-rule.ts';
import { ambiguous, compareSpecificity, fit as fitOf, parsePattern } from '../../domain/pattern.ts';
import type { SiteDraft, TownDraft } from '../draft.ts';
import { nearest } from '../guess.ts';
import { type Path, pathText, placeText, type Report, type Written } from '../problem.ts';
import { oneOf } from '../say-schema.ts';

/** The dial plan of each site, ready for use. */
export interface Plans {
  /** Most specific first. `undefined`: it could not be read. */
  of(site: string): readonly CompiledRule[] | undefined;
}

/** A rule, and where it stands. */
interface PlacedRule extends CompiledRule {
  readonly written: Written;
  readonly path: Path;
}

/** Puts together each site's plan, and reports the rules that contradict each other. */
export function compilePlans(town: TownDraft, report: Report): Plans {
  const shared = new Map<string, readonly PlacedRule[]>();
  const { values, written } = town.exchange;
  for (const [name, rules] of Object.entries(values.dialPlans ?? {})) {
    const placed = place(rules, written, ['dialPlans', name], `exchange.dialPlans.${name}`);
    checkPairs(placed, [], report);
    shared.set(name, placed);
  }
  const plans = new Map<string, readonly CompiledRule[]>();
  for (const site of town.sites.values()) {
    const plan = planOf(site, values.dialPlans === undefined ? undefined : shared, report);
    if (plan === undefined) continue;
    checkPrefix(site, plan, report);
    plans.set(
      site.id,
      plan.map(({ rule, pattern, config }) => ({ rule, pattern, config })),
    );
  }
  return { of: (site) => plans.get(site) };
}

/** The rule that a number is dialled by: the most specific that fits. */
export function firstFit(plan: readonly CompiledRule[], digits: string): CompiledRule | undefined {
  return plan.find(({ pattern }) => fitOf(pattern, digits) === 'fits');
}

/** The site's own rules, and those of the shared plan that it does not write itself: a rule with the same pattern replaces one. */
function planOf(
  site: SiteDraft,
  shared: ReadonlyMap<string, readonly PlacedRule[]> | undefined,
  report: Report,
): readonly PlacedRule[] | undefined {
  const { dialPlan } = site.values;
  if (dialPlan === undefined || shared === undefined) return undefined;
  const own = place(dialPlan.rules, site.written, ['dialPlan', 'rules'], `sites.${site.id}.dialPlan.rules`);
  const base = dialPlan.use === undefined ? [] : shared.get(dialPlan.use);
  if (base === undefined) {
    const says = `there is no dial plan ${dialPlan.use} in exchange.yaml`;
    const guess = nearest(dialPlan.use ?? '', shared.keys());
    report.add(site.written.mark(['dialPlan', 'use']), {
      path: 'dialPlan.use',
      says,
      expected: oneOf(shared.keys()),
      guess,
    });
    return undefined;
  }
  const replaced = new Set(own.map(({ rule }) => rule.match));
  const kept = base.filter(({ rule }) => !replaced.has(rule.match));
  checkPairs(own, kept, report);
  return [...own, ...kept].sort((a, b) => compareSpecificity(a.pattern, b.pattern));
}

function place(rules: readonly DialRule[], written: Written, path: Path, config: string): readonly PlacedRule[] {
  return rules.flatMap((rule, index) => {
    const pattern = parsePattern(rule.match);
    return typeof pattern === 'string'
      ? []
      : [{ rule, pattern, config: `${config}[${index}]`, written, path: [...path, index] }];
  });
}

/** Each rule against the ones after it, and against those of the plan it builds on. */
function checkPairs(own: readonly PlacedRule[], base: readonly PlacedRule[], report: Report): void {
  for (const [index, rule] of own.entries()) {
    checkStrip(rule, report);
    const other = [...own.slice(0, index), ...base].find((one) => ambiguous(one.pattern, rule.pattern));
    if (other !== undefined) reportAmbiguous(rule, other, report);
  }
}

function checkStrip({ rule, pattern, written, path }: PlacedRule, report: Report): void {
  const { strip, prepend } = rule;
  const least = pattern.places.length + (pattern.open ? 1 : 0);
  if (strip < least || (strip === least && prepend !== '') || rule.to === 'refuse') return;
  const at = [...path, 'strip'];
  const says = `the rule ${rule.match} takes off ${strip} characters, and nothing is left of the number`;
  report.add(written.mark(at), { path: pathText(at), says, expected: `at most ${least - 1}, or something to prepend` });
}

function reportAmbiguous(rule: PlacedRule, other: PlacedRule, report: Report): void {
  const at = [...rule.path, 'match'];
  const also = other.written.mark([...other.path, 'match']);
  report.add(rule.written.mark(at), {
    path: pathText(at),
    says: `${rule.rule.match} and ${other.rule.match} (${placeText(also)}) fit the same numbers, and neither is the more specific`,
    expected: 'one of them, or a pattern with more digits',
    also,
  });
}

/**
 * An outside prefix that may be left out cannot be told from what follows it: with the prefix 0, is 00145… a call to 0145…
 * or one abroad? So either there is none, or every rule to the outside takes it off.
 */
function checkPrefix(site: SiteDraft, plan: readonly PlacedRule[], report: Report): void {
  const prefix = site.values.outsideLine?.prefix;
  const outside = plan.filter(({ rule }) => rule.to === 'outside');
  if (prefix === undefined || outside.length === 0) return;
  for (const rule of outside.filter((one) => leavesPrefixOpen(one, prefix)))
    reportOpenPrefix(site, prefix, rule, report);
  if (prefix === '' || outside.some((rule) => takesOff(rule, prefix))) return;
  const at = ['outsideLine', 'prefix'];
  const says = `no rule to the outside takes the prefix ${prefix} off`;
  const expected = `a rule such as { match: "${prefix}.", to: outside, strip: ${prefix.length} }`;
  report.add(site.written.mark(at), { path: pathText(at), says, expected });
}

function takesOff({ rule, pattern }: PlacedRule, prefix: string): boolean {
  return rule.strip === prefix.length && [...prefix].every((digit, place) => pattern.places[place] === digit);
}

function leavesPrefixOpen({ rule, pattern }: PlacedRule, prefix: string): boolean {
  if (prefix === '') return rule.strip === 1 && pattern.places[0] === '0';
  return rule.strip === 0 && [...prefix].every((digit, place) => pattern.places[place]?.includes(digit));
}

function reportOpenPrefix(site: SiteDraft, prefix: string, rule: PlacedRule, report: Report): void {
  const at = ['outsideLine', 'prefix'];
  const also = rule.written.mark([...rule.path, 'match']);
  const { match } = rule.rule;
  const says =
    prefix === ''
      ? `no outside prefix is dialled here, but the rule ${match} (${placeText(also)}) takes one off`
      : `the outside prefix is ${prefix}, but the rule ${match} (${placeText(also)}) is dialled without it`;
  const expected = 'a prefix that is always dialled, or none: one that may be left out makes 00… ambiguous';
  report.add(site.written.mark(at), { path: pathText(at), says, expected, also });
}
