import { lint } from '../decide/lint/lint.ts';
import type { Config } from '../domain/config.ts';
import { type Painter, printable } from './paint.ts';

export type Finding = ReturnType<typeof lint>[number];

/** What is well written and still wrong: asked of the functions that route calls. */
export function findingsOf(config: Config): {
  readonly errors: readonly Finding[];
  readonly warnings: readonly Finding[];
} {
  const findings = lint(config);
  return {
    errors: findings.filter(({ severity }) => severity === 'error'),
    warnings: findings.filter(({ severity }) => severity === 'warning'),
  };
}

/** A line or two each, for people. Ends in a line feed. */
export function findingsText(findings: readonly Finding[], { bad, strong, faint }: Painter): string {
  return findings
    .map(({ severity, rule, says, config }) => {
      const kind = severity === 'error' ? bad('error') : strong('warning');
      return `${kind}  ${printable(config)}  ${faint(rule)}\n  ${printable(says)}\n`;
    })
    .join('');
}
