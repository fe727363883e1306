import { describe, expect, it } from 'vitest';
import { corrections, nearest } from '../../src/config/guess.ts';

describe('the nearest guess', () => {
  it.each([
    ['a letter too many', 'mairiee', 'mairie'],
    ['a letter missing', 'marie', 'mairie'],
    ['two letters swapped', 'mairei', 'mairie'],
    ['capitals', 'MAIRIE', 'mairie'],
    ['the beginning of one name only', 'piscine', 'piscine-municipale'],
    ['a digit wrong', '4109', '4101'],
  ])('forgives %s', (_, written, meant) => {
    expect(nearest(written, ['mairie', 'ccas', 'piscine-municipale', '4101'])).toBe(meant);
  });

  it.each([
    ['nothing looks like it', 'ateliers'],
    ['two digits are wrong', '4299'],
    ['it is very short and another letter', 'x'],
  ])('is none when %s', (_, written) => {
    expect(nearest(written, ['mairie', 'ccas', '4101'])).toBeUndefined();
  });

  it('is none when two names go on like it', () => {
    expect(nearest('ecole', ['ecole-tilleuls', 'ecole-vieux-moulin'])).toBeUndefined();
  });
});

describe('small corrections', () => {
  it.each([
    ['01 99 00 41 01', '+33199004101'],
    ['0033199004101', '+33199004101'],
    ['33199004101', '+33199004101'],
    ['  4101 ', '4101'],
    ['État Civil', 'etat-civil'],
  ])('of %s have %s among them', (written, meant) => {
    expect(corrections(written)).toContain(meant);
  });
});
