import type { SampleRate } from '../../../protocol/audio/codec.ts';
import { readFileArgument } from '../../../protocol/esl/arguments.ts';
import { openFile } from './file-source.ts';
import { type Folders, readableFile } from './folders.ts';
import type { MusicOnHold } from './music.ts';
import { openSilence } from './silence.ts';
import type { SoundSource } from './source.ts';
import { openTone } from './tones.ts';

/** A sound that is open, and the name under which events speak of it. */
export interface OpenSound {
  readonly source: SoundSource;
  readonly path: string;
}

/** Finds and opens what is to be heard. Undefined: there is no such thing. */
export class SoundLibrary {
  readonly #folders: Folders;
  readonly #music: MusicOnHold;

  constructor(folders: Folders, music: MusicOnHold) {
    this.#folders = folders;
    this.#music = music;
  }

  /** @param text a file (`name@@sample`), or `tone_stream://`, `silence_stream://`, `local_stream://` @param prefix the channel's `sound_prefix` */
  async open(text: string, rate: SampleRate, prefix?: string): Promise<OpenSound | undefined> {
    const { file, offset } = readFileArgument(text);
    const [, scheme, rest = ''] = /^([a-z_]+):\/\/(.*)$/s.exec(file) ?? [];
    switch (scheme) {
      case 'tone_stream':
        return opened(openTone(rest, rate), file);
      case 'silence_stream':
        return opened(openSilence(rest, rate), file);
      case 'local_stream':
        return opened(await this.#music.open(rest, rate), file);
      case undefined:
        return this.#openFile(file, rate, offset, prefix);
      default:
        return undefined;
    }
  }

  async #openFile(name: string, rate: SampleRate, offset: number, prefix?: string): Promise<OpenSound | undefined> {
    const path =
      (await readableFile(name, this.#folders, prefix)) ?? (await readableFile(`${name}.wav`, this.#folders, prefix));
    if (path === undefined) return undefined;
    const source = await openFile(path, rate, offset);
    return typeof source === 'string' ? undefined : { source, path };
  }
}

function opened(source: SoundSource | undefined, path: string): OpenSound | undefined {
  return source && { source, path };
}
