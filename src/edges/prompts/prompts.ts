import { join } from 'node:path';
import { type Language, languages, type SayValue } from '../../domain/say.ts';
import { type SentenceId, sentences } from '../../domain/sentences.ts';
import { inTurn, sentence, speakers } from '../../protocol/speech/sentence.ts';
import { pieces, type Word, written } from '../../protocol/speech/word.ts';
import { readManifest } from './manifest.ts';
import { mastersFolder } from './masters.ts';
import { findReplacements, type PromptProblem, type Replacements } from './replacements.ts';

/** A sentence of the manifest with what fills its gaps. */
export interface Spoken {
  readonly prompt: string;
  readonly values?: Readonly<Record<string, SayValue>>;
}

export interface Circumstances {
  readonly language: Language;
  /** Milliseconds since the epoch; "hier" and "demain" are seen from here. */
  readonly now: number;
  /** Such as "Europe/Paris". */
  readonly timeZone: string;
}

export interface Recorded {
  readonly id: string;
  readonly text: string;
  readonly file: string;
  readonly isReplaced: boolean;
}

export interface Prompts {
  /** Absolute paths of WAV files, to be played in turn. An unknown name gives none, and is told as a problem. */
  files(says: readonly Spoken[], circumstances: Circumstances): readonly string[];
  /** The same, in writing. */
  text(says: readonly Spoken[], circumstances: Circumstances): string;
  /** The recording of one piece: the town's, or ours. */
  file(id: string, language: Language): string | undefined;
  /** Every recording there is, in the order of the manifest. */
  list(language: Language): readonly Recorded[];
  /** Looks through the data folder anew. What is played goes on. */
  refresh(): void;
  /** Of the last look through the data folder. */
  readonly problems: readonly PromptProblem[];
  /** Where the files lie: whoever plays them must be allowed to read there. */
  readonly folders: readonly string[];
}

export interface PromptsOptions {
  /** Its `prompts/fr` and `prompts/en` are looked through for the town's recordings. */
  readonly dataFolder: string;
  readonly onProblem: (problem: PromptProblem) => void;
}

/** Reads the manifest and looks through `<data>/prompts` for what replaces the masters. */
export function openPrompts({ dataFolder, onProblem }: PromptsOptions): Prompts {
  const manifest = readManifest();
  const replacedFolder = join(dataFolder, 'prompts');
  let replaced = look();

  function look(): Readonly<Record<Language, Replacements>> {
    const of = (language: Language) =>
      findReplacements(join(replacedFolder, language), new Set(manifest[language].recordings.keys()));
    const found = { fr: of('fr'), en: of('en') };
    for (const language of languages) found[language].problems.forEach(onProblem);
    return found;
  }

  function file(id: string, language: Language): string | undefined {
    if (!manifest[language].recordings.has(id)) return undefined;
    return replaced[language].files.get(id) ?? join(mastersFolder, language, `${id}.wav`);
  }

  function words({ prompt, values = {} }: Spoken, { language, now, timeZone }: Circumstances): readonly Word[] {
    const wording = manifest[language].sentences.get(prompt);
    if (wording !== undefined && Object.hasOwn(sentences, prompt)) {
      return sentence(wording, sentences[prompt as SentenceId], values, speakers[language], { at: now, timeZone });
    }
    onProblem({ file: `${prompt}.wav`, says: 'asked for, and not in the manifest' });
    return [];
  }

  const all = (says: readonly Spoken[], circumstances: Circumstances) =>
    inTurn(says.map((each) => words(each, circumstances)).filter(({ length }) => length > 0));

  return {
    files: (says, circumstances) =>
      pieces(all(says, circumstances)).flatMap((id) => file(id, circumstances.language) ?? []),
    text: (says, circumstances) => written(all(says, circumstances)),
    file,
    list: (language) =>
      [...manifest[language].recordings].map(([id, { text }]) => ({
        id,
        text,
        file: file(id, language) ?? '',
        isReplaced: replaced[language].files.has(id),
      })),
    refresh: () => {
      replaced = look();
    },
    get problems() {
      return languages.flatMap((language) => replaced[language].problems);
    },
    folders: [mastersFolder, replacedFolder],
  };
}
