/** What was keyed, without the parameters and separators of a telephone URI. `undefined`: it is no number. */
export function readDialled(text: string): string | undefined {
  if (DIALLED.test(text)) return text;
  if (text.length > TEXT_AT_MOST) return undefined;
  const bare = (text.split(';', 1)[0] ?? '').replace(SEPARATORS, '');
  return DIALLED.test(bare) ? bare : undefined;
}

const DIALLED = /^\+?[\d*#]{1,32}$/;
/** RFC 3966 §5.1.1: visual separators mean nothing; phones send spaces too. */
const SEPARATORS = /[-.() ]/g;
const TEXT_AT_MOST = 128;
