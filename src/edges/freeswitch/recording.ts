import { access, mkdir, open, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Recorded, RecordOptions } from '../../call/ports.ts';
import type { Gone } from '../../domain/gone.ts';
import { readWavHeader, WAV_HEADER_LIMIT, type WavFile } from '../../protocol/audio/wav.ts';
import { wavBlockBytes } from '../../protocol/audio/wav-samples.ts';
import type { Controlled } from './controlled.ts';
import type { EslEvent } from './library.ts';
import { elapsed, within } from './within.ts';
import { fileWord, numberWord } from './words.ts';

/** Below this mean amplitude (of 32,768) nobody speaks. */
const silenceThreshold = 200;
const fileWithin = /^[A-Za-z0-9_-]+(\/[A-Za-z0-9_-]+)*\.wav$/;
/** How long the server may take to have everything in the file. */
const writeMs = 1_500;
const lookMs = 40;
/** Free beside what the server leaves free: a recording that is begun shall not be cut at once. */
const roomMegabytes = 4;

/** Records what the party says. The file is complete and synced when this settles, as far as this machine can see it. */
export async function recordOnto(channel: Controlled, options: RecordOptions, gone: Gone): Promise<Recorded> {
  const { file, stopKeys, secondsAtMost, silenceSeconds } = options;
  const refused = await whyNot(file, channel);
  if (refused !== undefined) {
    channel.warn('a recording was refused', { why: refused });
    return { ended: 'failed', seconds: 0 };
  }
  const path = fileWord(join(channel.recordings, file));
  await makeRoom(channel.recordings, path);
  let key: string | undefined;
  const forget = channel.onKey((pressed) => {
    if (key !== undefined || !stopKeys.includes(pressed)) return;
    key = pressed;
    void channel.quiet();
  }, 'from now on');
  const limits = [numberWord(secondsAtMost, 1, 14_400), silenceThreshold, numberWord(silenceSeconds, 1, 3_600)];
  const event = await channel.run('record', `${path} ${limits.join(' ')}`);
  forget();
  const seconds = await secondsOnDisk(path, samplesOf(event));
  if (seconds === undefined && !gone.aborted) {
    const told = event === undefined ? 0 : Number(await figure(channel, event, 'record_ms')) / 1_000 || 0;
    return told > 0 ? { ended: await why(channel, event, key), seconds: told, path } : { ended: 'failed', seconds: 0 };
  }
  const written = { seconds: seconds ?? 0, ...(seconds !== undefined && { path }) };
  if (gone.aborted) return { ended: 'gone', ...written };
  return { ended: await why(channel, event, key), ...(key !== undefined && { key }), ...written };
}

/** A FreeSWITCH makes no folders, and hangs up on who is to be recorded into one that is not there. Ours when it is on this machine. */
async function makeRoom(recordings: string, path: string): Promise<void> {
  try {
    await access(recordings);
    await mkdir(dirname(path), { recursive: true });
  } catch {
    // It is the server's alone, or the recording will fail by itself.
  }
}

/** Both directions, while anything else goes on. */
export async function recordTalk(channel: Controlled, file: string, cut: () => void): Promise<boolean> {
  const path = pathOf(channel, file);
  if (path === undefined) return false;
  const over = channel.watchRecording(path, cut);
  const said = await channel.api('uuid_record', 'start', path, String(talkSecondsAtMost));
  const began = said?.startsWith('+OK') === true;
  if (!began) over();
  return began;
}

/**
 * Settles when the server has let go of the file, as far as this machine can see it. Until then most of a short talk may be in the server's
 * memory alone; and a channel that is hung up takes no command, but ends its recordings by itself.
 */
export async function stopRecordingTalk(channel: Controlled, file: string): Promise<void> {
  const path = pathOf(channel, file);
  if (path === undefined) return;
  await channel.api('uuid_record', 'stop', path);
  await within(endMs, channel.recordingEnded(path), undefined);
  await secondsOnDisk(path, undefined);
}

const talkSecondsAtMost = 14_400;
/** From the end of a channel to the end of its recordings. */
const endMs = 2_000;

function pathOf(channel: Controlled, file: string): string | undefined {
  if (fileWithin.test(file)) return fileWord(join(channel.recordings, file));
  channel.warn('a recording was refused', { why: 'its name' });
  return undefined;
}

async function why(
  channel: Controlled,
  event: EslEvent | undefined,
  key: string | undefined,
): Promise<'key' | 'silence' | 'full length' | 'cut'> {
  if (key !== undefined) return 'key';
  const problem = event && (await figure(channel, event, 'record_problem'));
  if (problem) {
    channel.warn('a recording was cut short', { why: problem });
    return 'cut';
  }
  const isSilent = event !== undefined && (await figure(channel, event, 'silence_hits_exhausted')) === 'true';
  return isSilent ? 'silence' : 'full length';
}

/** A media server hangs up on whom it cannot record: they shall hear why instead. Unknown, where the folder is another machine's. */
async function whyNot(file: string, channel: Controlled): Promise<string | undefined> {
  const { recordings, freeMegabytesAtLeast } = channel;
  if (!fileWithin.test(file)) return 'its name';
  const space = await statfs(recordings).catch(() => undefined);
  const wanted = (freeMegabytesAtLeast + roomMegabytes) * 1_048_576;
  return space !== undefined && space.bavail * space.bsize < wanted ? 'the disk is full' : undefined;
}

/** The reference image leaves some results out of the event; they are asked for then. */
async function figure(channel: Controlled, event: EslEvent, name: string): Promise<string | undefined> {
  return event.getHeader(`variable_${name}`) ?? (await channel.variable(name));
}

function samplesOf(event: EslEvent | undefined): number | undefined {
  const text = event?.getHeader('variable_record_samples');
  return text ? Number(text) : undefined;
}

/** A server that has not written its header yet: what most of them will say. */
const unread = { dataAt: 44, sampleRate: 8_000, blockBytes: 2 };

function shapeOf(wav: WavFile): typeof unread {
  return { dataAt: wav.dataAt, sampleRate: wav.sampleRate, blockBytes: wavBlockBytes(wav) };
}

/**
 * The server says that it is done before its last bytes are in the file: waits for them (or, where it could not say how many, until
 * the file rests), then syncs. `undefined` when the file is not to be seen from here.
 */
async function secondsOnDisk(path: string, samples: number | undefined): Promise<number | undefined> {
  const handle = await open(path, 'r').catch(() => undefined);
  if (handle === undefined) return undefined;
  try {
    const head = new Uint8Array(WAV_HEADER_LIMIT);
    const { bytesRead } = await handle.read(head, 0, head.length, 0);
    const wav = readWavHeader(head.subarray(0, bytesRead), bytesRead);
    const { dataAt, sampleRate, blockBytes } = typeof wav === 'string' ? unread : shapeOf(wav);
    const wanted = samples === undefined ? Number.POSITIVE_INFINITY : dataAt + samples * blockBytes;
    let size = -1;
    let rests = 0;
    for (let waitedMs = 0; waitedMs < writeMs; waitedMs += lookMs) {
      const now = (await handle.stat()).size;
      rests = now === size ? rests + 1 : 0;
      size = now;
      if (size >= wanted || rests >= 4) break;
      await elapsed(lookMs);
    }
    await handle.sync();
    // By the size, not by the header's word: that of a killed writer is behind.
    return Math.max(0, size - dataAt) / (blockBytes * sampleRate);
  } catch {
    return undefined;
  } finally {
    await handle.close().catch(() => undefined);
  }
}
