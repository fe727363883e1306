import { spawn } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

/** A project of one source file, whose only package is the compiler, linked from a folder: nothing is downloaded. */
let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'launch-'));
  mkdirSync(join(root, 'src', 'inner'), { recursive: true });
  copyFileSync('src/launch.mjs', join(root, 'src', 'launch.mjs'));
  mkdirSync(join(root, 'compiler', 'bin'), { recursive: true });
  write('compiler/package.json', JSON.stringify({ name: 'typescript', version: '6.0.3' }));
  write('compiler/bin/tsc', `require(${JSON.stringify(resolve('node_modules/typescript/lib/tsc.js'))})`);
  const project = { name: 'small', version: '1.0.0', type: 'module', dependencies: { typescript: 'file:compiler' } };
  write('package.json', JSON.stringify(project));
  write(
    'package-lock.json',
    JSON.stringify({
      name: 'small',
      version: '1.0.0',
      lockfileVersion: 3,
      packages: {
        '': project,
        compiler: { name: 'typescript', version: '6.0.3' },
        'node_modules/typescript': { resolved: 'compiler', link: true },
      },
    }),
  );
  const options = {
    target: 'ES2023',
    module: 'NodeNext',
    types: [],
    lib: ['ES2023', 'DOM'],
    rootDir: 'src',
    outDir: 'dist',
  };
  write('tsconfig.json', JSON.stringify({ compilerOptions: { ...options, skipLibCheck: true }, include: ['src'] }));
  write('src/main.ts', 'console.log("first"); export {};');
  write('src/inner/text.sql', 'SELECT 1');
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

function write(name: string, text: string): void {
  writeFileSync(join(root, name), text);
}

/** Runs the launcher to its end. */
function launch(words: readonly string[] = [], env: NodeJS.ProcessEnv = {}) {
  return new Promise<{ code: number | null; said: string; output: string }>((done) => {
    const child = spawn(process.execPath, [join(root, 'src', 'launch.mjs'), ...words], {
      cwd: tmpdir(),
      env: { ...process.env, npm_execpath: undefined, ...env },
    });
    let [said, output] = ['', ''];
    child.stderr.on('data', (chunk) => {
      said += chunk;
    });
    child.stdout.on('data', (chunk) => {
      output += chunk;
    });
    child.on('close', (code) => done({ code, said, output }));
  });
}

describe('a first start', { timeout: 60_000 }, () => {
  it('installs, builds and runs; the second one only runs', async () => {
    const first = await launch(['start']);
    expect(first).toMatchObject({ code: 0, output: 'first\n' });
    expect(first.said).toMatch(/Installing.*Installed in.*Building.*Built in/s);
    expect(readFileSync(join(root, 'dist', 'inner', 'text.sql'), 'utf8')).toBe('SELECT 1');

    expect(await launch(['start'])).toEqual({ code: 0, output: 'first\n', said: '' });
  });

  it('builds again when a source has changed, and forgets what is no more', async () => {
    write('src/gone.ts', 'export {};');
    await launch();
    expect(existsSync(join(root, 'dist', 'gone.js'))).toBe(true);
    rmSync(join(root, 'src', 'gone.ts'));
    write('src/main.ts', 'console.log("second"); export {};');
    const again = await launch();
    expect(again.output).toBe('second\n');
    expect(again.said).not.toContain('Installing');
    expect(existsSync(join(root, 'dist', 'gone.js'))).toBe(false);
  });

  it('installs again when the lockfile has changed', async () => {
    await launch();
    const lockfile = readFileSync(join(root, 'package-lock.json'), 'utf8');
    write('package-lock.json', `${lockfile}\n`);
    expect((await launch()).said).toContain('Installing');
  });

  it('stops before running when it is only to prepare', async () => {
    expect(await launch(['--prepare', 'test'])).toMatchObject({ code: 0, output: '' });
    expect(existsSync(join(root, 'dist', 'main.js'))).toBe(true);
  });

  it('leaves the work to one when two start at once', async () => {
    const both = await Promise.all([launch(), launch()]);
    expect(both.map(({ code, output }) => [code, output])).toEqual([
      [0, 'first\n'],
      [0, 'first\n'],
    ]);
    expect(both.filter(({ said }) => said.includes('Installed in'))).toHaveLength(1);
    expect(both.filter(({ said }) => said.includes('Built in'))).toHaveLength(1);
  });

  it('keeps the last build when the sources do not compile, and says what to do', async () => {
    await launch();
    write('src/main.ts', 'const number: string = 1; console.log(number);');
    const broken = await launch();
    expect(broken.code).toBe(1);
    expect(broken.said).toMatch(/TS2322.*The sources do not compile.*git status/s);
    expect(broken.said).not.toContain('    at ');
    expect(readFileSync(join(root, 'dist', 'main.js'), 'utf8')).toContain('first');
  });

  it('says what to do when the packages cannot be installed', async () => {
    write('package-lock.json', JSON.stringify({ lockfileVersion: 3, packages: { '': { name: 'small' } } }));
    const failed = await launch();
    expect(failed.code).toBe(1);
    expect(failed.said).toMatch(/npm ci ended with 1.*npm ping/s);
    expect(failed.said).not.toContain('    at ');
  });

  it('does not install over packages that are the right ones already', async () => {
    mkdirSync(join(root, 'node_modules'));
    symlinkSync('../compiler', join(root, 'node_modules', 'typescript'));
    expect((await launch()).said).not.toContain('Installing');
  });
});
