import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { languages } from '../../../src/domain/say.ts';
import { type SentenceId, type SlotKind, sentences } from '../../../src/domain/sentences.ts';
import { readManifest } from '../../../src/edges/prompts/manifest.ts';
import { sentence, speakers } from '../../../src/protocol/speech/sentence.ts';
import { pieces } from '../../../src/protocol/speech/word.ts';

const manifest = readManifest();
const now = { at: Date.parse('2026-11-24T13:00:00Z'), timeZone: 'Europe/Paris' };
const ids = Object.keys(sentences) as readonly SentenceId[];

const count = fc.integer({ min: 0, max: 999_999 });
const instant = fc.integer({ min: Date.parse('1971-01-01'), max: Date.parse('2099-12-31') });
const seconds = fc.integer({ min: 0, max: 400_000 });
const values: Readonly<Record<SlotKind, fc.Arbitrary<number | string>>> = {
  masculine: count,
  feminine: count,
  number: fc.oneof(count, fc.maxSafeNat(), fc.double()),
  position: fc.integer({ min: 0, max: 200 }),
  key: fc.constantFrom(...'0123456789*#'),
  phone: fc.string({ unit: fc.constantFrom(...'0123456789+*# .-x'), maxLength: 60 }),
  moment: instant,
  date: instant,
  wait: seconds,
  duration: seconds,
};

describe('the manifest', () => {
  it.each(languages)('has the sentences that code can say, and no other (%s)', (language) => {
    expect([...manifest[language].sentences.keys()]).toEqual(ids);
  });

  it.each(languages)('has in each sentence the gaps that are filled (%s)', (language) => {
    for (const id of ids) {
      const wording = manifest[language].sentences.get(id);
      const slots = (wording?.many ?? []).flatMap((part) => ('slot' in part ? [part.slot] : []));
      expect([id, ...slots]).toEqual([id, ...Object.keys(sentences[id])]);
    }
  });

  it.each(languages)('has a recording for whatever is said (%s)', (language) => {
    const { sentences: wordings, recordings } = manifest[language];
    for (const id of ids) {
      const slots: Readonly<Record<string, SlotKind>> = sentences[id];
      const wording = wordings.get(id) ?? { many: [] };
      const filled = fc.record(Object.fromEntries(Object.entries(slots).map(([name, kind]) => [name, values[kind]])));
      const holds = fc.property(filled, (given) => {
        const words = sentence(wording, slots, given, speakers[language], now);
        return pieces(words).every((piece) => recordings.has(piece));
      });
      fc.assert(holds, { numRuns: Object.keys(slots).length === 0 ? 1 : 200 });
    }
  });

  it.each(languages)('has a recording for every number up to 999 999 (%s)', (language) => {
    const { recordings } = manifest[language];
    const speaker = speakers[language];
    // All as far as ten thousand, and then one in 89.
    const numbers = Array.from({ length: 21_000 }, (_, at) => (at < 10_000 ? at : 10_000 + (at - 10_000) * 89));
    const missing = numbers
      .flatMap((number) => [speaker.number(number), speaker.masculine(number), speaker.feminine(number)])
      .flatMap((words) => pieces(words).filter((piece) => !recordings.has(piece)));
    expect(missing).toEqual([]);
  });

  it.each(languages)('writes each word as the code spells it where it stands alone (%s)', (language) => {
    const { recordings } = manifest[language];
    const speaker = speakers[language];
    const said = [speaker.digits('abcdefghijklmnopqrstuvwxyz'), speaker.digits('0123456789+*#')].flat();
    for (let number = 0; number <= 1000; number += 1) said.push(...speaker.number(number), ...speaker.feminine(number));
    for (let place = 1; place <= 20; place += 1) said.push(...speaker.position(place));
    for (const { piece = '', text } of said) {
      // "quatre-vingt-" and "cents" are the same recordings as "quatre-vingts" and "cent".
      const alone = (spelling: string | undefined) => spelling?.replace(/-$/, '').replace(/(vingt|cent)s$/, '$1');
      expect([piece, alone(text)]).toEqual([piece, alone(recordings.get(piece)?.text)]);
    }
  });

  it('writes French with the typographic apostrophe, and every sentence to its end', () => {
    for (const language of languages) {
      for (const [id, { text }] of manifest[language].recordings) {
        expect([id, text]).not.toEqual([id, expect.stringMatching(/['"«]| {2}|\s$|^\s/)]);
      }
    }
  });
});
