import type { ToneCadence } from '../../protocol/audio/tone.ts';
import { namedTone, type ToneCountry, type ToneName } from '../../protocol/audio/tone-names.ts';

/** What a network says by tones: as in the country that the town chose (ITU-T E.180 supplement 2). */
const progress: Readonly<Record<string, ToneName>> = {
  'ring-back': 'ringback',
  busy: 'busy',
  congestion: 'congestion',
  dial: 'dial',
  information: 'information',
  'call-waiting': 'waiting',
};

/** Below full level. Whoever hears it waits, or talks meanwhile. */
const progressDecibels = -16;
const waitingDecibels = -22;

interface Signal {
  readonly ms: number;
  readonly hz: number;
  readonly decibels: number;
}

const beep: Signal = { ms: 400, hz: 1000, decibels: -12 };
const signals: Readonly<Record<string, Signal>> = {
  beep,
  enters: { ms: 180, hz: 880, decibels: -18 },
  leaves: { ms: 180, hz: 440, decibels: -18 },
};

/** The tone for so many seconds, `undefined`: until it is stopped. Unknown names sound like `beep`. */
export function toneStream(country: ToneCountry, name: string, seconds?: number): string {
  const wantedMs = seconds === undefined ? undefined : Math.max(20, Math.min(600_000, Math.round(seconds * 1_000)));
  const called = Object.hasOwn(progress, name) ? progress[name] : undefined;
  if (called !== undefined) {
    const decibels = called === 'waiting' ? waitingDecibels : progressDecibels;
    return rounds(namedTone(country, called).segments, decibels, wantedMs);
  }
  const { ms, hz, decibels } = (Object.hasOwn(signals, name) ? signals[name] : undefined) ?? beep;
  return rounds([{ onMs: ms, offMs: 0, frequencies: [hz] }], decibels, wantedMs);
}

/** For a server that has no music: a chord of C taken apart, over and over, until it is stopped. */
export const softMusic = `tone_stream://v=-24;${[262, 330, 392, 523, 392, 330].map((hz) => `%(320,80,${hz})`).join(';')};loops=-1`;

type Segment = Pick<ToneCadence['segments'][number], 'onMs' | 'offMs' | 'frequencies'>;

/** Whole rounds of a cadence, one at least; of a tone without pauses and of a shorter first sound just so much. */
function rounds(segments: readonly Segment[], decibels: number, wantedMs: number | undefined): string {
  const roundMs = segments.reduce((sum, { onMs, offMs }) => sum + onMs + offMs, 0);
  const [only, second] = segments;
  const isAlone = only !== undefined && second === undefined;
  if (wantedMs === undefined) return stream(decibels, segments, -1);
  if (isAlone && only.offMs === 0) return stream(decibels, [{ ...only, onMs: wantedMs }], 1);
  const count = Math.max(1, Math.round(wantedMs / roundMs));
  return stream(decibels, isAlone ? [{ ...only, onMs: Math.min(only.onMs, wantedMs) }] : segments, count);
}

function stream(decibels: number, segments: readonly Segment[], loops: number): string {
  const script = segments.map(({ onMs, offMs, frequencies }) => `%(${onMs},${offMs},${frequencies.join(',')})`);
  return `tone_stream://v=${decibels};${script.join(';')};loops=${loops}`;
}
