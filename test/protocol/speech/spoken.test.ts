import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { partsOf, type SpokenAs, sentence, speakers } from '../../../src/protocol/speech/sentence.ts';
import { written } from '../../../src/protocol/speech/word.ts';

const timeZone = 'Europe/Paris';
const now = { at: paris('2026-11-24T14:00'), timeZone };

/** Wall time in Paris: winter from the end of October to the end of March. */
function paris(text: string): number {
  const month = Number(text.slice(5, 7));
  return Date.parse(`${text}${month > 10 || month < 4 ? '+01:00' : '+02:00'}`);
}

function lines(name: string): readonly string[] {
  const text = readFileSync(`test/fixtures/speech/${name}`, 'utf8');
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}

function spoken(language: 'fr' | 'en', kind: SpokenAs, value: number | string): string {
  const wording = { many: partsOf('test', '{slot}') };
  return written(sentence(wording, { slot: kind }, { slot: value }, speakers[language], now));
}

const cases = (language: string) =>
  lines(`spoken.${language}.txt`).map((line) => {
    const [, kind = '', value = '', says = ''] = /^(\w+): (.+) = (.+)$/.exec(line) ?? [];
    return { kind: kind as SpokenAs, value, says };
  });

function filling(kind: SpokenAs, value: string): number | string {
  if (kind === 'moment' || kind === 'date') return paris(value);
  return kind === 'phone' || kind === 'key' ? value : Number(value);
}

describe.each(['fr', 'en'] as const)('in %s', (language) => {
  it.each(cases(language))('$kind $value is "$says"', ({ kind, value, says }) => {
    expect(spoken(language, kind, filling(kind, value))).toBe(says);
  });

  it('every whole number is spelled as another spelling program spells it', () => {
    for (const line of lines(`numbers.${language}.txt`)) {
      const [, number = '', spelling = ''] = /^(\d+) (.+)$/.exec(line) ?? [];
      // The other program writes the French of 1990, with hyphens throughout, and English with commas.
      const plain = (text: string) => text.replace(/,/g, '').replace(/[- ]/g, '-');
      expect(`${number} ${plain(spoken(language, 'number', Number(number)))}`).toBe(`${number} ${plain(spelling)}`);
    }
  });
});

describe('a sentence', () => {
  const wording = {
    none: partsOf('mailbox.none', 'Aucun message.'),
    one: partsOf('mailbox.one', 'Un message.'),
    many: partsOf('mailbox.many', 'Vous avez {count} messages.'),
  };
  const say = (count: number) => sentence(wording, { count: 'masculine' }, { count }, speakers.fr, now);

  it('is another one for none, one and many', () => {
    expect([0, 1, 2].map((count) => written(say(count)))).toEqual([
      'Aucun message.',
      'Un message.',
      'Vous avez deux messages.',
    ]);
  });

  it('is played from the pieces before, in and after its gap', () => {
    expect(say(26).map(({ piece }) => piece)).toEqual([
      'mailbox.many.1',
      'number.20.bound',
      'number.6.bound',
      'mailbox.many.2',
    ]);
  });

  it('loses the consonant of six, huit and dix before a consonant alone', () => {
    const piece = (kind: SpokenAs, value: number) =>
      sentence({ many: [{ slot: 's' }] }, { s: kind }, { s: value }, speakers.fr, now).map((word) => word.piece);
    expect(piece('masculine', 6)).toEqual(['number.6.bound']);
    expect(piece('number', 6)).toEqual(['number.6']);
    expect(piece('date', paris('2026-12-06T10:00'))).toContain('number.6.bound');
    expect(piece('date', paris('2027-04-06T10:00'))).toContain('number.6');
  });

  it('is heard without what is missing or cannot be spoken', () => {
    const until = (values: Readonly<Record<string, number>>) =>
      written(sentence({ many: partsOf('x', 'Jusqu’au {until}.') }, { until: 'date' }, values, speakers.fr, now));
    expect(until({})).toBe('Jusqu’au.');
    expect(until({ until: Number.NaN })).toBe('Jusqu’au.');
    expect(until({ until: 1e300 })).toBe('Jusqu’au.');
  });

  it('tells the day by the clock on the wall: at 23:30 UTC it is tomorrow in Paris', () => {
    const at = Date.parse('2026-11-24T23:30:00Z');
    const text = (zone: string) =>
      written(
        sentence({ many: [{ slot: 'at' }] }, { at: 'moment' }, { at }, speakers.fr, { at: now.at, timeZone: zone }),
      );
    expect(text('Europe/Paris')).toBe('demain à minuit trente');
    expect(text('UTC')).toBe('aujourd’hui à vingt-trois heures trente');
    expect(text('Mars/Olympus')).toBe(text('UTC'));
  });
});
