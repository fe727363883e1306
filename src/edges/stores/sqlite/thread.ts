import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { Answer, Question, WorkerStart } from './worker.ts';

/** The database's thread, as seen from the thread of the calls. */
export interface Thread {
  readonly leftOpen: number;
  /** Rejects when the database refuses, or when the thread ended before it answered. */
  ask(question: Question): Promise<unknown>;
  /** Settles when the thread has ended, wanted or not. */
  readonly ended: Promise<void>;
  terminate(): Promise<void>;
}

/** Starts the thread; rejects when it cannot open the file. */
export async function startThread(start: WorkerStart): Promise<Thread> {
  const worker = new Worker(workerFile(), { workerData: start, stderr: false });
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  let last = 0;
  let trouble = new Error('the thread of the database ended');

  const ended = new Promise<void>((resolve) => {
    worker.on('error', (error) => {
      trouble = error instanceof Error ? error : new Error(String(error));
    });
    worker.on('exit', () => {
      for (const { reject } of waiting.values()) reject(trouble);
      waiting.clear();
      resolve();
    });
  });
  worker.on('message', (answer: Answer) => {
    const asked = waiting.get(answer.id);
    waiting.delete(answer.id);
    if ('failed' in answer) asked?.reject(Object.assign(new Error(answer.failed), { code: answer.code }));
    else asked?.resolve(answer.value);
  });

  const answered = (id: number) => new Promise<unknown>((resolve, reject) => waiting.set(id, { resolve, reject }));
  const leftOpen = Number(await answered(0));
  return {
    leftOpen,
    ended,
    ask: (question) => {
      last += 1;
      const answer = answered(last);
      worker.postMessage({ id: last, question });
      return answer;
    },
    terminate: async () => {
      await worker.terminate();
    },
  };
}

/** Node 20 runs JavaScript only: under a test runner, which runs the sources, the built file beside them is taken. */
function workerFile(): string {
  const here = fileURLToPath(import.meta.url);
  const folder = here.endsWith('.ts') ? here.replace(/([\\/])src([\\/]edges[\\/])/, '$1dist$2') : here;
  const built = folder.replace(/thread\.[jt]s$/, 'worker.js');
  if (!existsSync(built)) throw new Error(`${built} is missing: run "npm run build"`);
  return built;
}
