import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { repairedWavHeader, WAV_HEADER_LIMIT } from '../../../protocol/audio/wav.ts';

const MAX_FILES = 100_000;

/**
 * After a crash: gives recordings whose writer was killed their true length. Returns how many were repaired. New ones may be
 * made meanwhile: what is written here into one of them is what its own writer would write.
 */
export async function repairRecordings(folder: string, signal?: AbortSignal): Promise<number> {
  let repaired = 0;
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  for (const name of names.slice(0, MAX_FILES)) {
    if (signal?.aborted === true) break;
    if (name.endsWith('.wav') && (await repair(join(folder, name)))) repaired += 1;
  }
  return repaired;
}

async function repair(path: string): Promise<boolean> {
  const file = await open(path, 'r+').catch(() => undefined);
  if (file === undefined) return false;
  try {
    const { size } = await file.stat();
    const head = new Uint8Array(Math.min(WAV_HEADER_LIMIT, size));
    await file.read(head, 0, head.length, 0);
    const header = repairedWavHeader(head, size);
    if (header === undefined) return false;
    await file.write(header, 0, header.length, 0);
    await file.sync();
    return true;
  } catch {
    return false;
  } finally {
    await file.close().catch(() => undefined);
  }
}
