import { existsSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { commands } from '../../src/cli/commands.ts';
import { run } from '../../src/cli/run.ts';
import { beffroi, screen, withIdleRule, workplace } from './terminal.ts';

let place: ReturnType<typeof workplace>;
const folders = () => ['--config', place.config, '--data', place.data];

beforeEach(() => {
  place = workplace();
});
afterEach(() => {
  place.remove();
});

describe('help', () => {
  it('lists every command and every exit code', async () => {
    const { code, out } = await beffroi(['--help']);
    expect(code).toBe(0);
    for (const { name, summary } of commands) expect(out).toMatch(new RegExp(`  ${name}.*${summary.slice(0, 20)}`));
    expect(out).toContain('3  no running exchange answers');
  });

  it.each(commands.map(({ name }) => name))('tells every option of %s, with examples', async (name) => {
    const command = commands.find((each) => each.name === name);
    const { code, out } = await beffroi([name, '--help']);
    expect(code).toBe(0);
    for (const option of Object.keys(command?.options ?? {})) expect(out).toContain(`--${option}`);
    expect(out).toMatch(new RegExp(`Examples\n  .*beffroi ${name}`));
    expect(await beffroi(['help', name])).toMatchObject({ out });
  });

  it('goes to the error output, with a code of its own, when nothing was asked', async () => {
    expect(await beffroi([])).toMatchObject({ code: 2, out: '' });
  });
});

describe('a command line that is not understood', () => {
  it.each([
    [['chekc'], 'there is no command "chekc": did you mean check?'],
    [['frobnicate'], 'there is no command "frobnicate"; there are start, check'],
    [['calls', '--frm', '4101'], 'knows no option --frm: did you mean --from?'],
    [['calls', '-x'], 'knows no option -x'],
    [['calls', '--from'], '--from needs a value'],
    [['calls', '--from', '--last', '3'], '--from needs a value'],
    [['calls', '--json=yes'], '--json is a switch'],
    [['calls', 'one', 'two'], '"two" is one word too many'],
    [['calls', '--last', '0'], '--last is a whole number from 1 to 1000, not "0"'],
    [['calls', '--last', '1e3'], '--last is a whole number'],
    [['calls', '--since', 'yesterday'], '--since is a time such as'],
    [['calls', '--since', '2026-13-01'], '--since is a time such as'],
    [['calls', '--outcome', 'lost'], '--outcome is one of answered'],
    [['explain', '--from', '4101'], 'explain needs --from and --to'],
    [['schema', 'sites'], 'there is no schema "sites": did you mean site?'],
    [['password'], 'whose password?'],
    [['start', '--drain-seconds', 'x'], '--drain-seconds is a whole number'],
  ])('%j: %s', async (words, says) => {
    const { code, out, err } = await beffroi(words);
    expect(code).toBe(2);
    expect(err).toContain(says);
    expect(out).toBe('');
  });
});

describe('beffroi check', () => {
  it('says what a good configuration holds', async () => {
    const { code, out } = await beffroi(['check', place.config]);
    expect(code).toBe(0);
    expect(out).toMatch(/^Good: Ville de Valombre, 2 sites, 6 lines, 1 service, 2 trunks, from 7 files of /);
  });

  it('finds the folder by the option and by the environment too', async () => {
    expect((await beffroi(['check', '--config', place.config])).code).toBe(0);
    expect((await beffroi(['check'], { BEFFROI_CONFIG: place.config })).code).toBe(0);
    expect((await beffroi(['check', place.config, '--config', place.config])).code).toBe(2);
  });

  it('paints each of the two outputs as its own screen wishes', async () => {
    place.edit('exchange.yaml', withIdleRule);
    const { terminal, said } = screen({}, { err: true });
    await run(['check', place.config], terminal, () => Promise.reject(new Error('nothing starts')));
    expect(said().err).toContain('\u001b[1mwarning\u001b[22m');
    expect(said().out).toMatch(/^Good: /);
  });

  it('looks for the secrets on the machine that is to have them, and makes none', async () => {
    const words = ['check', place.config, '--secrets', '--data', place.data];
    const without = await beffroi(words);
    expect(without.code).toBe(1);
    expect(without.err).toMatch(/secret-missing\n {2}the environment variable LIFT_PASSWORD is not set/);
    expect((await beffroi(words, { LIFT_PASSWORD: 'up-and-down' })).code).toBe(0);
    expect(existsSync(place.data)).toBe(false);
  });

  it('lists every mistake of a broken one, and nothing on the output', async () => {
    place.edit('sites/mairie.yaml', (text) => text.replace('kind: town-hall', 'kind: town-hal'));
    place.edit('trunks/ipbx.yaml', (text) => text.replace('channels: 10', 'chanels: 10'));
    const { code, out, err } = await beffroi(['check', place.config]);
    expect(code).toBe(1);
    expect(out).toBe('');
    expect(err).toMatch(/sites\/mairie\.yaml:\d+:7 .*town-hall/s);
    expect(err).toMatch(/trunks\/ipbx\.yaml:\d+:1 .*channels/s);
  });

  it('warns of what is well written and hardly meant', async () => {
    place.edit('exchange.yaml', withIdleRule);
    const { code, out, err } = await beffroi(['check', place.config]);
    expect(code).toBe(0);
    expect(err).toMatch(/^warning {2}exchange\.dialPlans\.ville\[0\] {2}rule-leads-nowhere\n {2}6xxx: /);
    expect(out).toMatch(/^Good: /);
    const { findings } = JSON.parse((await beffroi(['check', place.config, '--json'])).out);
    expect(findings).toMatchObject([{ severity: 'warning', rule: 'rule-leads-nowhere' }]);
  });

  it('speaks JSON to programs, either way', async () => {
    const good = JSON.parse((await beffroi(['check', place.config, '--json'])).out);
    expect(good).toMatchObject({ problems: [], sites: 2, lines: 6, services: 1, trunks: 2 });
    place.edit('exchange.yaml', (text) => `${text}nonsense: true\n`);
    const { code, out } = await beffroi(['check', place.config, '--json']);
    expect(code).toBe(1);
    expect(JSON.parse(out).problems).toMatchObject([{ file: 'exchange.yaml' }]);
  });

  it('says so when there is no such folder', async () => {
    const { code, err } = await beffroi(['check', `${place.folder}/nowhere`]);
    expect(code).toBe(1);
    expect(err).toContain('nowhere');
  });
});

describe('beffroi explain', () => {
  it('tells where a call goes and why, without an exchange', async () => {
    const { code, out } = await beffroi(['explain', '--from', '4001', '--to', '4100', ...folders()]);
    expect(code).toBe(0);
    expect(out).toMatch(/Caller.*4001/);
    expect(out).toMatch(/Leads to.*4100/);
  });

  it('is the same every time, for the instant asked for', async () => {
    const asked = [
      'explain',
      '--from',
      '4001',
      '--to',
      '00199005000',
      '--at',
      '2026-12-25T10:00',
      '--json',
      ...folders(),
    ];
    const [one, two] = [await beffroi(asked), await beffroi(asked)];
    expect(one).toEqual(two);
    expect(JSON.parse(one.out).question.at).toBe(Date.parse('2026-12-25T09:00Z'));
  });

  it('does not explain a broken configuration', async () => {
    place.edit('exchange.yaml', (text) => text.replace('realm:', 'relam:'));
    const { code, err } = await beffroi(['explain', '--from', '4001', '--to', '15', ...folders()]);
    expect(code).toBe(1);
    expect(err).toContain('realm');
  });
});

describe('beffroi password', () => {
  it('prints the password of a line, the same each time, and nothing else', async () => {
    const { code, out } = await beffroi(['password', '4001', ...folders()]);
    expect(code).toBe(0);
    expect(out).toMatch(/^\S{16,}\n$/);
    expect((await beffroi(['password', '4001', ...folders()])).out).toBe(out);
    expect((await beffroi(['password', '4000', ...folders()])).out).not.toBe(out);
  });

  it('tells programs the account as well', async () => {
    const { out } = await beffroi(['password', '4001', '--json', ...folders()]);
    expect(JSON.parse(out)).toMatchObject({ user: '4001', domain: 'telephonie.valombre.example' });
  });

  it('takes it from where the configuration says', async () => {
    expect(await beffroi(['password', '4003', ...folders()], { LIFT_PASSWORD: 'up-and-down' })).toMatchObject({
      code: 0,
      out: 'up-and-down\n',
    });
    const { code, err } = await beffroi(['password', '4003', ...folders()]);
    expect(code).toBe(1);
    expect(err).toContain('LIFT_PASSWORD');
  });

  it('guesses which line was meant', async () => {
    const { code, err } = await beffroi(['password', '4009', ...folders()]);
    expect(code).toBe(1);
    expect(err).toMatch(/there is no line 4009: did you mean 400\d\?/);
  });
});

describe('what asks the running exchange', () => {
  it.each([['reload'], ['registrations'], ['trunks'], ['explain', '--live', '--from', '4001', '--to', '4000']])(
    '%s has an exit code of its own when none runs',
    async (...words) => {
      const { code, out, err } = await beffroi([...words, '--data', place.data]);
      expect(code).toBe(3);
      expect(out).toBe('');
      expect(err).toContain(`no exchange runs with the data folder ${place.data}`);
    },
  );
});

describe('beffroi schema and version', () => {
  it('prints a JSON Schema for each kind of file', async () => {
    const { out } = await beffroi(['schema']);
    for (const line of out.trim().split('\n')) {
      const printed = await beffroi(['schema', line.split(' ')[0] ?? '']);
      expect(JSON.parse(printed.out)).toMatchObject({ type: 'object' });
    }
  });

  it('says which version this is', async () => {
    expect((await beffroi(['version'])).out).toMatch(/^beffroi \d+\.\d+\.\d+\n$/);
    expect((await beffroi(['--version'])).out).toMatch(/^beffroi /);
  });
});
