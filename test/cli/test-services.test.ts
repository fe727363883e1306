import { spawn } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { beffroi, workplace } from './terminal.ts';

let place: ReturnType<typeof workplace>;
beforeEach(() => {
  place = workplace();
});
afterEach(() => {
  place.remove();
});

const right = `
tests:
  - { name: nobody answers, at: "2026-09-14T09:00", expect: { rings: ["4000", "4001", "7010"], ends: goodbye } }
`;
/** Gives the hotline of the town these tests. */
const give = (tests: string) =>
  place.edit('services/accueil.yaml', (text) => `${text.trimEnd()}\n${tests.trimStart()}`);
const test = (...words: readonly string[]) => beffroi(['test', ...words, '--config', place.config]);

describe('beffroi test', () => {
  it('says which calls go as they should', async () => {
    give(right);
    const { code, out, err } = await test();
    expect([code, err]).toEqual([0, '']);
    expect(out).toBe('accueil\n  + nobody answers\n1 of 1 calls go as they should\n');
    expect(await test('--service', 'accueil')).toMatchObject({ code: 0, out });
    expect(await beffroi(['test', place.config])).toMatchObject({ code: 0, out });
  });

  it('answers programs', async () => {
    give(right);
    const { out } = await test('--json');
    expect(JSON.parse(out)).toMatchObject({ passed: 1, failed: 0, results: [{ service: 'accueil', differences: [] }] });
  });

  it('has nothing to say against hotlines without tests', async () => {
    expect(await test()).toMatchObject({ code: 0, out: '0 of 0 calls go as they should\n' });
  });

  it('says what would be otherwise, and its exit code does too', async () => {
    give(right.replace('goodbye', 'mailbox').replace('"4001"', '"4003"'));
    const { code, out, err } = await test();
    expect(code).toBe(1);
    expect(out + err).toMatch(/rings: expected 4000, 4003, 7010, would be /);
    expect(out + err).toMatch(/ends: expected mailbox, would be goodbye/);
  });

  it.each([
    [['--service', 'acceuil'], 2, 'there is no service acceuil: did you mean accueil?'],
    [['elsewhere'], 2, 'name the folder once'],
  ])('%j: %i', async (words, code, says) => {
    expect(await test(...words)).toMatchObject({ code, out: '', err: expect.stringContaining(says) });
  });

  it('says what is wrong with a configuration that does not load', async () => {
    place.edit('services/accueil.yaml', (text) => text.replace('overflow:', 'overflw:'));
    const { code, err } = await test();
    expect(code).toBe(1);
    expect(err).toContain('overflw');
  });
});

describe('beffroi test as a process of its own', () => {
  it('ends with the same words and code', async () => {
    give(right);
    const ran = await runBuilt('test', '--config', place.config);
    expect(ran).toMatchObject({ code: 0, out: expect.stringContaining('1 of 1 calls go as they should') });
  });
});

function runBuilt(...words: readonly string[]): Promise<{ code: number | null; out: string }> {
  return new Promise((done) => {
    const child = spawn(process.execPath, ['dist/main.js', ...words], { env: { ...process.env, NO_COLOR: '1' } });
    let out = '';
    child.stdout.on('data', (chunk) => {
      out += chunk;
    });
    child.on('close', (code) => done({ code, out }));
  });
}
