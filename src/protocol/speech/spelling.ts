import type { Word } from './word.ts';

/** No number to dial is longer; what comes after is not read. */
const mostCharacters = 40;

/** Digits, letters, +, * and # one by one. Everything else (spaces, dots, accents) is passed over. */
export function spelled(text: string, names: Readonly<Record<string, string>>): readonly Word[] {
  const words: Word[] = [];
  for (const character of text.slice(0, mostCharacters).toLowerCase()) {
    const piece = pieceOf(character);
    if (piece !== undefined) words.push({ piece, text: names[character] ?? character });
  }
  return words;
}

function pieceOf(character: string): string | undefined {
  if (/^[0-9]$/.test(character)) return `number.${character}`;
  if (/^[a-z]$/.test(character)) return `letter.${character}`;
  return signs.get(character);
}

const signs: ReadonlyMap<string, string> = new Map([
  ['+', 'letter.plus'],
  ['*', 'letter.star'],
  ['#', 'letter.hash'],
]);

/** Digits to dial: without spaces, and a French number the way it is written in France. */
export function dialable(number: string): string {
  const bare = number.slice(0, mostCharacters).replace(/[^0-9+*#]/g, '');
  return bare.replace(/^\+33(?=\d{9}$)/, '0');
}

/** In pairs; an odd number of digits ends in three, three alone stay together: 36 51, 118 712, 30 220. */
export function groupsOf(digits: string): readonly string[] {
  if (/^118\d{3}$/.test(digits)) return [digits.slice(0, 3), digits.slice(3)];
  const pairs: string[] = [];
  let rest = digits;
  for (; rest.length > 3 || rest.length === 2; rest = rest.slice(2)) pairs.push(rest.slice(0, 2));
  return rest === '' ? pairs : [...pairs, rest];
}
