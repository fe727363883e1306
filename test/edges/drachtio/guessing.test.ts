import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Silence } from '../../../src/edges/drachtio/silence.ts';
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
