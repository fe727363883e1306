/** Prints the closing line of a test run from vitest's JSON report, and fails when nothing was run. */
import { readFileSync } from 'node:fs';

const report = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8'));
const { numPassedTests: passed, numFailedTests: failed, numPendingTests: skipped, numTodoTests: todo } = report;
process.stdout.write(`${passed} passed, ${failed} failed, ${skipped + todo} skipped\n`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
