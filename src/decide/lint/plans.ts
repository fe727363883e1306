import type { Config } from '../../domain/config.ts';
import type { CompiledRule } from '../../domain/dial-rule.ts';
import type { Pattern } from '../../domain/pattern.ts';
import { fit as fitOf } from '../../domain/pattern.ts';
import type { Site } from '../../domain/site.ts';
import { behindClir } from '../clir.ts';
import { classify, numberingOf } from '../numbering.ts';
import type { NumberingPlan } from '../numbering-plan.ts';
import type { Finding } from './finding.ts';
import { numberFor } from './reachable.ts';

/** Dial plans: rules that are never reached, rules that lead nowhere, and an outside prefix that may be left out. */
export function lintPlans(config: Config): readonly Finding[] {
  const plan = numberingOf(config);
  const said = new Set<string>();
  return [...config.sites.values()]
    .flatMap((site) => [...neverReached(site), ...leadNowhere(site, config, plan), ...outsidePrefix(site, plan)])
    .filter((finding) => {
      // A plan that many sites share is told of once.
      const isNew = !said.has(finding.rule + finding.config);
      said.add(finding.rule + finding.config);
      return isNew;
    });
}

/** A site may replace a rule of the plan it builds on by one of the same look: that is what building on it means. */
function neverReached({ id, plan }: Site): readonly Finding[] {
  return plan.flatMap(({ rule, pattern, config }, index) => {
    const earlier = plan.slice(0, index);
    if (
      numberFor(
        pattern,
        earlier.map((other) => other.pattern),
      ) !== undefined
    )
      return [];
    const same = earlier.find((other) => other.rule.match === rule.match);
    if (same?.config.startsWith('sites.') && !config.startsWith('sites.')) return [];
    const says =
      same === undefined
        ? `${rule.match} is never reached at ${id}: more specific rules take all of its numbers`
        : `${rule.match} is never reached at ${id}: ${same.config} looks the same and comes first`;
    return [{ severity: same === undefined ? 'warning' : 'error', rule: 'rule-never-reached', says, config }];
  });
}

function leadNowhere(site: Site, config: Config, plan: NumberingPlan): readonly Finding[] {
  return site.plan.flatMap((compiled): Finding[] => {
    const { rule, config: where } = compiled;
    const finding = (says: string): Finding => ({
      severity: 'warning',
      rule: 'rule-leads-nowhere',
      says,
      config: where,
    });
    const withheld = plan.clir.find((prefix) => rule.match.startsWith(prefix) && rule.match.length > prefix.length);
    if (withheld !== undefined && behindClir(`${withheld}0`, plan) !== undefined && rule.to !== 'outside') {
      return [finding(`${rule.match} is never asked: ${withheld} withholds the number, and what follows is dialled`)];
    }
    if (rule.to === 'extension' && !someExtension(compiled, config))
      return [finding(`${rule.match}: nobody has such an extension`)];
    if (rule.to === 'short-number' && !someShortNumber(compiled, site, config)) {
      return [finding(`${rule.match}: nobody at ${site.id} has such a short number`)];
    }
    if (rule.to === 'outside' && !somePublicNumber(compiled, plan)) {
      return [finding(`${rule.match}: what is left after taking ${rule.strip} off is no public number`)];
    }
    return [];
  });
}

/** Numbers of every class, as they are dialled after the outside prefix. */
const SAMPLES = [
  '0145678901',
  '0612345678',
  '0912345678',
  '0800123456',
  '0899123456',
  '0262123456',
  '004930123456',
  '0014155550123',
  '+33145678901',
  '+4930123456',
  '112',
  '15',
  '3949',
  '3114',
  '3250',
  '1013',
  '118218',
  '116111',
  '07001234567890',
  '36510145678901',
];

/**
 * With an outside prefix, numbers are dialled with it and not without: where both work, `00145…` is a call abroad or one to Paris
 * with the prefix, and nobody can tell.
 */
function outsidePrefix(site: Site, plan: NumberingPlan): readonly Finding[] {
  const { prefix } = site.outsideLine;
  const config = `sites.${site.id}.outsideLine.prefix`;
  if (prefix === '') return [];
  const sample = '0145678901';
  if (!leadsOutside(prefix + sample, site, plan)) {
    const says = `no rule of ${site.id} leads outside after its prefix ${prefix}`;
    return [{ severity: 'warning', rule: 'no-outside-line', says, config }];
  }
  if (!leadsOutside(sample, site, plan)) return [];
  const says = `numbers can be dialled with and without the prefix ${prefix} at ${site.id}: a prefix that may be left out is ambiguous`;
  return [{ severity: 'error', rule: 'optional-outside-prefix', says, config }];
}

function leadsOutside(dialled: string, site: Site, plan: NumberingPlan): boolean {
  const compiled = site.plan.find(({ pattern }) => fitOf(pattern, dialled) === 'fits');
  if (compiled?.rule.to !== 'outside') return false;
  return classify(compiled.rule.prepend + dialled.slice(compiled.rule.strip), plan) !== undefined;
}

function someExtension(rule: CompiledRule, config: Config): boolean {
  const leads = leadsTo(rule);
  for (const extension of config.byExtension.keys()) if (leads(extension)) return true;
  return config.blocks.some(({ from, to }) => leads(from) || leads(to) || someBetween(from, to).some(leads));
}

function someShortNumber(rule: CompiledRule, site: Site, config: Config): boolean {
  return [...(config.byShortNumber.get(site.id)?.keys() ?? [])].some(leadsTo(rule));
}

function somePublicNumber({ rule, pattern }: CompiledRule, plan: NumberingPlan): boolean {
  const own = numberFor(pattern, []);
  if (own !== undefined && classify(rule.prepend + own.slice(rule.strip), plan) !== undefined) return true;
  return SAMPLES.some(leadsTo({ rule, pattern }));
}

/** Is there something to dial that this rule turns into the number? */
function leadsTo({ rule, pattern }: Pick<CompiledRule, 'rule' | 'pattern'>): (number: string) => boolean {
  const { prepend, strip } = rule;
  const stripped = firstOf(pattern, strip);
  if (stripped === undefined) return () => false;
  return (number) => number.startsWith(prepend) && fitOf(pattern, stripped + number.slice(prepend.length)) === 'fits';
}

/** Characters that fit the first places of the pattern. */
function firstOf({ places, open }: Pattern, count: number): string | undefined {
  if (count > places.length && !open) return undefined;
  return Array.from({ length: count }, (_, at) => places[at]?.charAt(0) ?? '0').join('');
}

/** A block may be wider than a rule: some two hundred of its numbers are tried. */
function someBetween(from: string, to: string): readonly string[] {
  const first = Number(from);
  const step = Math.max(1, Math.floor((Number(to) - first) / 200));
  const count = Math.floor((Number(to) - first) / step) + 1;
  return Array.from({ length: Math.max(0, count) }, (_, at) => String(first + at * step).padStart(from.length, '0'));
}
