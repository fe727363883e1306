import { Composer, type CST, type Document, Lexer, LineCounter, Parser } from 'yaml';

/** What went wrong while reading YAML, at an offset in the text. */
export interface YamlFault {
  readonly from: number;
  readonly to: number;
  readonly says: string;
  readonly expected: string;
}

export interface ParsedYaml {
  readonly lines: LineCounter;
  /** Absent when nothing can be made of the text. */
  readonly document?: Document.Parsed;
  readonly faults: readonly YamlFault[];
}

/** Nesting of blocks and lists. What an operator writes has six or seven. */
const DEPTH_AT_MOST = 40;
/** A site with 2000 lines in YAML has about 130 000. */
const LEXEMES_AT_MOST = 150_000;
/** Lines, brackets, commas, quotes and the like: that site has about 100 000. */
const MARKS_AT_MOST = 120_000;
/** The parser makes a mistake of its own of each that is wrong. */
const ESCAPES_AT_MOST = 10_000;
const FAULTS_AT_MOST = 50;

/**
 * Reads YAML 1.2, one document, without ever recursing deeper or working longer than our limits: the text is taken apart
 * lexeme by lexeme, and nothing is composed from a text that nests too deep or has too many of them.
 */
export function parseYaml(text: string): ParsedYaml {
  const lines = new LineCounter();
  lines.addNewLine(0);
  const taken = isTooMuch(text) ? { from: 0, to: 1, ...tooMuch } : takeApart(text, lines);
  if (!Array.isArray(taken)) return { lines, faults: [taken] };
  const [document, second] = compose(taken, text);
  const problems = [...(document?.errors ?? []), ...(document?.warnings ?? [])].slice(0, FAULTS_AT_MOST);
  const faults = problems.map(({ code, message, pos }) => ({ from: pos[0], to: pos[1], ...worded(code, message) }));
  const directive = taken.find(({ type }) => type === 'directive');
  if (directive !== undefined) faults.push({ from: directive.offset, to: directive.offset + 1, ...anyDirective });
  if (second !== undefined) faults.push({ from: second, to: second + 3, ...secondDocument });
  return { lines, faults: firstOfEachLine(faults, lines), ...(document && { document }) };
}

/** What follows on a line that is wrong already is mostly its echo. */
function firstOfEachLine(faults: readonly YamlFault[], lines: LineCounter): readonly YamlFault[] {
  const told = new Set<number>();
  return faults
    .toSorted((a, b) => a.from - b.from)
    .filter(({ from }) => {
      const { line } = lines.linePos(from);
      return !told.has(line) && told.add(line);
    });
}

/** Is the text so full of what YAML is made of that taking it apart would take long? One quick look at each character. */
function isTooMuch(text: string): boolean {
  let marks = 0;
  let escapes = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code < 128) marks += markCodes[code] ?? 0;
    if (code === BACKSLASH) escapes += 1;
  }
  return marks > MARKS_AT_MOST || escapes > ESCAPES_AT_MOST;
}

const BACKSLASH = 92;
const markCodes = new Uint8Array(128);
for (const mark of '\n,[]{}&*!"\'') markCodes[mark.charCodeAt(0)] = 1;

function takeApart(text: string, lines: LineCounter): CST.Token[] | YamlFault {
  const parser = new Parser(lines.addNewLine);
  const tokens: CST.Token[] = [];
  let lexemes = 0;
  for (const lexeme of new Lexer().lex(text)) {
    tokens.push(...parser.next(lexeme));
    lexemes += 1;
    const { offset } = parser;
    if (parser.stack.length > DEPTH_AT_MOST) return { from: offset, to: offset + 1, ...tooDeep };
    if (lexemes > LEXEMES_AT_MOST) return { from: offset, to: offset + 1, ...tooMuch };
  }
  tokens.push(...parser.end());
  return tokens;
}

/** The first document, and where a second one begins. Keys are compared by us, in one pass: `uniqueKeys` compares each with each. */
function compose(
  tokens: readonly CST.Token[],
  text: string,
): readonly [Document.Parsed | undefined, number | undefined] {
  const documents = tokens.filter(({ type }) => type === 'document');
  const second = documents[1]?.offset;
  const first = second === undefined ? tokens : tokens.slice(0, tokens.indexOf(documents[1] as CST.Token));
  const composer = new Composer({ version: '1.2', schema: 'core', strict: true, uniqueKeys: false });
  const [document] = composer.compose(first, true, text.length);
  return [document, second];
}

const tooDeep = {
  says: 'blocks and lists are nested too deep',
  expected: `at most ${DEPTH_AT_MOST} levels`,
};
const tooMuch = { says: 'the file has too many keys and values', expected: 'a smaller file, or lines in a CSV' };
const anyDirective = { says: 'directives such as %YAML are not read', expected: 'YAML 1.2 as it is' };
const secondDocument = {
  says: 'a second document begins here',
  expected: 'one document a file, so no "---" but at its top',
};

/** The commonest slips in our words; the rest as the parser says it. */
function worded(code: string, message: string): Pick<YamlFault, 'says' | 'expected'> {
  if (code === 'BAD_INDENT' && message.startsWith('Flow')) return bracketLeftOpen;
  return wording[code] ?? { says: `this is not YAML: ${message.split('\n', 1)[0]}`, expected: 'YAML 1.2' };
}

const bracketLeftOpen = { says: 'a bracket opened above is not closed before this line', expected: 'a closing ] or }' };

const wording: Readonly<Record<string, Pick<YamlFault, 'says' | 'expected'>>> = {
  TAB_AS_INDENT: { says: 'the line is indented with a tab', expected: 'spaces' },
  BAD_INDENT: { says: 'the line is not indented like the ones it belongs to', expected: 'the same number of spaces' },
  MISSING_CHAR: { says: 'something is missing here', expected: 'a closing quote or bracket, a comma, or a space' },
  BLOCK_AS_IMPLICIT_KEY: {
    says: 'a second ": " in this value, or a next line that is indented too deep',
    expected: 'the value in quotes, or the next line below the key of this one',
  },
  MULTILINE_IMPLICIT_KEY: { says: 'a key reaches over several lines', expected: 'a key and a colon on one line' },
  DUPLICATE_KEY: { says: 'the key is there twice', expected: 'each key once' },
  BAD_SCALAR_START: { says: 'a value cannot begin like this', expected: 'the value in quotes' },
  TAG_RESOLVE_FAILED: { says: 'tags such as !name mean nothing here', expected: 'a plain value' },
};
