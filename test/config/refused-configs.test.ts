import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { hasProblems, loadConfig } from '../../src/config/load.ts';
import { problemsText } from '../../src/config/problem-text.ts';
import { changeTown } from './change-town.ts';

/** Set to 1: what is said now becomes what is expected. To be read in review. */
const { UPDATE_GOLDEN } = process.env;
const golden = 'test/golden/refused-configs';
const base = 'test/golden/base-town';
const folder = mkdtempSync(join(tmpdir(), 'beffroi-refused-'));
const mistakes = readdirSync(golden).sort();

afterAll(() => rmSync(folder, { recursive: true }));

describe('a configuration with a mistake is refused, and the operator is told why', () => {
  it('knows at least forty mistakes', () => {
    expect(mistakes.length).toBeGreaterThanOrEqual(40);
  });

  it('takes the town that the mistakes are made in', () => {
    expect(loadConfig(base)).not.toHaveProperty('problems');
  });

  it.each(mistakes)('%s', (mistake) => {
    const town = join(folder, mistake);
    const file = join(golden, mistake, 'expected.txt');
    changeTown(base, readFileSync(join(golden, mistake, 'change.txt'), 'utf8'), town);
    const loaded = loadConfig(town);
    const text = hasProblems(loaded) ? problemsText(loaded.problems, { colour: false }) : 'nothing is wrong\n';
    if (UPDATE_GOLDEN === '1') writeFileSync(file, text);
    expect(text).toBe(readFileSync(file, 'utf8'));
    expect(hasProblems(loaded)).toBe(true);
  });
});
