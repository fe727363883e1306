import type { Caller, Target } from '../domain/call.ts';
import type { Config } from '../domain/config.ts';
import {
  type MediaSetting,
  offeredBetween,
  settingBetween,
  settingOfLine,
  settingOfTrunk,
  wantsKeys,
} from './media-path.ts';
import { targetLabel } from './summary.ts';

/** How the sound would run to whom is rung, as far as it can be said before their phones have spoken. */
export interface SoundRuns {
  readonly targets: readonly string[];
  readonly runs: 'anchored' | 'direct' | 'by need';
  readonly says: string;
  /** The line of the configuration that says so. */
  readonly config?: string;
}

/** Targets whose sound runs alike are told together. */
export function soundRuns(
  caller: Caller | undefined,
  targets: readonly Target[],
  config: Config,
): readonly SoundRuns[] {
  const told = new Map<string, SoundRuns & { readonly targets: string[] }>();
  for (const target of targets) {
    const one = runsTo(caller, target, config);
    const key = `${one.says} ${one.config}`;
    const known = told.get(key) ?? { ...one, targets: [] };
    known.targets.push(targetLabel(target));
    told.set(key, known);
  }
  return [...told.values()];
}

function runsTo(caller: Caller | undefined, target: Target, config: Config): Omit<SoundRuns, 'targets'> {
  const { media, config: where } = settingBetween(ofCaller(caller), ofTarget(target, config));
  const keys = keysSayWhat(caller, target, config);
  const set = where === undefined ? {} : { config: where };
  if (keys !== undefined) return { runs: 'anchored', says: keys, ...set };
  switch (media) {
    case 'anchored':
      return { runs: 'anchored', says: 'over the media server, or straight while none is there', ...set };
    case 'direct':
      return {
        runs: 'direct',
        says: 'straight between the two; over the media server all the same where only one of them encrypts, or is a browser',
        ...set,
      };
    case 'auto':
      return {
        runs: 'by need',
        says: 'straight between the two; over the media server where only one of them encrypts or is a browser, behind a NAT, and without a common codec',
      };
  }
}

/** Phones that want SRTP, and callers who cannot know it. */
function keysSayWhat(caller: Caller | undefined, target: Target, config: Config): string | undefined {
  const [mine, theirs] = [keyedCaller(caller), keyedTarget(target, config)];
  if (mine === theirs) return undefined;
  if (theirs && offeredBetween('plain', 'secured phone') !== undefined)
    return 'over the media server, which encrypts it (srtp); straight when the caller encrypts too';
  return mine && target.is === 'trunk'
    ? 'over the media server, which takes off what the phone encrypts (srtp)'
    : undefined;
}

function keyedCaller(caller: Caller | undefined): boolean {
  return caller?.is === 'line' && wantsKeys(caller.line, caller.site);
}

function keyedTarget(target: Target, { lines, sites }: Config): boolean {
  const line = target.is === 'line' ? lines.get(target.line) : undefined;
  const site = line && sites.get(line.site);
  return line !== undefined && site !== undefined && wantsKeys(line, site);
}

function ofCaller(caller: Caller | undefined): MediaSetting {
  if (caller === undefined) return { media: 'auto' };
  return caller.is === 'line' ? settingOfLine(caller.line, caller.site) : settingOfTrunk(caller.trunk);
}

function ofTarget(target: Target, { lines, sites, trunks }: Config): MediaSetting {
  const line = target.is === 'line' ? lines.get(target.line) : undefined;
  const site = line && sites.get(line.site);
  if (line !== undefined && site !== undefined) return settingOfLine(line, site);
  const trunk = target.is === 'trunk' ? trunks.get(target.trunk) : undefined;
  return trunk === undefined ? { media: 'auto' } : settingOfTrunk(trunk);
}
