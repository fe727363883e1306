import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { hasBrowser } from '../support/browser.ts';
import { readScenarios, type Scenario } from '../support/scenario.ts';
import { check } from '../support/scenario-check.ts';
import { engine, media } from '../support/scenario-exchange.ts';
import { openScenario } from '../support/scenario-run.ts';
import type { Transport } from '../support/sipp.ts';
import { isInstalled } from '../support/sipp-installed.ts';

const { CI, BEFFROI_SLOW } = process.env;
const mustRun = CI === 'true';
const root = dirname(fileURLToPath(import.meta.url));
const peers = { sipp: isInstalled('sipp'), baresip: isInstalled('baresip'), chromium: hasBrowser };
const scenarios = await readScenarios(root);

describe('the peers', () => {
  it.runIf(mustRun)('are installed where CI runs: sipp, baresip and chromium', () => {
    expect(peers).toEqual({ sipp: true, baresip: true, chromium: true });
  });

  it('have at least 30 scenarios to play', () => {
    expect(scenarios.length).toBeGreaterThanOrEqual(30);
  });
});

describe.concurrent(`played against the ${engine} signalling engine and the ${media} media server`, () => {
  for (const scenario of scenarios) {
    const why = whySkipped(scenario);
    for (const transport of scenario.over) {
      const name = `${scenario.name} (${transport})${why === undefined ? '' : `, skipped: ${why}`}`;
      const timeout = (scenario.seconds + 150) * 1000;
      it.skipIf(why !== undefined)(name, { timeout }, () => perform(scenario, transport));
    }
  }
});

function whySkipped(scenario: Scenario): string | undefined {
  const missing = needed(scenario).filter((program) => !peers[program]);
  if (missing.length > 0) return `not installed: ${missing.join(', ')} (Debian: sip-tester, baresip, chromium)`;
  if (scenario.root && process.getuid?.() !== 0) return 'SIPp plays packets as root alone';
  if (scenario.only !== undefined && scenario.only !== engine) return scenario.because ?? `about ${scenario.only} only`;
  if (scenario.media !== undefined && scenario.media !== media) return scenario.because;
  return scenario.slow && !mustRun && BEFFROI_SLOW !== '1' ? 'slow, set BEFFROI_SLOW=1' : undefined;
}

function needed({ steps }: Scenario): readonly (keyof typeof peers)[] {
  const has = (kind: string): boolean => steps.some((step) => kind in step);
  return [
    'sipp',
    ...(has('softphone') ? (['baresip'] as const) : []),
    ...(has('browser') ? (['chromium'] as const) : []),
  ];
}

async function perform(scenario: Scenario, transport: Transport): Promise<void> {
  const run = await openScenario(root, scenario, transport);
  try {
    await run.play();
    await check(run);
  } catch (problem) {
    const says = problem instanceof Error ? problem.message : String(problem);
    throw new Error(`${says}\n\n${await run.report()}`);
  } finally {
    await run.clear();
  }
}
