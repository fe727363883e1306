import type { ToneCadence } from './tone.ts';

/** ITU-T E.180 supplement 2: how each country's network speaks. */
export type ToneCountry = 'fr' | 'eu' | 'us';
export type ToneName = 'dial' | 'ringback' | 'busy' | 'congestion' | 'information' | 'waiting' | 'confirm' | 'record';

/** A call-progress tone by country and name. */
export function namedTone(country: ToneCountry, name: ToneName): ToneCadence {
  return TONES[country][name];
}

/** Reads `fr.ringback`; undefined for what is not in the table. */
export function toneCalled(text: string): ToneCadence | undefined {
  const [country = '', name = ''] = text.split('.', 2);
  if (!Object.hasOwn(TONES, country)) return undefined;
  const tones = TONES[country as ToneCountry];
  return Object.hasOwn(tones, name) ? tones[name as ToneName] : undefined;
}

const LEVEL = -10;

function forEver(...pairs: readonly (readonly [readonly number[], number, number])[]): ToneCadence {
  return {
    segments: pairs.map(([frequencies, onMs, offMs]) => ({ frequencies, onMs, offMs, dbm0: LEVEL })),
    repeats: Number.POSITIVE_INFINITY,
  };
}

function once(frequencies: readonly number[], onMs: number, offMs: number): ToneCadence {
  return { segments: [{ frequencies, onMs, offMs, dbm0: LEVEL }], repeats: 1 };
}

const INFORMATION = forEver([[950], 330, 0], [[1400], 330, 0], [[1800], 330, 1000]);
const RECORD = once([800], 500, 0);

const TONES: Readonly<Record<ToneCountry, Readonly<Record<ToneName, ToneCadence>>>> = {
  fr: {
    dial: forEver([[440], 1000, 0]),
    ringback: forEver([[440], 1500, 3500]),
    busy: forEver([[440], 500, 500]),
    congestion: forEver([[440], 250, 250]),
    information: INFORMATION,
    waiting: forEver([[440], 300, 10000]),
    confirm: once([440], 1000, 0),
    record: RECORD,
  },
  eu: {
    dial: forEver([[425], 1000, 0]),
    ringback: forEver([[425], 1000, 4000]),
    busy: forEver([[425], 500, 500]),
    congestion: forEver([[425], 250, 250]),
    information: INFORMATION,
    waiting: forEver([[425], 200, 200], [[425], 200, 5000]),
    confirm: once([425], 1000, 0),
    record: RECORD,
  },
  us: {
    dial: forEver([[350, 440], 1000, 0]),
    ringback: forEver([[440, 480], 2000, 4000]),
    busy: forEver([[480, 620], 500, 500]),
    congestion: forEver([[480, 620], 250, 250]),
    information: INFORMATION,
    waiting: forEver([[440], 300, 10000]),
    confirm: { ...once([350, 440], 100, 100), repeats: 3 },
    record: RECORD,
  },
};
