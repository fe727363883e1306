import { constants, copyFile, type FileHandle, mkdir, open, rm } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import type { Recordings } from '../../mailbox/ports.ts';
import { readWavHeader, repairedWavHeader, WAV_HEADER_LIMIT } from '../../protocol/audio/wav.ts';

/** The folder that the media server writes recordings to, as we read it. Throws for a path that leads out of it. */
export function openRecordings(folder: string): Recordings {
  const root = resolve(folder);
  const path = (file: string): string => {
    const full = resolve(join(root, file));
    if (!full.startsWith(root + sep)) throw new Error('a recording outside its folder');
    return full;
  };
  return {
    path,
    seconds: async (file) => {
      const { handle, mayWrite } = await opened(path(file));
      if (handle === undefined) return undefined;
      try {
        return await secondsIn(handle, mayWrite);
      } finally {
        await handle.close();
      }
    },
    remove: async (file) => {
      await rm(path(file), { force: true });
    },
    copy: async (from, to) => {
      const target = path(to);
      await mkdir(dirname(target), { recursive: true, mode: 0o700 });
      await copyFile(path(from), target, constants.COPYFILE_EXCL);
      await synced(target);
      await synced(dirname(target));
    },
  };
}

/** What a media server of another account has written may be ours to read only. */
async function opened(path: string): Promise<{ readonly handle: FileHandle | undefined; readonly mayWrite: boolean }> {
  try {
    return { handle: await open(path, 'r+'), mayWrite: true };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const handle = await open(path, code === 'EACCES' ? 'r' : 'r+').catch(unlessThere);
    return { handle, mayWrite: code !== 'EACCES' };
  }
}

/** What there really is, whatever the header says: its writer may have been killed. The header is put right where it may be, and made safe. */
async function secondsIn(handle: FileHandle, mayWrite: boolean): Promise<number> {
  const { size } = await handle.stat();
  const head = new Uint8Array(Math.min(size, WAV_HEADER_LIMIT));
  await handle.read(head, 0, head.length, 0);
  const right = repairedWavHeader(head, size);
  if (right !== undefined) {
    if (mayWrite) await handle.write(right, 0, right.length, 0);
    head.set(right.subarray(0, head.length));
  }
  await handle.datasync();
  const wav = readWavHeader(head, size);
  if (typeof wav === 'string') return 0;
  const sampleBytes = (wav.encoding === 'pcm16' ? 2 : 1) * wav.channels;
  return wav.dataBytes / sampleBytes / wav.sampleRate;
}

async function synced(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function unlessThere(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT') return undefined;
  throw error;
}
