import { describe, expect, it } from 'vitest';
import type { LineId, SiteId } from '../../src/domain/ids.ts';
import { createSiteWatch } from '../../src/wiring/site-watch.ts';
import { beauvoir } from '../support/town.ts';

const mairie = 'mairie' as SiteId;

function watched() {
  const registered = new Set<string>();
  const told: string[] = [];
  let at = 0;
  const watch = createSiteWatch({
    config: () => beauvoir,
    now: () => at,
    contacts: (line: LineId) => (registered.has(line) ? 1 : 0),
    changed: (site, isDown) => void told.push(`${site} ${isDown ? 'down' : 'up'}`),
  });
  const looks = (after: number, phones: readonly string[]): boolean => {
    at += after * 1_000;
    registered.clear();
    for (const phone of phones) registered.add(phone);
    watch.look();
    return watch.isDown(mairie);
  };
  return { looks, told };
}

describe('a site whose phones are all gone', () => {
  it('is cut off until some have been back for a quarter of a minute', () => {
    const { looks, told } = watched();
    expect(looks(0, ['4101', '4102'])).toBe(false);
    expect(looks(5, ['4102'])).toBe(false);
    expect(looks(5, [])).toBe(true);
    expect(looks(5, ['4101'])).toBe(true);
    expect(looks(5, [])).toBe(true);
    expect(looks(5, ['4101'])).toBe(true);
    expect(looks(10, ['4101', '4102'])).toBe(true);
    expect(looks(5, ['4101', '4102'])).toBe(false);
    expect(told).toEqual(['mairie down', 'mairie up']);
  });

  it('is not cut off as long as none was ever seen', () => {
    const { looks, told } = watched();
    expect([looks(0, []), looks(60, [])]).toEqual([false, false]);
    expect(told).toEqual([]);
  });
});
