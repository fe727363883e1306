import { z } from 'zod';
import { bare, expectedBy } from '../../src/config/say-schema.ts';

type Schema = z.core.$ZodType;

/** The keys of a file as a Markdown table: what may stand there, what is taken when nothing does, and what it means. */
export function keysTable(schema: z.ZodObject): string {
  const rows = rowsOf(schema, '').map(
    ({ key, kind, unless, means }) => `| \`${key}\` | ${kind} | ${unless} | ${means} |`,
  );
  return ['| key | what may stand there | unless given | |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

interface Row {
  readonly key: string;
  readonly kind: string;
  readonly unless: string;
  readonly means: string;
}

function rowsOf(schema: z.ZodObject, above: string): readonly Row[] {
  return Object.entries(schema.shape).flatMap(([name, part]) => partRows(above + name, part as Schema));
}

function partRows(key: string, part: Schema): readonly Row[] {
  const kind = kindOf(part);
  const means = meaningOf(part);
  const row = { key, kind, unless: unlessGiven(part), means: means === kind ? '' : means };
  // Lines have a table of their own: a column of a CSV is a key of theirs.
  return key === 'lines' ? [row] : [row, ...innerRows(key, part)];
}

function innerRows(key: string, part: Schema): readonly Row[] {
  const here = bare(part);
  if (here instanceof z.ZodObject) return rowsOf(here, `${key}.`);
  if (here instanceof z.ZodArray) return innerRows(`${key}[]`, here.element as Schema);
  if (here instanceof z.ZodRecord) return innerRows(`${key}.<name>`, here.valueType as Schema);
  if (here instanceof z.ZodDiscriminatedUnion)
    return here.options.flatMap((option) => choiceRows(key, option as z.ZodObject));
  return [];
}

/** One choice of a block: `engine.signalling (is: drachtio).address`. */
function choiceRows(key: string, option: z.ZodObject): readonly Row[] {
  const { is, ...rest } = option.shape;
  const literal = bare(is as Schema);
  const choice = literal instanceof z.ZodLiteral ? [...literal.values].join(' ') : '';
  const rows = rowsOf(z.object(rest), `${key}.`);
  return [{ key: `${key}.is: ${choice}`, kind: '', unless: '', means: meaningOf(is as Schema) }, ...rows];
}

function kindOf(part: Schema): string {
  const here = bare(part);
  if (here instanceof z.ZodObject) return 'a block';
  if (here instanceof z.ZodDiscriminatedUnion) return 'a block, told apart by `is`';
  if (here instanceof z.ZodArray && bare(here.element as Schema) instanceof z.ZodObject) return 'a list of blocks';
  if (here instanceof z.ZodRecord) return 'a block of names';
  return cell(expectedBy(here));
}

function unlessGiven(part: Schema): string {
  if (part instanceof z.ZodPipe) return unlessGiven(part.in);
  if (part instanceof z.ZodReadonly) return unlessGiven(part.unwrap() as Schema);
  if (part instanceof z.ZodDefault) return `\`${cell(JSON.stringify(part.def.defaultValue))}\``;
  if (part instanceof z.ZodPrefault) {
    const text = JSON.stringify(part.def.defaultValue);
    return text === '{}' ? '' : `\`${cell(text)}\``;
  }
  return part instanceof z.ZodOptional ? '' : '**needed**';
}

/** The description, wherever in its wrapping it was put. */
function meaningOf(part: Schema): string {
  const said = z.globalRegistry.get(part)?.description;
  if (said !== undefined) return cell(said);
  const inner = part instanceof z.ZodPipe ? part.in : 'unwrap' in part ? (part as z.ZodOptional).unwrap() : undefined;
  return inner === undefined ? '' : meaningOf(inner as Schema);
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
