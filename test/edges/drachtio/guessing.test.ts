import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Silence } from '../../../src/edges/drachtio/silence.ts';
import { WrongPasswords } from '../../../src/edges/drachtio/wrong-passwords.ts';
import { type LiveExchange, passwordOf, startExchange } from '../../support/live-exchange.ts';
import { liveTown } from '../../support/live-town.ts';

describe('somebody', () => {
  let town: LiveExchange;

  beforeEach(async () => {
    town = await startExchange(() => liveTown());
  });

  afterEach(async () => {
    await town.stop();
    expect(town.trouble).toEqual([]);
  });

  it('who keeps guessing is not listened to, also when the guess is right at last', async () => {
    const guesser = await town.phone({ user: '4106', password: 'guessed' });
    for (let attempt = 0; attempt < 8; attempt += 1) await guesser.register();
    const right = await town.phone({ user: '4106', password: passwordOf('4106') });
    const answer = await right.register();
    expect([answer.status, Number(answer.get('Retry-After')) > 0]).toEqual([403, true]);
  });

  it('who guesses cannot silence a colleague who has proved the password before', async () => {
    const alice = await town.registered('4101');
    const guesser = await town.phone({ user: '4101', password: 'guessed' });
    for (let attempt = 0; attempt < 9; attempt += 1) await guesser.register();
    expect((await alice.register()).status).toBe(200);
  });
});

describe('a wrong password', () => {
  let town: LiveExchange;

  beforeEach(async () => {
    town = await startExchange(() => liveTown());
  });

  afterEach(async () => {
    await town.stop();
    expect(town.trouble).toEqual([]);
  });

  it('is counted by itself and told of once, with its source, the masked account and the phone, while its sender sees a challenge as any other', async () => {
    const answers = [];
    for (const user of ['4106', '9106']) {
      const guesser = await town.phone({ user, password: 'guessed' });
      answers.push(await guesser.register(300, { 'User-Agent': 'Guesser 1' }));
    }
    const first = await (await town.phone({ user: '4106' })).register();
    const alike = (challenge = '') => challenge.replace(/nonce="[^"]*"/, '');
    for (const answer of [first, ...answers]) {
      expect([answer.status, alike(answer.get('WWW-Authenticate'))]).toEqual([
        401,
        alike(first.get('WWW-Authenticate')),
      ]);
    }
    const results = ['challenged', 'wrong password', 'challenged', 'wrong password', 'challenged'];
    expect(town.registerResults).toEqual(results);
    expect(town.wrongPasswords).toHaveLength(1);
    expect(JSON.parse(town.wrongPasswords[0] ?? '')).toMatchObject({
      source: '127.0.0.1',
      account: '41**',
      userAgent: 'Guesser 1',
    });
  });
});

describe('wrong passwords', () => {
  it('are told of once a minute for each source, and of a hundred sources at most', () => {
    const [clock, told]: [{ at: number }, string[]] = [{ at: 1_000_000 }, []];
    const passwords = new WrongPasswords(
      () => clock.at,
      ({ source }) => void told.push(source),
    );
    const from = (source: string) => passwords.came({ source, account: '4101', userAgent: '' });
    for (const source of ['a', 'a', 'b']) from(source);
    clock.at += 59_999;
    from('a');
    expect(told).toEqual(['a', 'b']);
    clock.at += 1;
    from('a');
    expect(told).toEqual(['a', 'b', 'a']);
    for (let count = 0; count < 200; count += 1) from(`source ${count}`);
    expect(told).toHaveLength(102);
  });
});

describe('silence', () => {
  const clock = { at: 1_000_000 };
  const silenceOf = (failures: number, source = 'a', account = '1'): Silence => {
    const silence = new Silence(() => clock.at);
    for (let count = 0; count < failures; count += 1) silence.failed(source, account);
    return silence;
  };

  it('begins with the eighth failure of an account, wherever they come from', () => {
    expect([silenceOf(7).seconds('b', '1'), silenceOf(8).seconds('b', '1')]).toEqual([0, 2]);
  });

  it('begins later for a source, whichever accounts it tries', () => {
    expect([silenceOf(19).seconds('a', '2'), silenceOf(20).seconds('a', '2')]).toEqual([0, 2]);
  });

  it('doubles, up to a quarter of an hour', () => {
    expect([9, 10, 11, 40].map((failures) => silenceOf(failures).seconds('b', '1'))).toEqual([4, 8, 16, 900]);
  });

  it('spares an account where it was proved, until it fails there too often itself', () => {
    const silence = silenceOf(30);
    silence.proved('a', '1');
    expect([silence.seconds('a', '1'), silence.seconds('b', '1') > 0]).toEqual([0, true]);
    for (let count = 0; count < 20; count += 1) silence.failed('a', '1');
    expect(silence.seconds('a', '1')).toBeGreaterThan(0);
  });
});
