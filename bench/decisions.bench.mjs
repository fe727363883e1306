import { execFileSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { table } from './lib.mjs';

/** Decisions of the pure core, on one thread: on the sample town of `config/`, and on one of 50 000 lines. */

const { BEFFROI_DIST: dist = 'dist' } = process.env;

export const title = 'Decisions';
export const conditions =
  'The pure core alone, on one thread: who calls, where the digits lead, what shall happen. A mixture of calls in all directions.';

export async function measure({ smoke }) {
  const { measure: decide, townOf } = await compiled();
  const { loadConfig } = await import(pathToFileURL(resolve(dist, 'config/load.js')).href);
  const sample = loadConfig('config');
  if (sample.config === undefined) throw new Error('the sample town does not load');
  const seconds = smoke ? 0.5 : 5;
  const rows = [
    ['the sample town', sample.config],
    ['a big town', townOf(50_000)],
  ].map(([name, config]) => {
    const { lines, perSecond, p50us, p99us } = decide(config, seconds);
    return [name, lines, Math.round(perSecond), `${p50us} µs`, `${p99us} µs`];
  });
  return table([['', 'lines', 'decisions per second', 'p50', 'p99'], ...rows]);
}

/** The measurement itself is TypeScript, so that it is checked with the types it measures. */
async function compiled() {
  const to = resolve(dist, 'bench');
  const options = [
    '--noCheck',
    '--ignoreConfig',
    '--rewriteRelativeImportExtensions',
    '--verbatimModuleSyntax',
    '--target',
    'es2023',
    '--module',
    'nodenext',
    '--rootDir',
    '.',
    '--outDir',
    to,
  ];
  execFileSync(process.execPath, [resolve('node_modules/typescript/bin/tsc'), ...options, 'bench/decide.bench.ts'], {
    stdio: 'inherit',
  });
  return import(pathToFileURL(join(to, 'bench/decide.bench.js')).href);
}
