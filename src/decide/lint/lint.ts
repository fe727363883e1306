import type { Config } from '../../domain/config.ts';
import { lintEmergency } from './emergency.ts';
import type { Finding } from './finding.ts';
import { lintMedia } from './media.ts';
import { lintNumbers } from './numbers.ts';
import { lintPlans } from './plans.ts';
import { lintServices } from './services.ts';
import { lintTrunks } from './trunks.ts';

/** Findings beyond this many are not told: who has so many begins with the first. */
export const findingsAtMost = 500;

/**
 * What is wrong with a configuration whose files are in order and whose references lead somewhere.
 * It asks the same functions that route calls: numbers that cannot be dialled, rules that are never reached, help out of reach.
 */
export function lint(config: Config): readonly Finding[] {
  const findings = [
    ...lintEmergency(config),
    ...lintPlans(config),
    ...lintNumbers(config),
    ...lintTrunks(config),
    ...lintServices(config),
    ...lintMedia(config),
  ];
  const errors = findings.filter(({ severity }) => severity === 'error');
  const warnings = findings.filter(({ severity }) => severity === 'warning');
  return [...errors, ...warnings].slice(0, findingsAtMost);
}
