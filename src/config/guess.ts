const EDITS_AT_MOST = 3;

/**
 * The candidate that looks most like what was written, if one looks like it at all: as many letters wrong as a third of its length,
 * three at most, a swap of neighbours counting once. Numbers may differ in one digit only: more would be guesswork.
 */
export function nearest(written: string, candidates: Iterable<string>): string | undefined {
  const wanted = written.toLowerCase();
  const allowed = /^\+?\d+$/.test(written) ? 1 : Math.min(EDITS_AT_MOST, Math.max(1, Math.floor(wanted.length / 3)));
  let best: string | undefined;
  let bestEdits = allowed + 1;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - wanted.length) >= bestEdits) continue;
    const edits = editsBetween(wanted, candidate.toLowerCase());
    if (edits < bestEdits && candidate !== written) {
      best = candidate;
      bestEdits = edits;
    }
  }
  return best ?? extended(wanted, candidates);
}

/**
 * Small corrections of a value that was not taken, the likeliest first: for whoever wrote it as a number, with spaces,
 * or the way it is dialled inside the country.
 */
export function corrections(written: string): readonly string[] {
  const bare = written.trim();
  const digits = bare.replace(/[\s.()-]/g, '');
  const slug = bare
    .normalize('NFD')
    .replace(/\p{Diacritic}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9._]+/g, '-')
    .replace(/^-+|-+$/g, '');
  const numbers = /^\+?\d+$/.test(digits) ? [digits, ...internationalForms(digits)] : [];
  return [bare, ...numbers, bare.toLowerCase(), bare.toUpperCase(), slug];
}

/** `0199004101`, `0033199004101` and `33199004101` (a spreadsheet ate the plus) are +33199004101. */
function internationalForms(digits: string): readonly string[] {
  if (digits.startsWith('00')) return [`+${digits.slice(2)}`];
  if (digits.startsWith('0')) return [`+33${digits.slice(1)}`];
  return digits.startsWith('33') ? [`+${digits}`] : [];
}

/** `mairie` for `mairie-annexe`, when only one candidate goes on like that. */
function extended(wanted: string, candidates: Iterable<string>): string | undefined {
  if (wanted.length < 3) return undefined;
  let only: string | undefined;
  for (const candidate of candidates) {
    if (!candidate.toLowerCase().startsWith(wanted) || candidate.length === wanted.length) continue;
    if (only !== undefined) return undefined;
    only = candidate;
  }
  return only;
}

/** Insertions, deletions, replacements and swaps of neighbours (optimal string alignment). */
function editsBetween(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const now = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const same = a[row - 1] === b[column - 1];
      const edits = Math.min(at(last, column) + 1, at(now, column - 1) + 1, at(last, column - 1) + (same ? 0 : 1));
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      now.push(swapped ? Math.min(edits, at(before, column - 2) + 1) : edits);
    }
    before = last;
    last = now;
  }
  return at(last, b.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY;
}
