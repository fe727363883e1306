import { renderCadence, type ToneCadence } from '../../../protocol/audio/tone.ts';
import { toneCalled } from '../../../protocol/audio/tone-names.ts';
import { parseToneScript } from '../../../protocol/audio/tone-script.ts';
import { EncodedPieces } from './encoded-once.ts';
import type { SoundSource } from './source.ts';

const CACHED_ROUNDS = 64;
const cache = new Map<string, Int16Array>();

/** A tone script, or a tone by name (`fr.ringback`, with `;loops=` where it shall end). */
export function openTone(text: string, rate: number): SoundSource | undefined {
  const named = namedCadence(text);
  const cadence = named ?? parseToneScript(text);
  if (cadence === undefined) return undefined;
  return playRounds(rendered(text, cadence, rate), cadence.repeats, rate, 'tone_stream');
}

/** One round of samples, again and again. */
export function playRounds(
  round: Int16Array,
  repeats: number,
  rate: number,
  kind: 'tone_stream' | 'local_stream',
  startAt = 0,
): SoundSource {
  const total = round.length === 0 ? 0 : round.length * repeats;
  const encoded = new EncodedPieces();
  let played = 0;
  return {
    fileRate: rate,
    kind,
    read(frame) {
      const count = Math.min(frame.length, total - played);
      for (let written = 0; written < count; ) {
        const at = (startAt + played + written) % round.length;
        const piece = round.subarray(at, at + count - written);
        frame.set(piece, written);
        written += piece.length;
      }
      played += count;
      return count;
    },
    readEncoded(law, packet, at, count) {
      const from = (startAt + played) % round.length;
      if (count > total - played || from + count > round.length) return false;
      encoded.copy(round, from, law, packet, at, count);
      played += count;
      return true;
    },
    get isOver() {
      return played >= total;
    },
    get position() {
      return played;
    },
    get played() {
      return played;
    },
    close() {
      played = total;
    },
  };
}

function namedCadence(text: string): ToneCadence | undefined {
  const [name = '', loops] = text.split(';loops=', 2);
  const cadence = toneCalled(name);
  if (cadence === undefined || loops === undefined) return cadence;
  const repeats = Math.trunc(Number(loops));
  return { ...cadence, repeats: repeats > 0 ? repeats : Number.POSITIVE_INFINITY };
}

/** The same few tones are played all day: a round of each is kept. */
function rendered(text: string, cadence: ToneCadence, rate: number): Int16Array {
  const key = `${rate} ${text}`;
  const known = cache.get(key);
  if (known !== undefined) return known;
  const round = renderCadence(cadence, rate);
  if (cache.size >= CACHED_ROUNDS) cache.delete(cache.keys().next().value ?? '');
  cache.set(key, round);
  return round;
}
