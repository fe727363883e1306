/** A piece of sound, and how it is written where it stands: `number.80` is "quatre-vingts", or "quatre-vingt-" before "un". */
export interface Word {
  /** The name of the recording. Without one it is written and not spoken: a full stop, a comma. */
  readonly piece?: string;
  readonly text: string;
}

/** A breath between two groups of digits, or two sentences. */
export const pause: Word = { piece: 'pause', text: ',' };

/** Written as one reads it: no space after a hyphen or an apostrophe, none before a comma or a full stop. */
export function written(words: readonly Word[]): string {
  let text = '';
  for (const { text: next } of words) {
    // "p.m." ends a sentence as well.
    if (next === '.' && text.endsWith('.')) continue;
    const joined = text === '' || /[-’\s]$/.test(text) || /^[\s.,]/.test(next);
    text += joined ? next : ` ${next}`;
  }
  return text;
}

/** The recordings to play, in turn. */
export function pieces(words: readonly Word[]): readonly string[] {
  return words.flatMap(({ piece }) => (piece === undefined ? [] : [piece]));
}
