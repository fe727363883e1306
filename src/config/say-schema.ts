import { z } from 'zod';
import type { Path } from './problem.ts';

type Schema = z.core.$ZodType;

/** A schema without what only wraps it: optional, a default, read-only, a transformation. */
export function bare(schema: Schema): Schema {
  if (schema instanceof z.ZodPipe) return bare(schema.in);
  const wraps =
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodReadonly ||
    schema instanceof z.ZodNullable;
  return wraps ? bare(schema.unwrap()) : schema;
}

/** The schema of the value at a path. In a union: of the member that knows the key. */
export function schemaAt(schema: Schema, path: Path): Schema | undefined {
  const [step, ...rest] = path;
  const here = bare(schema);
  if (step === undefined) return here;
  const next = stepInto(here, step);
  return next && schemaAt(next, rest);
}

function stepInto(schema: Schema, step: string | number): Schema | undefined {
  if (schema instanceof z.ZodObject) return Object.hasOwn(schema.shape, step) ? schema.shape[step] : undefined;
  if (schema instanceof z.ZodArray) return schema.element;
  if (schema instanceof z.ZodRecord) return schema.valueType;
  if (schema instanceof z.ZodUnion) {
    return schema.options.map((option) => stepInto(bare(option), step)).find((found) => found !== undefined);
  }
  return undefined;
}

/** What a value must be, in words: `a whole number from 1 to 65535`. */
export function expectedBy(schema: Schema): string {
  const here = bare(schema);
  if (here instanceof z.ZodString) return expectedText(here);
  if (here instanceof z.ZodNumber) return expectedNumber(here);
  if (here instanceof z.ZodBoolean) return 'true or false';
  if (here instanceof z.ZodEnum) return orList(here.options.map((option) => `"${option}"`));
  if (here instanceof z.ZodLiteral) return orList([...here.values].map((value) => `"${value}"`));
  if (here instanceof z.ZodArray) return expectedList(here);
  if (here instanceof z.ZodRecord) return 'a block: a name, a colon and a value on each line';
  if (here instanceof z.ZodObject) return expectedBlock(here);
  if (here instanceof z.ZodUnion) return orList(here.options.map(expectedBy));
  return 'something else';
}

/** `a, b or c` */
export function orList(words: readonly string[]): string {
  if (words.length <= 1) return words[0] ?? 'nothing';
  return `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}

/** What there is to choose from, cut short when it is much. */
export function oneOf(names: Iterable<string>): string {
  const all = [...names];
  return all.length === 0 ? 'none is there' : `one of: ${all.slice(0, 20).join(', ')}${all.length > 20 ? ' …' : ''}`;
}

const keysAtMost = 6;

/** The keys it must have: `{ from: …, to: … }` */
function expectedBlock(schema: z.ZodObject): string {
  const needed = Object.entries(schema.shape).filter(([, part]) => !z.safeParse(part as Schema, undefined).success);
  if (needed.length === 0 || needed.length > keysAtMost) return 'a block of keys';
  return `{ ${needed.map(([key]) => `${key}: …`).join(', ')} }`;
}

/** A schema with a pattern says itself what it wants: asked with a text that fits no pattern, it answers. */
function expectedText(schema: z.ZodString): string {
  const issues = schema.safeParse('\u0000').error?.issues ?? [];
  const own = issues.find(({ code }) => code === 'invalid_format');
  if (own) return own.message;
  const { minLength, maxLength, description } = schema;
  if (maxLength === null) return description ?? 'a text';
  return `a text of ${minLength ?? 0} to ${maxLength} characters`;
}

function expectedNumber(schema: z.ZodNumber): string {
  const whole = schema.format === 'safeint' ? 'a whole number' : 'a number';
  const { minValue, maxValue } = schema;
  return `${whole} from ${minValue} to ${maxValue}`;
}

function expectedList(schema: z.ZodArray): string {
  const limits = Object.assign({}, ...(schema._zod.def.checks ?? []).map((check) => check._zod.def)) as Limits;
  const { minimum = 0, maximum } = limits;
  const least = minimum > 0 ? ` of at least ${minimum}` : '';
  const count = maximum === undefined ? least : ` of ${minimum} to ${maximum}`;
  return `a list${count}, each: ${expectedBy(schema.element as Schema)}`;
}

interface Limits {
  readonly minimum?: number;
  readonly maximum?: number;
}
