import { describe, expect, it } from 'vitest';
import { excerptOf } from '../../src/config/excerpt.ts';
import type { Problem } from '../../src/config/problem.ts';
import { problemsJson, problemsText, wantsColour } from '../../src/config/problem-text.ts';

const problem: Problem = {
  file: 'sites/mairie.yaml',
  line: 12,
  column: 10,
  path: 'address.insee',
  says: 'address.insee cannot be 00127 (a number)',
  found: '00127 (a number)',
  expected: 'an INSEE code',
  guess: '"00127"',
  also: { file: 'exchange.yaml', line: 3, column: 1 },
  excerpt: { text: '  insee: 00127', from: 9, length: 5 },
};

describe('a mistake, for people', () => {
  it('shows the place, the line with the spot, and what to do', () => {
    expect(problemsText([problem], { colour: false })).toBe(
      [
        'sites/mairie.yaml:12:10  address.insee cannot be 00127 (a number)',
        '   12 |   insee: 00127',
        '      |          ^^^^^',
        '  found     00127 (a number)',
        '  expected  an INSEE code',
        '  perhaps   "00127"',
        '  see also  exchange.yaml:3:1',
        '',
        '1 mistake in 1 file',
        '',
      ].join('\n'),
    );
  });

  it('has colour for a terminal only, and none when somebody said so', () => {
    expect(problemsText([problem], { colour: true })).toContain('\u001b[31m^^^^^\u001b[0m');
    expect(wantsColour({}, true)).toBe(true);
    expect(wantsColour({ NO_COLOR: '1' }, true)).toBe(false);
    expect(wantsColour({ NO_COLOR: '' }, true)).toBe(true);
    expect(wantsColour({ TERM: 'dumb' }, true)).toBe(false);
    expect(wantsColour({}, false)).toBe(false);
  });

  it('counts them', () => {
    const other = { ...problem, file: 'sites/ecole.yaml' };
    expect(problemsText([problem, problem, other], { colour: false })).toMatch(/\n3 mistakes in 2 files\n$/);
  });
});

describe('a mistake, for programs', () => {
  it('is JSON with everything that is known of it', () => {
    expect(JSON.parse(problemsJson([problem]))).toEqual({ problems: [problem] });
  });
});

describe('the line it stands in', () => {
  it('brings no control character to the terminal', () => {
    expect(excerptOf('name: \u001b[2J\u202eoops', 6, 3).text).toBe('name: \u{fffd}[2J\u{fffd}oops');
  });

  it.each([
    ['  - { extension: "4101", password: hunter2, name: A }', '  - { extension: "4101", password: •••••••, name: A }'],
    ['password: "hunter2"', 'password: •••••••••'],
    ['secret: hunter2', 'secret: •••••••'],
    ['password: { env: TRUNK_PASSWORD }', 'password: { env: TRUNK_PASSWORD }'],
  ])('does not repeat a secret: %s', (line, shown) => {
    expect(excerptOf(line, 0, 1).text).toBe(shown);
  });

  it('is cut around the spot when it is long', () => {
    const excerpt = excerptOf(`${'x'.repeat(1_000)}HERE${'y'.repeat(1_000)}`, 1_000, 4);
    expect(excerpt.text).toHaveLength(160);
    expect(excerpt.text.slice(excerpt.from, excerpt.from + excerpt.length)).toBe('HERE');
  });

  it('does not repeat a secret whose key is cut off', () => {
    const line = `${'x'.repeat(300)} password: ${'s'.repeat(30)}, name: 4`;
    expect(excerptOf(line, line.length - 1, 1).text).not.toContain('ss');
  });
});
