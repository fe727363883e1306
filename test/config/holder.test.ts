import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Changes, changesBetween, changesText } from '../../src/config/changes.ts';
import { type ConfigHolder, holdConfig } from '../../src/config/holder.ts';
import { loadConfig } from '../../src/config/load.ts';
import type { Config } from '../../src/domain/config.ts';
import type { LineId } from '../../src/domain/ids.ts';
import { copyBaseTown, expectTown, freshFolder } from './town-folder.ts';

let folder = freshFolder();
let holder: ConfigHolder;
let faults: unknown[] = [];

beforeEach(() => {
  folder = freshFolder();
  copyBaseTown(folder.path);
  faults = [];
  const first = expectTown(loadConfig(folder.path));
  holder = holdConfig({ directory: folder.path, first, fault: (error) => faults.push(error) });
});
afterEach(() => folder.remove());

const addLine = (row = '4004,Camille Carpentier,+33199004004,,,\n'): void => {
  appendFileSync(join(folder.path, 'sites/mairie.csv'), row);
};

const edit = (name: string, from: string, to: string): void => {
  const file = join(folder.path, name);
  writeFileSync(file, readFileSync(file, 'utf8').replace(from, to));
};

describe('a reload', () => {
  it('replaces the configuration whole, and who asked before keeps the one they had', async () => {
    const before = holder.current();
    addLine();
    const reloaded = await holder.reload();
    expect(reloaded).toMatchObject({ ok: true, config: { version: { generation: 2 } } });
    expect(holder.current().lines.has('4004' as LineId)).toBe(true);
    expect(before.lines.has('4004' as LineId)).toBe(false);
  });

  it('never puts a broken configuration in place of a running one', async () => {
    const before = holder.current();
    addLine('4001,Double,,,,\n');
    const reloaded = await holder.reload();
    expect(reloaded).toMatchObject({ ok: false, problems: [{ file: 'sites/mairie.csv', line: 6 }] });
    expect(holder.current()).toBe(before);
  });

  it('leaves everything as it is when nothing has changed', async () => {
    const before = holder.current();
    const told: Config[] = [];
    holder.subscribe((config) => told.push(config));
    expect(await holder.reload()).toMatchObject({ ok: true, config: { version: { generation: 1 } } });
    expect(holder.current()).toBe(before);
    expect(told).toEqual([]);
  });

  it('tells those who asked to be told, and the others although one of them fails', async () => {
    const told: string[] = [];
    holder.subscribe(() => {
      throw new Error('not me');
    });
    const unsubscribe = holder.subscribe((config, changes) =>
      told.push(`${config.version.generation} ${changesText(changes)}`),
    );
    addLine();
    await holder.reload();
    unsubscribe();
    addLine('4005,Damien Delaunay,,,,\n');
    await holder.reload();
    expect(told).toEqual(['2 1 line added']);
    expect(faults).toHaveLength(2);
    expect(holder.current().version.generation).toBe(3);
  });

  it('that is asked for while another is at work sees what was saved since', async () => {
    const first = holder.reload();
    addLine();
    const [second, third] = [holder.reload(), holder.reload()];
    expect(third).toBe(second);
    await first;
    expect(await second).toMatchObject({ ok: true });
    expect(holder.current().lines.has('4004' as LineId)).toBe(true);
  });
});

describe('what has changed', () => {
  const changes = async (): Promise<Changes> => {
    const reloaded = await holder.reload();
    if (!reloaded.ok) throw new Error(JSON.stringify(reloaded.problems));
    return reloaded.changes;
  };

  it('is named by site, trunk, service and key, and lines are counted', async () => {
    addLine();
    edit('sites/mairie.csv', 'Baptiste Barbier', 'Baptiste Aubry');
    edit('trunks/operateur.yaml', 'channels: 10', 'channels: 20');
    edit('sites/ecole.yaml', 'École du Pont', 'École du Gué');
    edit('exchange.yaml', 'name: Ville de Valombre', 'name: Valombre\nringSeconds: 30');
    expect(changesText(await changes())).toBe(
      'name changed, ringSeconds changed, site ecole changed, trunk operateur changed, 1 line added, 1 line changed',
    );
  });

  it('is not a line that only moved', async () => {
    edit('sites/mairie.csv', '4000,', '# the reception\n4000,');
    expect(changesText(await changes())).toBe('nothing changed');
  });

  it('says what waits for a restart', async () => {
    edit('exchange.yaml', 'port: 5060', 'port: 5070');
    const found = await changes();
    expect(found.needRestart).toEqual(['sip']);
    expect(changesText(found)).toBe('sip changed, which needs a restart');
  });

  it('is counted when it is much', () => {
    const before = expectTown(loadConfig('test/golden/base-town'));
    const after = expectTown(loadConfig('config'));
    expect(changesText(changesBetween(before, after))).toMatch(/15 sites added, 1 site removed|sites added/);
  });

  it('keeps the configuration in use when the new one is well written and still unfit', async () => {
    const picky = holdConfig({
      directory: folder.path,
      first: expectTown(loadConfig(folder.path)),
      fault: (error) => faults.push(error),
      objections: () => [{ config: 'sites.mairie', says: 'help is out of reach' }],
    });
    const before = picky.current();
    expect(await picky.reload()).toEqual({
      ok: false,
      problems: [],
      objections: [{ config: 'sites.mairie', says: 'help is out of reach' }],
    });
    expect(picky.current()).toBe(before);
  });
});
