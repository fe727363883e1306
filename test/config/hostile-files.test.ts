import { execFileSync } from 'node:child_process';
import { mkdirSync, renameSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/load.ts';
import { createReport } from '../../src/config/problem.ts';
import { readYaml } from '../../src/config/yaml-source.ts';
import { copyBaseTown, freshFolder, problemsOf } from './town-folder.ts';

describe('a file that would blow itself up', () => {
  const mebibyte = 1_048_576;
  const much = (text: string): string => text.repeat(Math.floor(mebibyte / text.length));
  const laughs = Array.from({ length: 12 }, (_, at) => {
    const names = Array.from({ length: 9 }, () => (at === 0 ? 'ha' : `*a${at - 1}`));
    return `a${at}: &a${at} [${names.join(', ')}]`;
  }).join('\n');

  it.each([
    ['a billion laughs', laughs],
    ['nested lists', much('[')],
    ['nested blocks', much('{a: ')],
    ['nested dashes', much('- ')],
    ['nested question marks', much('? ')],
    ['a staircase', Array.from({ length: 1_000 }, (_, at) => `${' '.repeat(at)}a:`).join('\n')],
    ['anchors', much('&a ')],
    ['aliases', `[${much('*a,')}`],
    ['tags', much('!a ')],
    ['keys', Array.from({ length: 100_000 }, (_, at) => `k${at}: 1`).join('\n')],
    ['one key again and again', much('a: 1\n')],
    ['merge keys', much('<<: *a\n')],
    ['documents', much('---\n')],
    ['directives', much('%A b\n')],
    ['remarks', much('#\n')],
    ['wrong escapes', `"${much('\\q')}`],
    ['right escapes', `"${much('\\x41')}"`],
    ['an open quote', `a: "${much('x\n')}`],
    ['quotes', much('"')],
  ])('is refused: %s', (_, text) => {
    const report = createReport();
    const { value } = readYaml({ name: 'x.yaml', text, bytes: new Uint8Array() }, report);
    expect(report.count).toBeGreaterThan(0);
    expect(report.count).toBeLessThan(200);
    expect(JSON.stringify(value ?? '').length).toBeLessThan(2 * mebibyte);
  });

  it('costs what it weighs, however often it refers to itself', () => {
    const report = createReport();
    const { value } = readYaml({ name: 'x.yaml', text: laughs, bytes: new Uint8Array() }, report);
    expect(JSON.stringify(value).length).toBeLessThan(laughs.length);
  });

  it('cannot reach into the program by its keys', () => {
    const report = createReport();
    const text = '__proto__: { a: 1 }\nconstructor: 1\nprototype: 1\n1: 1\n? [a]\n: 1\nname: x\n';
    const { value } = readYaml({ name: 'x.yaml', text, bytes: new Uint8Array() }, report);
    expect(report.count).toBe(5);
    expect(value).toEqual({ name: 'x' });
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  });
});

describe('a file that is not what it seems', () => {
  let folder = freshFolder();
  let town = '';
  beforeEach(() => {
    folder = freshFolder();
    town = join(folder.path, 'town');
    copyBaseTown(town);
  });
  afterEach(() => folder.remove());

  const said = (): readonly string[] => problemsOf(loadConfig(town)).map(({ file, says }) => `${file}: ${says}`);

  it('is refused when it is a link out of the folder', () => {
    const outside = join(folder.path, 'outside.yaml');
    renameSync(join(town, 'services/accueil.yaml'), outside);
    symlinkSync(outside, join(town, 'services/accueil.yaml'));
    expect(said()).toEqual(['services/accueil.yaml: services/accueil.yaml is a link out of the folder']);
  });

  it('is refused when its folder is a link out of the folder', () => {
    renameSync(join(town, 'services'), join(folder.path, 'elsewhere'));
    symlinkSync(join(folder.path, 'elsewhere'), join(town, 'services'));
    expect(said()).toEqual(['services/accueil.yaml: services/accueil.yaml is a link out of the folder']);
  });

  it('is read when it is a link inside the folder, as mounted configurations are', () => {
    mkdirSync(join(town, '..data'));
    renameSync(join(town, 'services/accueil.yaml'), join(town, '..data/accueil.yaml'));
    symlinkSync('../..data/accueil.yaml', join(town, 'services/accueil.yaml'));
    expect(said()).toEqual([]);
  });

  it('is refused when the link leads nowhere', () => {
    rmSync(join(town, 'services/accueil.yaml'));
    symlinkSync('nowhere.yaml', join(town, 'services/accueil.yaml'));
    expect(said()).toEqual(['services/accueil.yaml: services/accueil.yaml is missing']);
  });

  it('is refused when it is a folder', () => {
    mkdirSync(join(town, 'services/nuit.yaml'));
    expect(said()).toEqual(['services/nuit.yaml: services/nuit.yaml is no regular file']);
  });

  it('is refused when it is a pipe, and nobody waits for one to write', () => {
    execFileSync('mkfifo', [join(town, 'services/nuit.yaml')]);
    expect(said()).toEqual(['services/nuit.yaml: services/nuit.yaml is no regular file']);
  });

  it('is refused when it is longer than 1 MiB, or 5 MiB for a CSV', () => {
    truncateSync(join(town, 'services/accueil.yaml'), 1_048_577);
    truncateSync(join(town, 'sites/mairie.csv'), 5_242_881);
    expect(said()).toEqual([
      'services/accueil.yaml: services/accueil.yaml is too big',
      'sites/mairie.csv: sites/mairie.csv is too big',
    ]);
  });

  it('is refused when it is not UTF-8, with the line and, for a CSV, what to do in a spreadsheet', () => {
    const latin1 = Buffer.from('extension,name\n4000,Accueil\n4001,Amélie\n', 'latin1');
    writeFileSync(join(town, 'sites/mairie.csv'), latin1);
    expect(problemsOf(loadConfig(town))).toMatchObject([
      { found: 'a byte that is not UTF-8 in line 3', expected: 'UTF-8 (in a spreadsheet: save as "CSV UTF-8")' },
    ]);
  });

  it('is refused when there are too many of them', () => {
    for (let at = 0; at <= 100; at += 1) writeFileSync(join(town, `trunks/t${at}.yaml`), 'name: x\n');
    expect(said()).toContain('trunks: there are too many files in trunks/');
  });
});
