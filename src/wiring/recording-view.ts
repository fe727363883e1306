import { stat } from 'node:fs/promises';
import type { CallRecording } from '../domain/call-recording.ts';
import type { RecordingReply } from '../edges/http/api.ts';
import type { RecordingView } from '../edges/http/ports.ts';
import type { Recordings } from '../mailbox/ports.ts';
import type { Exchange } from './exchange.ts';

export interface RecordingsSeen {
  readonly exchange: Pick<Exchange, 'recordings'>;
  readonly recordings: Pick<Recordings, 'path' | 'seconds'>;
}

/** The recorded talks as the HTTP edge shows them. Where they lie is not told. */
export function recordingView({ exchange, recordings }: RecordingsSeen): RecordingView {
  const desk = exchange.recordings;
  return {
    list: (service) => desk.list(service).map(replyOf),
    async sound(id) {
      const found = desk.find(id);
      if (found?.seconds === undefined || (await recordings.seconds(found.file)) === undefined) return undefined;
      const path = recordings.path(found.file);
      return { path, bytes: (await stat(path)).size };
    },
    delete: (id) => desk.delete(id),
  };
}

function replyOf({ file: _, ...told }: CallRecording): RecordingReply {
  return told;
}
