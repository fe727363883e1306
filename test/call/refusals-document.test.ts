import { readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { refusals } from '../../src/domain/refusals.ts';

const file = new URL('../../docs/refusals.md', import.meta.url);

function table(): string {
  const rows = Object.entries(refusals).map(
    ([name, { sip, q850, says }]) => `| \`${name}\` | ${sip} | ${q850} | ${says} |`,
  );
  return ['| why | SIP | Q.850 | what is said |', '|---|---|---|---|', ...rows].join('\n');
}

it('docs/refusals.md has every way we say no, and no other', () => {
  const document = readFileSync(file, 'utf8');
  const start = document.indexOf('| why |');
  const end = document.indexOf('\n\n', start);
  if (process.env['UPDATE_GOLDEN'] === '1') {
    writeFileSync(file, document.slice(0, start) + table() + document.slice(end));
  }
  expect(document.slice(start, end)).toBe(table());
});
