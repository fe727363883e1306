import { digitTones } from './dtmf.ts';
import type { ToneCadence, ToneSegment } from './tone.ts';

const MAX_TEXT = 1024;
const MAX_SEGMENTS = 256;
const MAX_MS = 600_000;
const MAX_FREQUENCIES = 8;

interface Settings {
  dbm0: number;
  digitMs: number;
  pauseMs: number;
  loops: number;
  rounds: number;
}

/**
 * Reads FreeSWITCH's tone script: `%(on,off,f1[,f2…])`, DTMF characters, and the settings `v=` (dBm0), `d=` and `w=`
 * (length and pause of a DTMF character, ms), `l=` (each element so many times), `L=` and `loops=` (the whole so many
 * times, -1 for ever), separated by `;`. Returns undefined for what is none, or is beyond the bounds above.
 */
export function parseToneScript(text: string): ToneCadence | undefined {
  if (text.length > MAX_TEXT) return undefined;
  const settings: Settings = { dbm0: -7, digitMs: 2000, pauseMs: 500, loops: 1, rounds: 1 };
  const segments: ToneSegment[] = [];
  for (const part of text.split(';')) {
    const isGood = isSetting(part) ? applySetting(part.trim(), settings) : readElements(part, settings, segments);
    if (!isGood || segments.length > MAX_SEGMENTS) return undefined;
  }
  if (segments.length === 0) return undefined;
  return { segments, repeats: settings.rounds < 0 ? Number.POSITIVE_INFINITY : Math.max(1, settings.rounds) };
}

function isSetting(part: string): boolean {
  return /^\s*[A-Za-z]+=/.test(part);
}

function applySetting(part: string, settings: Settings): boolean {
  const equals = part.indexOf('=');
  const value = Number(part.slice(equals + 1));
  if (!Number.isFinite(value)) return false;
  switch (part.slice(0, equals)) {
    case 'v':
      settings.dbm0 = Math.min(Math.max(value, -90), 0);
      return true;
    case 'd':
      settings.digitMs = Math.min(Math.max(value, 20), MAX_MS);
      return true;
    case 'w':
      settings.pauseMs = Math.min(Math.max(value, 0), MAX_MS);
      return true;
    case 'l':
      settings.loops = Math.min(Math.max(Math.trunc(value), 1), MAX_SEGMENTS);
      return true;
    case 'L':
    case 'loops':
      settings.rounds = Math.trunc(value);
      return true;
    default:
      // Sample rate and channel count (r=, c=) are the channel's own; decay is not rendered.
      return /^[rc]$/.test(part.slice(0, equals));
  }
}

function readElements(part: string, settings: Settings, segments: ToneSegment[]): boolean {
  let rest = part.trim();
  while (rest !== '') {
    const close = rest.startsWith('%(') ? rest.indexOf(')') : 0;
    const segment = close > 0 ? toneElement(rest.slice(2, close), settings) : digitElement(rest.charAt(0), settings);
    if (segment === undefined) return false;
    for (let i = 0; i < settings.loops && segments.length <= MAX_SEGMENTS; i += 1) segments.push(segment);
    rest = rest.slice(close + 1).trim();
  }
  return true;
}

function toneElement(inside: string, settings: Settings): ToneSegment | undefined {
  const numbers = inside.split(',').map((number) => Number(number.trim()));
  const [onMs = Number.NaN, offMs = Number.NaN, ...frequencies] = numbers;
  const isGood = numbers.every((number) => Number.isFinite(number) && number >= 0 && number <= MAX_MS);
  if (!isGood || numbers.length < 3 || frequencies.length > MAX_FREQUENCIES) return undefined;
  return { frequencies, onMs, offMs, dbm0: settings.dbm0 };
}

function digitElement(digit: string, settings: Settings): ToneSegment | undefined {
  const frequencies = digitTones(digit);
  if (frequencies === undefined) return undefined;
  return { frequencies, onMs: settings.digitMs, offMs: settings.pauseMs, dbm0: settings.dbm0 };
}
