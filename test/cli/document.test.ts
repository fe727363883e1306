import { readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { commands } from '../../src/cli/commands.ts';
import { beffroi } from './terminal.ts';

it('docs/cli.md says what --help says', async () => {
  const file = 'docs/cli.md';
  const [intro] = readFileSync(file, 'utf8').split('\n```');
  const texts = [(await beffroi(['--help'])).out];
  for (const { name } of commands) texts.push((await beffroi([name, '--help'])).out);
  const expected = `${[intro, ...texts.map((text) => `\`\`\`text\n${text}\`\`\``)].join('\n')}\n`.replaceAll(
    '```\n```',
    '```\n\n```',
  );
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(file, expected);
  expect(readFileSync(file, 'utf8')).toBe(expected);
});
