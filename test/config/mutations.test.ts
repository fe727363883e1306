import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { hasProblems, loadConfig } from '../../src/config/load.ts';
import { problemsText } from '../../src/config/problem-text.ts';
import { unsound } from './sound.ts';
import { copyBaseTown, freshFolder } from './town-folder.ts';

const base = 'test/golden/base-town';
const files = readdirSync(base, { recursive: true, encoding: 'utf8' }).filter((name) => /\.(yaml|csv)$/.test(name));
const texts = new Map(files.map((name) => [name, readFileSync(join(base, name), 'utf8')]));
/** What people and accidents put into files. */
const pieces = [
  '\t',
  '  ',
  '\n',
  ': ',
  '- ',
  '#',
  '"',
  "'",
  '[',
  ']',
  '{',
  '}',
  ',',
  ';',
  '&a ',
  '*a',
  '!t ',
  '|',
  '>',
  '?',
  '---\n',
  '%',
  '\0',
  '\u{feff}',
  '\u{202e}',
  '0',
  '1',
  '4000',
  '"4001"',
  '+33199004001',
  '112',
  '0112',
  'null',
  '~',
  'true',
  '1e9',
  '.inf',
  '__proto__: 1\n',
  'mairie',
  'ecole',
  'ipbx',
  'operateur',
  'é',
  '\u{1f600}',
  '\\',
  '\\u0000',
];

/** One change: something cut out of a file, something put in its place. */
const change = fc.record({
  file: fc.constantFrom(...files),
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  cut: fc.nat({ max: 12 }),
  put: fc.oneof(fc.constantFrom(...pieces), fc.string({ maxLength: 6 }), fc.constantFrom(...texts.values())),
});
type Change = typeof change extends fc.Arbitrary<infer T> ? T : never;

/** One change that leaves the YAML whole: a value of one place put into another where one like it stands. */
const values = [...texts.values()].flatMap((text) => text.match(/"[^"\n]*"|\b[a-z0-9.]+\b/g) ?? []);
const swap = fc.record({
  file: fc.constantFrom(...files),
  which: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
  put: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
});
type Swap = typeof swap extends fc.Arbitrary<infer T> ? T : never;

const folder = freshFolder();
afterAll(() => folder.remove());

describe('whatever is done to the files', () => {
  it('loading never throws, and what is taken is sound, when pieces are cut out and put in', {
    timeout: 120_000,
  }, () => {
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        expectRefusedOrSound(changes.reduce(cut, texts));
      }),
      { numRuns: 250, seed: 127 },
    );
  });

  it('loading never throws, and what is taken is sound, when values change places', { timeout: 120_000 }, () => {
    let taken = 0;
    fc.assert(
      fc.property(fc.array(swap, { minLength: 1, maxLength: 2 }), (swaps) => {
        taken += expectRefusedOrSound(swaps.reduce(exchange, texts)) ? 1 : 0;
      }),
      { numRuns: 250, seed: 33 },
    );
    // Some changes are no mistake; if none were, this would prove nothing about those that are taken.
    expect(taken).toBeGreaterThan(20);
  });
});

/** True when the town was taken. */
function expectRefusedOrSound(town: ReadonlyMap<string, string>): boolean {
  copyBaseTown(folder.path);
  for (const [name, text] of town) writeFileSync(join(folder.path, name), text);
  const loaded = loadConfig(folder.path);
  if (!hasProblems(loaded)) {
    expect(unsound(loaded.config)).toEqual([]);
    return true;
  }
  expect(loaded.problems.length).toBeGreaterThan(0);
  for (const { line, column, says, expected } of loaded.problems) {
    expect(line).toBeGreaterThan(0);
    expect(column).toBeGreaterThan(0);
    expect(says).not.toBe('');
    expect(expected).not.toBe('');
  }
  const text = problemsText(loaded.problems, { colour: false });
  expect(/[\p{Cc}\u202a-\u202e]/u.test(text.replaceAll('\n', ''))).toBe(false);
  return false;
}

function cut(town: ReadonlyMap<string, string>, { file, at, cut: length, put }: Change): ReadonlyMap<string, string> {
  const text = town.get(file) ?? '';
  const from = Math.floor(at * text.length);
  return new Map([...town, [file, text.slice(0, from) + put + text.slice(from + length)]]);
}

function exchange(town: ReadonlyMap<string, string>, { file, which, put }: Swap): ReadonlyMap<string, string> {
  const text = town.get(file) ?? '';
  const places = [...text.matchAll(/"[^"\n]*"|\b[a-z0-9.]+\b/g)];
  const place = places[Math.floor(which * places.length)];
  if (place === undefined) return town;
  const alike = values.filter((value) => shapeOf(value) === shapeOf(place[0]));
  const value = alike[Math.floor(put * alike.length)] ?? '';
  return new Map([...town, [file, text.slice(0, place.index) + value + text.slice(place.index + place[0].length)]]);
}

/** Numbers in quotes, numbers, words: a number in place of a word is seldom more than a wrong type. */
function shapeOf(value: string): string {
  return value.replaceAll(/\d+/g, '0').replaceAll(/[a-z]+/g, 'a');
}
