/** Call-progress tones as they sound in France (440 Hz), by name: the cadence in milliseconds, and the frequencies in Hz. */
interface Cadence {
  readonly onMs: number;
  readonly offMs: number;
  readonly hz: string;
  /** Below full level. */
  readonly decibels: number;
}

const cadences: Readonly<Record<string, Cadence>> = {
  'ring-back': { onMs: 1500, offMs: 3500, hz: '440', decibels: -16 },
  busy: { onMs: 500, offMs: 500, hz: '440', decibels: -16 },
  congestion: { onMs: 250, offMs: 250, hz: '440', decibels: -16 },
  dial: { onMs: 1000, offMs: 0, hz: '440', decibels: -16 },
  beep: { onMs: 400, offMs: 0, hz: '1000', decibels: -12 },
  enters: { onMs: 180, offMs: 0, hz: '880', decibels: -18 },
  leaves: { onMs: 180, offMs: 0, hz: '440', decibels: -18 },
  'call-waiting': { onMs: 300, offMs: 9700, hz: '440', decibels: -22 },
};

/** The tone for so many seconds, `undefined`: until it is stopped. Unknown names sound like `beep`. */
export function toneStream(name: string, seconds?: number): string {
  const cadence = cadences[name] ?? { onMs: 400, offMs: 0, hz: '1000', decibels: -12 };
  const { hz, decibels, offMs } = cadence;
  if (seconds === undefined) return stream(decibels, cadence.onMs, offMs, hz, '-1');
  const wantedMs = Math.max(20, Math.min(600_000, Math.round(seconds * 1_000)));
  const onMs = offMs === 0 ? wantedMs : Math.min(cadence.onMs, wantedMs);
  const rounds = offMs === 0 ? 1 : Math.max(1, Math.round(wantedMs / (onMs + offMs)));
  return stream(decibels, onMs, offMs, hz, String(rounds));
}

/** For a server that has no music: a chord of C taken apart, over and over, until it is stopped. */
export const softMusic = `tone_stream://v=-24;${[262, 330, 392, 523, 392, 330].map((hz) => `%(320,80,${hz})`).join(';')};loops=-1`;

function stream(decibels: number, onMs: number, offMs: number, hz: string, loops: string): string {
  return `tone_stream://v=${decibels};%(${onMs},${offMs},${hz});loops=${loops}`;
}
