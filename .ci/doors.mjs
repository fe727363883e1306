/**
 * The door guard: runs dependency-cruiser over src and fails on a violation, and also when it saw nothing.
 * A cruise of 0 modules is green and blind (it happens when TypeScript is too new for it), so it is a failure here.
 */
import { execFileSync } from 'node:child_process';

const LEAST_MODULES = 30;

function cruise() {
  const arguments_ = ['depcruise', 'src', '--config', '.ci/boundaries.mjs', '--output-type', 'json'];
  try {
    return execFileSync('npx', ['--no-install', ...arguments_], { encoding: 'utf8', maxBuffer: 256 * 1024 * 1024 });
  } catch (error) {
    if (typeof error.stdout === 'string' && error.stdout.startsWith('{')) return error.stdout;
    throw error;
  }
}

const { summary, modules } = JSON.parse(cruise());
const ours = modules.filter((module) => module.source.startsWith('src/')).length;
for (const { rule, from, to } of summary.violations) {
  const { comment } = summary.ruleSetUsed.forbidden.find(({ name }) => name === rule.name) ?? {};
  process.stderr.write(`${rule.name}: ${from} -> ${to}\n  ${comment ?? ''}\n`);
}
if (ours < LEAST_MODULES)
  process.stderr.write(`the guard saw ${ours} modules of src; it expects at least ${LEAST_MODULES}\n`);
process.stdout.write(`doors: ${ours} modules, ${summary.violations.length} violations\n`);
process.exitCode = summary.violations.length > 0 || ours < LEAST_MODULES ? 1 : 0;
