import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fileSchemas, jsonSchemaOf } from '../../src/config/schema.ts';
import { LineEntry } from '../../src/domain/line.ts';
import { keysTable } from './config-doc.ts';

/** Set to 1: the files are written anew. */
const { UPDATE_GOLDEN } = process.env;
const kinds = Object.keys(fileSchemas) as (keyof typeof fileSchemas)[];

describe('what editors are told is what the exchange reads', () => {
  it.each(kinds)('config/schema/%s.schema.json is made from the schema', (kind) => {
    const file = `config/schema/${kind}.schema.json`;
    if (UPDATE_GOLDEN === '1') writeFileSync(file, `${JSON.stringify(jsonSchemaOf(kind), null, 2)}\n`);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(jsonSchemaOf(kind));
  });

  it('knows every key that is needed', () => {
    const { required } = jsonSchemaOf('site') as { readonly required: readonly string[] };
    expect(required).toContain('emergency');
    expect(jsonSchemaOf('site')).toHaveProperty('additionalProperties', false);
  });
});

/** The formatter lines the columns up. */
function unpadded(table: string): string {
  return table.trim().replaceAll(/ +/g, ' ').replaceAll(/-{3,}/g, '---');
}

describe('docs/config.md cannot lie', () => {
  const file = 'docs/config.md';
  const tables = { ...fileSchemas, line: { schema: LineEntry } };

  it.each(Object.keys(tables) as (keyof typeof tables)[])('has every key of %s as the schema has it', (kind) => {
    const [from, to] = [`<!-- keys of ${kind} -->\n`, `\n<!-- end of ${kind} -->`];
    const text = readFileSync(file, 'utf8');
    const start = text.indexOf(from) + from.length;
    const end = text.indexOf(to);
    expect(text).toContain(from);
    expect(end).toBeGreaterThanOrEqual(start);
    const table = keysTable(tables[kind].schema);
    if (UPDATE_GOLDEN === '1') writeFileSync(file, text.slice(0, start) + table + text.slice(end));
    else expect(unpadded(text.slice(start, end))).toBe(unpadded(table));
  });
});
