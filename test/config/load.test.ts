import { appendFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { writeBigTown } from '../../bench/big-town.ts';
import { loadConfig, loadConfigInSteps } from '../../src/config/load.ts';
import type { LineId, SiteId } from '../../src/domain/ids.ts';
import type { E164, Extension, ShortNumber } from '../../src/domain/numbers.ts';
import { unsound } from './sound.ts';
import { copyBaseTown, expectTown, freshFolder, problemsOf } from './town-folder.ts';

let folder = freshFolder();
afterEach(() => {
  folder.remove();
  folder = freshFolder();
});
afterAll(() => folder.remove());

describe('the sample town', () => {
  const town = expectTown(loadConfig('config'));
  const { config } = town;

  it('is sound, and as large as it should be', () => {
    expect(unsound(config)).toEqual([]);
    expect(config.sites.size).toBeGreaterThanOrEqual(14);
    expect(config.lines.size).toBeGreaterThanOrEqual(220);
    expect(config.services.size).toBeGreaterThanOrEqual(4);
  });

  it('is wholly fictional: every number is one that Arcep keeps for fiction', () => {
    for (const number of config.byDid.keys()) expect(number).toMatch(/^\+33(19900|63998)\d{4}$/);
  });

  it('holds no password', () => {
    for (const line of config.lines.values()) expect(line.password).toBeUndefined();
    expect(town.options.http.token).toEqual({ generated: 'api-token' });
  });

  it('grants nobody surcharged numbers', () => {
    for (const { rights } of config.sites.values()) {
      for (const granted of rights.classes.values()) expect([...granted]).not.toContain('premium');
    }
  });

  it('has two schools whose three-digit numbers overlap', () => {
    const tilleuls = config.byShortNumber.get('ecole-tilleuls' as SiteId);
    const moulin = config.byShortNumber.get('ecole-vieux-moulin' as SiteId);
    expect(tilleuls?.get('101' as ShortNumber)).toBe('4300');
    expect(moulin?.get('101' as ShortNumber)).toBe('4330');
  });

  it('reads lines from YAML and from CSV, and says where each stands', () => {
    expect(config.lines.get('4300' as LineId)?.config).toMatch(/^sites\/ecole-tilleuls\.yaml:\d+$/);
    expect(config.lines.get('4200' as LineId)).toMatchObject({
      site: 'ccas',
      config: 'sites/ccas.csv:2',
      shown: 'site',
    });
  });
});

describe('a configuration', () => {
  it('resolves what a line leaves out from its site and the exchange', () => {
    const { config } = expectTown(loadConfig('test/golden/base-town'));
    expect(config.lines.get('4101' as LineId)).toEqual({
      id: '4101',
      site: 'ecole',
      extension: '4101',
      name: 'Salle des maîtres',
      short: '102',
      rights: 'ecole',
      shown: 'site',
      kind: 'phone',
      contactsAtMost: 5,
      config: 'sites/ecole.yaml:28',
    });
    expect(config.byExtension.get('5000' as Extension)).toEqual({ is: 'service', service: 'accueil' });
    expect(config.byDid.get('+33199004001' as E164)).toEqual({ is: 'line', line: '4001' });
  });

  it('puts the rules of a site and those it builds on into one plan, most specific first', () => {
    copyBaseTown(folder.path);
    const rules = '  rules:\n    - { match: "4xxx", to: refuse }\n    - { match: "41xx", to: extension }\n';
    writeSite(folder.path, (text) => text.replace('  use: ville\n', `  use: ville\n${rules}`));
    const plan = expectTown(loadConfig(folder.path)).config.sites.get('mairie' as SiteId)?.plan ?? [];
    expect(plan.map(({ rule, config }) => `${rule.match} ${config}`)).toEqual([
      '41xx sites.mairie.dialPlan.rules[1]',
      '7[0-4]xx exchange.dialPlans.ville[2]',
      '4xxx sites.mairie.dialPlan.rules[0]',
      '5xxx exchange.dialPlans.ville[1]',
      '0. exchange.dialPlans.ville[3]',
    ]);
  });
});

describe('a configuration in use', () => {
  it('changes its digest with every file and counts its generations', () => {
    copyBaseTown(folder.path);
    const first = expectTown(loadConfig(folder.path)).config.version;
    appendFileSync(join(folder.path, 'sites/mairie.csv'), '# a remark\n');
    const second = expectTown(loadConfig(folder.path, { previousGeneration: 7 })).config.version;
    expect(first).toEqual({ digest: expect.stringMatching(/^[0-9a-f]{12}$/), generation: 1 });
    expect(second.generation).toBe(8);
    expect(second.digest).not.toBe(first.digest);
  });

  it('can never be changed again', () => {
    const { config } = expectTown(loadConfig('test/golden/base-town'));
    const lines = config.lines as Map<LineId, unknown>;
    const classes = config.sites.get('mairie' as SiteId)?.rights.classes.get('interne') as Set<string>;
    expect(() => lines.set('4999' as LineId, {})).toThrow(TypeError);
    expect(() => lines.clear()).toThrow(TypeError);
    expect(() => classes.add('premium')).toThrow(TypeError);
    expect(() => Object.assign(config.exchange, { callsAtMost: 0 })).toThrow(TypeError);
    expect(() => Object.assign(config.lines.get('4101' as LineId) ?? {}, { rights: 'standard' })).toThrow(TypeError);
  });

  it('is the same when others may run meanwhile', async () => {
    const atOnce = expectTown(loadConfig('config'));
    const inSteps = expectTown(await loadConfigInSteps('config'));
    expect(inSteps).toEqual(atOnce);
  });

  it('is refused when the folder is not there', () => {
    expect(problemsOf(loadConfig(join(folder.path, 'nowhere')))).toMatchObject([{ says: 'there is no such folder' }]);
  });

  it('passes over what editors and people leave lying about', () => {
    copyBaseTown(folder.path);
    for (const name of ['README.md', 'sites/mairie.yaml~', 'sites/.mairie.yaml.swp', 'trunks/#ipbx.yaml#', '.git']) {
      writeFileSync(join(folder.path, name), 'anything: [');
    }
    expect(problemsOf(loadConfig(folder.path))).toEqual([]);
  });

  it('stops listing mistakes at a thousand, and says that there are more', () => {
    copyBaseTown(folder.path);
    const rows = Array.from({ length: 1_500 }, (_, row) => `${4200 + row},,,nobody,,\n`);
    appendFileSync(join(folder.path, 'sites/mairie.csv'), rows.join(''));
    const problems = problemsOf(loadConfig(folder.path));
    expect(problems).toHaveLength(1_001);
    expect(problems.at(-1)?.says).toMatch(/^there are \d+ more mistakes/);
  });
});

describe('a town of 50 000 lines', () => {
  it('loads', { timeout: 60_000 }, () => {
    writeBigTown(folder.path, { lines: 50_000, seed: 33 });
    const { config, files } = expectTown(loadConfig(folder.path));
    expect(config.lines.size).toBe(50_000);
    expect(files).toHaveLength(153);
  });

  it('is the same town each time', () => {
    writeBigTown(folder.path, { lines: 1_200, seed: 33 });
    const { digest } = expectTown(loadConfig(folder.path)).config.version;
    rmSync(folder.path, { recursive: true });
    writeBigTown(folder.path, { lines: 1_200, seed: 33 });
    expect(expectTown(loadConfig(folder.path)).config.version.digest).toBe(digest);
  });

  it('may be written in YAML too', () => {
    writeBigTown(folder.path, { lines: 1_500, seed: 33, inYaml: true });
    expect(unsound(expectTown(loadConfig(folder.path)).config)).toEqual([]);
  });
});

function writeSite(path: string, change: (text: string) => string): void {
  const file = join(path, 'sites/mairie.yaml');
  writeFileSync(file, change(readFileSync(file, 'utf8')));
}
