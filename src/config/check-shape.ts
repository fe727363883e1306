import { z } from 'zod';
import { corrections, nearest } from './guess.ts';
import { type Path, pathText, type Report, type Written } from './problem.ts';
import { bare, expectedBy, orList, schemaAt } from './say-schema.ts';

type Issue = z.core.$ZodIssue;
type Values = Readonly<Record<string, unknown>>;

/** What could be read of a block: all of it, or the keys that are right. */
export interface Shaped<T> {
  readonly whole: boolean;
  readonly values: Partial<T>;
}

/** A block, and where it stands: `path` leads to it in what was written. */
export interface Block {
  readonly value: unknown;
  readonly written: Written;
  readonly path: Path;
}

/**
 * Holds a block against its schema. When it is wrong, each key is tried alone, so that the right ones can still be held against
 * the other files: one mistake does not hide the next.
 */
export function checkShape<S extends z.ZodObject>(schema: S, block: Block, report: Report): Shaped<z.output<S>> {
  const { value } = block;
  const parsed = schema.safeParse(value);
  if (parsed.success) return { whole: true, values: parsed.data as Partial<z.output<S>> };
  const context: Context = { schema, block, report, misspelt: misspeltIn(parsed.error.issues, schema) };
  for (const issue of parsed.error.issues) reportIssue(issue, [], context);
  return { whole: false, values: rightKeys(schema, value) };
}

function rightKeys<S extends z.ZodObject>(schema: S, value: unknown): Partial<z.output<S>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return {};
  const right: Record<string, unknown> = {};
  for (const [key, part] of Object.entries(schema.shape)) {
    const parsed = z.safeParse(part as z.core.$ZodType, (value as Values)[key]);
    if (parsed.success && parsed.data !== undefined) right[key] = parsed.data;
  }
  return right as Partial<z.output<S>>;
}

interface Context {
  readonly schema: z.ZodObject;
  readonly block: Block;
  readonly report: Report;
  /** Keys that are there under another spelling: they are not called missing as well. */
  readonly misspelt: ReadonlySet<string>;
}

function misspeltIn(issues: readonly Issue[], schema: z.ZodObject): ReadonlySet<string> {
  const meant = new Set<string>();
  for (const issue of issues) {
    if (issue.code !== 'unrecognized_keys') continue;
    const around = schemaAt(schema, issue.path as Path);
    for (const key of issue.keys) {
      const guess = nearest(key, around === undefined ? [] : keysOf(around));
      if (guess !== undefined) meant.add(pathText([...(issue.path as Path), guess]));
    }
  }
  return meant;
}

function reportIssue(issue: Issue, above: Path, context: Context): void {
  const path = [...above, ...(issue.path as Path)];
  switch (issue.code) {
    case 'unrecognized_keys':
      for (const key of issue.keys) reportUnknownKey(key, path, context);
      return;
    case 'invalid_key':
      reportName(issue.issues, path, context);
      return;
    case 'invalid_union':
      reportUnion(issue, path, context);
      return;
    default:
      reportValue(path, issue.code === 'custom' ? issue.message : undefined, context);
  }
}

function reportUnknownKey(key: string, path: Path, { schema, block, report }: Context): void {
  const around = schemaAt(schema, path);
  const known = around === undefined ? [] : keysOf(around);
  const full = [...block.path, ...path, key];
  const guess = nearest(key, known);
  const where = path.length === 0 ? 'here' : `in ${block.written.name([...block.path, ...path])}`;
  const tooMany = known.includes(key);
  report.add(block.written.mark(full, 'key'), {
    path: pathText(full),
    says: tooMany ? `${key} is one key too many ${where}` : `no key is called ${key} ${where}`,
    found: key,
    expected: `${tooMany ? 'only one' : 'one'} of: ${known.join(', ')}`,
    guess: tooMany ? undefined : guess,
  });
}

function keysOf(schema: z.core.$ZodType): readonly string[] {
  const here = bare(schema);
  if (here instanceof z.ZodObject) return Object.keys(here.shape);
  return here instanceof z.ZodUnion ? [...new Set(here.options.flatMap(keysOf))] : [];
}

/** A name that the operator chose and that does not look like one. */
function reportName(issues: readonly Issue[], path: Path, { block, report }: Context): void {
  const full = [...block.path, ...path];
  const name = String(path.at(-1));
  const [issue] = issues;
  const expected = issue?.code === 'invalid_format' && issue.format !== 'regex' ? issue.message : smallName;
  const guess = corrections(name).find((one) => one !== name && /^[a-z][a-z0-9-]{0,31}$/.test(one));
  report.add(block.written.mark(full, 'key'), {
    path: pathText(full),
    says: `${name} cannot be a name here`,
    found: name,
    expected,
    guess,
  });
}

