import type { Line } from '../domain/line.ts';
import type { AnchorReason, MediaPolicy } from '../domain/media.ts';
import type { Site } from '../domain/site.ts';
import type { Trunk } from '../domain/trunk.ts';
import type { Keying } from './media-offer.ts';

/** Who is rung: a page in a browser knows nothing but the handshake, a trunk nothing but plain sound; a phone may know keys, or want them. */
export type Rung = 'browser' | 'phone' | 'secured phone' | 'trunk';

/** What is set for one side of a call. `config`: the line of the configuration that says so; absent where nothing does. */
export interface MediaSetting {
  readonly media: MediaPolicy;
  readonly config?: string;
}

/** The caller, by what their INVITE says. */
export interface CallingSide {
  readonly setting: MediaSetting;
  /** `undefined`: they left the offer to whoever is rung. */
  readonly keying: Keying | undefined;
  readonly isBehindNat: boolean;
  /** True when they offer nothing that a telephone network knows. */
  readonly isExotic: boolean;
}

/** Whoever is rung, before they are. */
export interface CalledSide {
  readonly setting: MediaSetting;
  readonly rung: Rung;
  readonly isBehindNat: boolean;
  readonly isEmergency?: boolean;
}

/**
 * `offers`: what the media server makes its offer of, should it be asked. `isNeeded`: without it the two cannot understand each
 * other; else the call goes straight when no media server is there. `maySwitch`: it is anchored after all when it turns out that
 * straight will not do.
 */
export type MediaPath =
  | { readonly is: 'direct'; readonly offers: Keying; readonly maySwitch: boolean }
  | {
      readonly is: 'anchored';
      readonly offers: Keying;
      readonly isNeeded: boolean;
      readonly why: AnchorReason;
    };

/**
 * How the sound runs between the two. What cannot be understood is anchored whatever is set; then the settings speak, anchored
 * before direct; then what the two are known to be. Help is called even where it can hardly be heard.
 */
export function mediaPath(caller: CallingSide, callee: CalledSide): MediaPath {
  const { rung, isEmergency } = callee;
  const between = offeredBetween(caller.keying, rung);
  if (between !== undefined) {
    return { is: 'anchored', offers: between, isNeeded: isEmergency !== true, why: 'encryption' };
  }
  const why = wishedBecause(caller, callee);
  if (why !== undefined) return { is: 'anchored', offers: understoodBy(rung), isNeeded: false, why };
  const { media } = settingBetween(caller.setting, callee.setting);
  return { is: 'direct', offers: understoodBy(rung), maySwitch: media === 'auto' };
}

/**
 * What the media server has to offer so that both ends understand each other; `undefined`: they do by themselves. An INVITE
 * without an offer leaves it to whoever is rung, and only a browser's would not be understood.
 */
export function offeredBetween(caller: Keying | undefined, rung: Rung): Keying | undefined {
  if (rung === 'browser') return caller === 'handshake' ? undefined : 'handshake';
  if (caller === 'handshake') return understoodBy(rung);
  if (rung === 'secured phone') return caller === 'plain' ? 'keys' : undefined;
  return caller === 'keys' && rung === 'trunk' ? 'plain' : undefined;
}

/** What whoever is rung understands in any case. */
export function understoodBy(rung: Rung): Keying {
  if (rung === 'browser') return 'handshake';
  return rung === 'secured phone' ? 'keys' : 'plain';
}

/** The setting that counts between two: anchored on either side, else direct on either side, else by need. */
export function settingBetween(one: MediaSetting, other: MediaSetting): MediaSetting {
  for (const media of ['anchored', 'direct'] as const) {
    const found = [one, other].find((setting) => setting.media === media);
    if (found !== undefined) return found;
  }
  return { media: 'auto' };
}

/** A line's own setting before that of its site. */
export function settingOfLine(line: Pick<Line, 'media' | 'config'>, site: Pick<Site, 'id' | 'media'>): MediaSetting {
  if (line.media !== undefined) return { media: line.media, config: line.config };
  return settingAt(site.media, `sites.${site.id}.media`);
}

export function settingOfTrunk({ id, media }: Pick<Trunk, 'id' | 'media'>): MediaSetting {
  return settingAt(media, `trunks.${id}.media`);
}

/** Does the line want its sound encrypted by keys in the description (RFC 4568)? */
export function wantsKeys(line: Pick<Line, 'srtp'>, site: Pick<Site, 'srtp'>): boolean {
  return line.srtp ?? site.srtp;
}

function settingAt(media: MediaPolicy, config: string): MediaSetting {
  return media === 'auto' ? byNeed : { media, config };
}

const byNeed: MediaSetting = { media: 'auto' };

function wishedBecause(caller: CallingSide, callee: CalledSide): AnchorReason | undefined {
  const { media } = settingBetween(caller.setting, callee.setting);
  if (media !== 'auto') return media === 'anchored' ? 'setting' : undefined;
  if (caller.isBehindNat || callee.isBehindNat) return 'nat';
  // A page that has shaken hands with another does not do so with us in mid-call: it could not be put on hold with music.
  if (caller.keying === 'handshake' && callee.rung === 'browser') return 'browsers';
  return caller.isExotic && callee.rung === 'trunk' ? 'codec' : undefined;
}
