import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readFeatureCode } from '../../src/decide/feature-code.ts';

const rows = readFileSync('docs/star-codes.md', 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| `'));
const codes = rows.flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map(([, code = '']) => code));

describe('docs/star-codes.md', () => {
  it.each(codes)('%s is a code', (code) => {
    const dialled = code.replace('NUMBER', '0639980001').replace('SECONDS', '20').replace('EXTENSION', '4102');
    expect(readFeatureCode(dialled)).toBeDefined();
  });

  it('has all of them', () => {
    expect(codes.length).toBeGreaterThan(30);
  });
});
