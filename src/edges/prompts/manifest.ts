import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { type Language, languages } from '../../domain/say.ts';
import { type Part, partsOf, type Variant, type Wording } from '../../protocol/speech/sentence.ts';
import { mastersFolder } from './masters.ts';

const text = z.string().min(1).max(200);
const variants = z.strictObject({
  none: text.optional(),
  one: text.optional(),
  many: text,
  beyond: text.optional(),
});
const words = z.union([text, variants]);
const piece = z.union([text, z.strictObject({ text, say: text })]);

/** What stands in `src/prompts/manifest.yaml`. */
const ManifestFile = z.strictObject({
  sentences: z.record(
    z.string().regex(/^[a-z]+(-[a-z]+)*\.[a-z]+(-[a-z]+)*$/),
    z.strictObject({ fr: words, en: words }),
  ),
  pieces: z.strictObject({ fr: z.record(z.string(), piece), en: z.record(z.string(), piece) }),
});

/** One recording: what it says, and what a voice is given to read, where that is not the same. */
export interface Recording {
  readonly text: string;
  readonly say: string;
}

export interface Vocabulary {
  readonly sentences: ReadonlyMap<string, Wording>;
  /** Every recording there must be, by its name; a file of that name lies in the folder of the language. */
  readonly recordings: ReadonlyMap<string, Recording>;
}

export type Manifest = Readonly<Record<Language, Vocabulary>>;

/** @throws Error when the manifest that ships with the software is missing or broken: that is our fault, and a test's matter */
export function readManifest(file: string = join(mastersFolder, 'manifest.yaml')): Manifest {
  const { sentences, pieces } = ManifestFile.parse(parse(readFileSync(file, 'utf8')));
  const of = (language: Language): Vocabulary => {
    const wordings = new Map<string, Wording>();
    const recordings = new Map<string, Recording>([['pause', { text: '', say: '' }]]);
    for (const [id, texts] of Object.entries(sentences)) {
      const wording = wordingOf(id, texts[language]);
      wordings.set(id, wording);
      for (const parts of Object.values(wording)) addFragments(parts, recordings);
    }
    for (const [id, given] of Object.entries(pieces[language])) {
      recordings.set(id, typeof given === 'string' ? { text: given, say: given } : given);
    }
    return { sentences: wordings, recordings };
  };
  const [fr, en] = languages.map(of);
  if (fr === undefined || en === undefined) throw new Error('no language');
  return { fr, en };
}

function wordingOf(id: string, given: z.infer<typeof words>): Wording {
  if (typeof given === 'string') return { many: partsOf(id, given) };
  const wording: Partial<Record<Variant, readonly Part[]>> = {};
  for (const [variant, line] of Object.entries(given)) {
    if (line !== undefined) wording[variant as Variant] = partsOf(`${id}.${variant}`, line);
  }
  return { ...wording, many: partsOf(`${id}.many`, given.many) };
}

/** A stretch that something follows ends on a comma, so that the voice stays up. */
function addFragments(parts: readonly Part[], recordings: Map<string, Recording>): void {
  parts.forEach((part, index) => {
    if ('slot' in part || part.piece === undefined) return;
    const isLast = index === parts.length - 1;
    recordings.set(part.piece, { text: part.text, say: isLast ? part.text : part.text.replace(/[,.]?$/, ',') });
  });
}
