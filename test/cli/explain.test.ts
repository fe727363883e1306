import { describe, expect, it } from 'vitest';
import { explainCommand } from '../../src/cli/explain.ts';
import { beffroi } from './terminal.ts';

const ofSampleTown = (words: readonly string[]) => beffroi(['explain', ...words, '--config', 'config']);

describe('beffroi explain', () => {
  const examples = explainCommand.examples.map(([line]) => line).filter((line) => !line.includes('--live'));

  it.each(examples)('leads somewhere in the sample town, as its help says: %s', async (line) => {
    const { code, out } = await ofSampleTown(line.split(' ').slice(2));
    expect(code).toBe(0);
    expect(out).toContain('Leads to');
    expect(out).not.toContain('nowhere');
  });

  it.each([
    [['--from', '4999', '--to', '4101'], '--from: 4999 is not the name of anybody who calls: did you mean 4'],
    [
      ['--from', '4101', '--to', '4102', '--site', 'mairi'],
      '--site: mairi is not the name of a site: did you mean mairie?',
    ],
    [
      ['--from', '4101', '--to', '4102', '--transferred-by', '9999'],
      '--transferred-by: 9999 is not the name of a line',
    ],
  ])('asks back when it does not know whom %j means', async (words, says) => {
    const { code, out, err } = await ofSampleTown(words);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(says);
  });
});
