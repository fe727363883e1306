import { execFileSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { machine } from './lib.mjs';

/**
 * Runs every `*.bench.mjs` beside this file and prints what it measured, as Markdown.
 *   --smoke   a few seconds of each; fails when a call fails
 *   --only    the names of some, such as `--only calls`
 *   --write   puts the figures into results.md
 */

const here = dirname(fileURLToPath(import.meta.url));
const { values } = parseArgs({
  options: {
    smoke: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true },
  },
});

// What is measured is what is built: nothing older than the sources.
if (process.env.BEFFROI_DIST === undefined)
  execFileSync(process.execPath, ['src/launch.mjs', '--prepare', 'bench'], { stdio: 'inherit' });

const files = readdirSync(here)
  .filter((file) => file.endsWith('.bench.mjs'))
  .sort();
const wanted = files.filter(
  (file) => values.only === undefined || values.only.includes(file.replace('.bench.mjs', '')),
);
const parts = [`# Results\n\n${new Date().toISOString().slice(0, 10)} on ${machine()}.`];
for (const file of wanted) {
  const { title, measure, conditions } = await import(pathToFileURL(join(here, file)).href);
  parts.push([`## ${title}`, conditions, await measure(values)].filter(Boolean).join('\n\n'));
}
const text = `${parts.join('\n\n')}\n`;
process.stdout.write(text);
if (values.write) writeFileSync(join(here, 'results.md'), text);