const smallName = 'a name of small letters, digits and dashes';

/**
 * A value that fits no member of a union. A block is held against the member it has most in common with;
 * anything else is told about all of them.
 */
function reportUnion(issue: Issue & { readonly code: 'invalid_union' }, path: Path, context: Context): void {
  const closest = issue.errors.filter(sharesKeys(valueAt(context, path))).toSorted((a, b) => a.length - b.length)[0];
  if (closest === undefined) reportValue(path, undefined, context, discriminated(issue, context, path));
  else for (const one of closest) reportIssue(one, path, context);
}

/** Does the value have a key that this member of the union knows? Its complaints then leave out at least one key. */
function sharesKeys(value: unknown): (issues: readonly Issue[]) => boolean {
  const keys = typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.keys(value) : [];
  return (issues) => {
    const unknown = issues.flatMap((one) =>
      one.code === 'unrecognized_keys' && one.path.length === 0 ? one.keys : [],
    );
    return keys.some((key) => !unknown.includes(key));
  };
}

/** The choices of a union whose members are told apart by one key. */
function discriminated(issue: Issue, { schema }: Context, path: Path): readonly string[] | undefined {
  if (!('discriminator' in issue)) return undefined;
  const union = schemaAt(schema, path.slice(0, -1));
  const key = path.at(-1);
  if (!(union instanceof z.ZodUnion) || key === undefined) return undefined;
  return union.options.flatMap((option) => {
    const literal = schemaAt(option, [key]);
    return literal instanceof z.ZodLiteral ? [...literal.values].map(String) : [];
  });
}

function reportValue(path: Path, custom: string | undefined, context: Context, choices?: readonly string[]): void {
  const { schema, block, report } = context;
  const full = [...block.path, ...path];
  const wanted = schemaAt(schema, path);
  const mark = block.written.mark(full);
  const value = valueAt(context, path);
  if (block.written.told(full) || (value === undefined && context.misspelt.has(pathText(path)))) return;
  const found = `${mark.found}${wanted ? mistyped(value, wanted) : ''}`;
  const expected =
    custom ?? (choices && orList(choices.map((one) => `"${one}"`))) ?? (wanted ? expectedBy(wanted) : '');
  const raw = block.written.raw(full);
  const guess = raw === undefined ? undefined : guessValue(raw, wanted, choices);
  const where = full.length === 0 ? block.written.file : block.written.name(full);
  report.add(mark, { path: pathText(full), expected, guess, ...saidOf(where, value, found) });
}

function saidOf(where: string, value: unknown, found: string): { readonly says: string; readonly found: string } {
  if (value === undefined) return { says: `${where} is missing`, found: 'nothing' };
  return { says: value === null ? `${where} has no value` : `${where} cannot be ${found}`, found };
}

/** A number where a text is wanted looks right to whoever wrote it: say what it was taken for. */
function mistyped(value: unknown, wanted: z.core.$ZodType): string {
  if (!(bare(wanted) instanceof z.ZodString)) return '';
  if (typeof value === 'number') return ' (a number)';
  return typeof value === 'boolean' ? ' (true or false)' : '';
}

/** The likeliest value that the schema takes. */
function guessValue(raw: string, schema: z.core.$ZodType | undefined, choices?: readonly string[]): string | undefined {
  const allowed = choices ?? (schema === undefined ? [] : choicesOf(schema));
  const close = allowed.length > 0 ? nearest(raw, allowed) : undefined;
  if (close !== undefined || schema === undefined) return close;
  const fits = (value: unknown): boolean => z.safeParse(schema, value).success;
  const text = corrections(raw).find((one) => fits(one));
  if (text !== undefined) return `"${text}"`;
  const number = raw.trim() === '' ? Number.NaN : Number(raw);
  return fits(number) ? String(number) : undefined;
}

function choicesOf(schema: z.core.$ZodType): readonly string[] {
  const here = bare(schema);
  if (here instanceof z.ZodEnum) return here.options.map(String);
  return here instanceof z.ZodUnion ? here.options.flatMap(choicesOf) : [];
}

function valueAt({ block }: Context, path: Path): unknown {
  let value = block.value;
  for (const step of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = Object.hasOwn(value, step) ? (value as Values)[step] : undefined;
  }
  return value;
}
